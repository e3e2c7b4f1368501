"""A status as tables for people."""

import json
from typing import TYPE_CHECKING, Any

import click
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from batch.stage.submit import Submission

COLOUR = {"DONE": "green", "RUNNING": "cyan", "FAILED": "red", "CANCELLED": "yellow", "PENDING": "dim"}


def render(status: dict[str, Any]) -> RenderableType:
    """Jobs of one datastrip, and its figures."""
    table = Table(title=None, box=None, pad_edge=False)
    for name, right in (
        ("job", 0),
        ("scenes", 1),
        ("state", 0),
        ("stage", 0),
        ("done", 1),
        ("wall", 1),
        ("", 0),
    ):
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for job in [*status["vds"], *([status["assembly"]] if status["assembly"] else [])]:
        scenes = f"{job['first']}–{job['last']}" if job.get("first") else ""
        table.add_row(
            job["id"],
            scenes,
            Text(job["state"], COLOUR.get(job["state"], "")),
            job["stage"] or "",
            f"{job['done']}/{job['fired']}" if job["fired"] else "",
            f"{job['wall_s']:.0f} s" if job["wall_s"] else "",
            job["reason"].splitlines()[0] if job["reason"] else "",
        )
    head = Text(f"{status['datastrip']}  ") + Text(status["state"], COLOUR.get(status["state"], ""))
    seen = "" if status["products"] is None else f"{len(status['products'])} products, "
    figures = (
        f"{seen}{len(status['tiles'])} tiles, {status['attempts']} attempts, "
        f"wall {status['wall_s']:.1f} s, work {status['work_s']:.1f} s, bound {status['bound_s']:.1f} s"
    )
    if status["cost"] is not None:
        figures += f", cost {status['cost']:.2f} EUR"
    return Group(head, table, Text(figures, "dim"))


def overview(rows: list[dict[str, Any]], stages: dict[str, dict[str, Any]]) -> RenderableType:
    """All datastrips in short, and the stages."""
    table = Table(box=None, pad_edge=False)
    for name in ("datastrip", "state", "vDS done", "wall"):
        table.add_column(name)
    for row in rows:
        done = sum(j["state"] == "DONE" for j in row["vds"])
        state = Text(row["state"], COLOUR.get(row["state"], ""))
        table.add_row(row["datastrip"], state, f"{done}/{len(row['vds'])}", f"{row['wall_s']:.0f} s")
    workers = Table(box=None, pad_edge=False)
    for name in ("stage", "slots", "holds", "free MB", ""):
        workers.add_column(name)
    for name, stage in stages.items():
        drain = "ending" if stage.get("ending") == "1" else "draining" if stage.get("drain") == "1" else ""
        held = " ".join(stage["held"])
        workers.add_row(name, stage.get("slots", "?"), held, stage.get("free_mb", "?"), drain)
    return Group(table, Text(), workers)


def show_cut(submission: "Submission", as_json: bool) -> None:
    """What `--dry-run` tells."""
    cuts = [
        {"id": c.id, "first": c.first, "last": c.last, "disk_mb": round(submission.disk_mb[c.id], 1)}
        for c in submission.cuts
    ]
    if as_json:
        click.echo(
            json.dumps({"datastrip": submission.name, "scale": submission.scale, "vds": cuts}, indent=1)
        )
        return
    click.echo(f"{submission.name}, {submission.datastrip.scenes} scenes, scale {submission.scale}")
    for one in cuts:
        click.echo(f"  {one['id']}  scenes {one['first']}–{one['last']}  scratch {one['disk_mb']} MB")
