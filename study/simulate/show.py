"""A simulation as tables for people."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from study.simulate.clouds import Result
from study.simulate.replay import Replay


def show(console: Console, document: Mapping[str, Any], results: Sequence[Result]) -> None:
    """What was simulated, a row per cloud and flavor, and what was assumed."""
    came = document["arrivals"]
    console.print(
        f"[bold]{document['days']:g} days from {document['begin'][:10]}[/], seed {document['seed']}: "
        f"{came['datastrips']} datastrips, {came['scenes']} scenes "
        f"({came['scenes'] / max(1, came['datastrips']):.0f} on the average), "
        f"received {came['latency_h']:.2f} h after sensing (median)"
    )
    table = Table(
        "cloud", "flavor", "speed", "stages", "in 3 h", "in 24 h", "median h", "95 % h", "stages used",
        "slots used", "vDS waiting", "95 %", box=None,
    )  # fmt: skip
    money = Table(
        "cloud", "flavor", "EUR by the hour", "EUR committed", "", "EUR/datastrip", "EUR/month", box=None
    )
    for result in results:
        runs = result.document()["runs"]
        name = (result.case.stack, result.case.flavor)
        table.add_row(
            *name,
            _span(runs, lambda r: f"{r['speed']:.2f}") + ("" if result.case.known else " ?"),
            _span(runs, lambda r: f"{r['load']['stages']['mean']:.0f}"),
            _span(runs, lambda r: f"{100 * r['timeliness']['within']['3h']:.1f} %"),
            _span(runs, lambda r: f"{100 * r['timeliness']['within']['24h']:.1f} %"),
            _span(runs, lambda r: f"{r['timeliness']['hours_since_sensing'].get('p50', 0):.2f}"),
            _span(runs, lambda r: f"{r['timeliness']['hours_since_sensing'].get('p95', 0):.2f}"),
            _span(runs, lambda r: f"{100 * r['load']['stage_utilisation']:.0f} %"),
            _span(runs, lambda r: f"{100 * r['load']['slot_utilisation']:.0f} %"),
            _span(runs, lambda r: f"{r['load']['waiting_vds']['mean']:.1f}"),
            _span(runs, lambda r: f"{r['load']['waiting_vds']['p95']}"),
        )
        committed = result.committed
        money.add_row(
            *name,
            _span(runs, lambda r: _eur(r["eur"]["hour"])),
            _span(runs, lambda r, c=committed: _eur(r["eur"][c])),  # type: ignore[misc]
            committed,
            _span(runs, lambda r, c=committed: _eur(r["eur_datastrip"][c], 2)),  # type: ignore[misc]
            _span(runs, lambda r, c=committed: _eur(r["eur_month"][c])),  # type: ignore[misc]
        )
    console.print(table)
    console.print()
    console.print(money)
    for line in document["notes"]:
        console.print(line, style="dim", markup=False)


def show_replay(console: Console, one: Replay, errors: Mapping[str, Mapping[str, float]]) -> None:
    """The prediction, with its errors."""
    console.print(
        f"[bold]{one.scenes} scenes[/] as in the operations of 2018-07-21, "
        f"centre {one.centre or 'between EPAE and the others'}"
    )
    table = Table("", "seconds", "mean error", "largest error", "rows", box=None)
    for name, label in (("l0c", "L0c"), ("l1ab", "L1AB"), ("l1c", "L1C"), ("wall", "L0c to L1C")):
        value, error = getattr(one, name), errors[name]
        table.add_row(
            label,
            "none: too short" if value is None else f"{value:.0f}",
            f"{error['mean']:.0%}",
            f"{error['largest']:.0%}",
            f"{error['rows']:.0f}",
        )
    console.print(table)
    console.print(
        f"{one.l1b_scenes} scenes of L1B, {one.tiles:.0f} tiles. Errors are of rows that were left out of "
        "the calibration; that of L0c is of a line that has seen them.",
        style="dim",
    )


def show_sizes(console: Console, document: Mapping[str, Any]) -> None:
    """What keeps the timeliness, cheapest first."""
    asked = f"{100 * document['confidence']:g} % within {document['timeliness_h']:g} h of sensing"
    speed = f"speed {document['speed']:.2f}" + ("" if document["index_known"] else ", the slowest known")
    console.print(f"[bold]{document['title']}, {document['flavor']}[/] ({speed}): {asked}")
    if not document["choices"]:
        console.print(
            f"No platform of at most {document['limit']} stages keeps it: the best reached "
            f"{100 * document['best_share']:.1f} %. Ask for more time or a smaller share, or raise --limit."
        )
        return
    table = Table(
        "stages",
        "vDS scenes",
        "kept",
        "EUR/month by the hour",
        "by the month",
        "by the year",
        "cheapest",
        box=None,
    )
    for choice in document["choices"]:
        eur = choice["eur_month"]
        stages = f"{choice['stages']}" + (f"–{choice['most']}" if choice["most"] > choice["stages"] else "")
        table.add_row(
            stages,
            str(choice["scenes"]),
            f"{100 * choice['share']:.1f} %",
            *(_eur(eur[c]) for c in ("hour", "month", "year")),
            choice["commitment"],
        )
    console.print(table)
    if "written" in document:
        written = document["written"]
        for key, value in written["keys"].items():
            before = written["before"][key]
            console.print(f"{written['file']}: servers.stage.{key} is {value} now, was {before or 'unset'}")


def _span(runs: Sequence[Any], text: Callable[[Any], str]) -> str:
    return " – ".join(dict.fromkeys(text(r) for r in runs))


def _eur(price: Mapping[str, Any], digits: int = 0) -> str:
    if price["value"] is None:
        return "unknown"
    return f"{'≥ ' if price['at_least'] else ''}{price['value']:.{digits}f}"
