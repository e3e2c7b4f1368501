"""One HTML page that loads nothing: summary, timeline per stage and slot, IPFs, what went wrong."""

import html
from collections import defaultdict
from typing import Any

STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1200px;padding:0 1rem;
color:#1a2433;background:#fff}
h1{font-size:1.3rem;word-break:break-all}h2{font-size:1.05rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #dde3ea}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr))}
dt{color:#5a6b80;font-size:.85rem}dd{margin:0 0 .6rem;font-size:1.1rem}svg{width:100%;height:auto}
.lane{fill:#f2f5f8}text{font:11px system-ui,sans-serif;fill:#5a6b80}
pre{white-space:pre-wrap;margin:0;font-size:12px}
@media(prefers-color-scheme:dark){body{background:#12181f;color:#dde5ee}th,td{border-color:#2c3947}.lane{fill:#1b242e}}
"""
WIDTH, LANE, LEFT = 1150, 16, 90
GOOD = ("DONE", "WARNING")


def page(status: dict[str, Any], attempts: list[dict[str, Any]]) -> str:
    """The page, from `status()` and the attempts of `View`."""
    bad = [a for a in attempts if a["state"] not in (*GOOD, "RUNNING")]
    parts = [
        f"<h1>{_text(status['datastrip'])}</h1>",
        _summary(status),
        "<h2>Timeline</h2>",
        timeline(attempts),
        "<h2>Virtual datastrips</h2>",
        _jobs(status),
        "<h2>IPFs</h2>",
        _ipfs(attempts),
        "<h2>What went wrong</h2>",
        _bad(bad) if bad else "<p>Nothing.</p>",
    ]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{_text(status['datastrip'])}</title><style>{STYLE}</style>{''.join(parts)}</html>\n"
    )


def _summary(status: dict[str, Any]) -> str:
    slots, wall = status["slots"], status["wall_s"]
    used = 100 * status["work_s"] / (slots * wall) if slots and wall else 0.0
    facts = {
        "State": status["state"],
        "Wall time": _duration(wall),
        "Work": _duration(status["work_s"]),
        "Bound": _duration(status["bound_s"]),
        "Critical path": _duration(status["critical_path_s"]),
        "Slots": str(slots),
        "Utilisation": f"{used:.0f} %",
        "Attempts": str(status["attempts"]),
        "Tiles": str(len(status["tiles"])),
        "Cost": "no price given" if status["cost"] is None else f"{status['cost']:.2f} EUR",
    }
    return "<dl>" + "".join(f"<div><dt>{k}</dt><dd>{_text(v)}</dd></div>" for k, v in facts.items()) + "</dl>"


def timeline(attempts: list[dict[str, Any]]) -> str:
    """One lane per stage and slot; each attempt a bar, with its key and duration as tooltip."""
    if not attempts:
        return "<p>No attempt yet.</p>"
    begin = min(a["start"] for a in attempts)
    end = max(_end(a) for a in attempts)
    scale = (WIDTH - LEFT) / max(end - begin, 1e-3)
    placed = lanes(attempts)
    names = sorted({(stage, lane) for stage, lane, _ in placed})
    rows = {name: number for number, name in enumerate(names)}
    drawn = [
        f"<rect class=lane x={LEFT} y={row * LANE} width={WIDTH - LEFT} height={LANE - 2} />"
        f"<text x=0 y={row * LANE + 11}>{_text(stage)} · {lane + 1}</text>"
        for (stage, lane), row in rows.items()
    ]
    for stage, lane, a in placed:
        x = LEFT + (a["start"] - begin) * scale
        width = max(0.6, (_end(a) - a["start"]) * scale)
        label = f"{a['job']} {a['key']} #{a['attempt']}: {a['state']}, {_duration(_end(a) - a['start'])}"
        drawn.append(
            f"<rect x={x:.1f} y={rows[stage, lane] * LANE} width={width:.1f} height={LANE - 2} "
            f"fill='{_colour(a)}'><title>{_text(label)}</title></rect>"
        )
    height = len(rows) * LANE
    ticks = "".join(
        f"<text x={LEFT + i / 6 * (WIDTH - LEFT):.0f} y={height + 14}>{_duration(i / 6 * (end - begin))}"
        "</text>"
        for i in range(6)
    )
    return f"<svg viewBox='0 0 {WIDTH} {height + 20}' role=img>{''.join(drawn)}{ticks}</svg>"


def lanes(attempts: list[dict[str, Any]]) -> list[tuple[str, int, dict[str, Any]]]:
    """Each attempt with its stage and the first slot of that stage that was free when it began."""
    free: dict[str, list[float]] = defaultdict(list)
    placed = []
    for attempt in sorted(attempts, key=lambda a: a["start"]):
        ends = free[attempt["stage"]]
        # A slot's next attempt begins in the very step that ends the one before.
        lane = next((i for i, end in enumerate(ends) if end <= attempt["start"] + 0.005), len(ends))
        if lane == len(ends):
            ends.append(0.0)
        ends[lane] = _end(attempt)
        placed.append((attempt["stage"], lane, attempt))
    return placed


def _jobs(status: dict[str, Any]) -> str:
    jobs = [*status["vds"], *([status["assembly"]] if status["assembly"] else [])]
    head = "<tr><th>Job<th>Scenes<th>State<th>Stage<th class=n>Wall<th class=n>Done</tr>"
    rows = (
        f"<tr><td>{_text(j['id'])}<td>{j['first']}–{j['last']}"
        if j.get("first")
        else f"<tr><td>{_text(j['id'])}<td>"
        for j in jobs
    )
    rest = (
        f"<td>{_text(j['state'])}<td>{_text(j['stage'] or '')}<td class=n>{_duration(j['wall_s'] or 0)}"
        f"<td class=n>{j['done']} of {j['fired']}</tr>"
        for j in jobs
    )
    return f"<table>{head}{''.join(a + b for a, b in zip(rows, rest, strict=True))}</table>"


def _ipfs(attempts: list[dict[str, Any]]) -> str:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for attempt in attempts:
        groups[attempt["key"].partition("/")[0]].append(attempt)
    head = (
        "<tr><th>IPF<th class=n>Attempts<th class=n>Wall<th class=n>Longest<th class=n>CPU"
        "<th class=n>Peak memory<th class=n>Read<th class=n>Written</tr>"
    )
    rows = []
    for ipf, group in sorted(groups.items(), key=lambda g: -_sum(g[1], "wall_s")):
        rows.append(
            f"<tr><td>{_text(ipf)}<td class=n>{len(group)}<td class=n>{_duration(_sum(group, 'wall_s'))}"
            f"<td class=n>{_duration(max(float(a.get('wall_s') or 0) for a in group))}"
            f"<td class=n>{_duration(_sum(group, 'cpu_s'))}"
            f"<td class=n>{max(float(a.get('max_rss_mb') or 0) for a in group):.0f} MB"
            f"<td class=n>{_sum(group, 'read_mb'):.0f} MB<td class=n>{_sum(group, 'written_mb'):.0f} MB</tr>"
        )
    return f"<table>{head}{''.join(rows)}</table>"


def _bad(attempts: list[dict[str, Any]]) -> str:
    rows = (
        f"<tr><td>{_text(a['job'])}<td>{_text(a['key'])}<td class=n>{a['attempt']}<td>{_text(a['state'])}"
        f"<td><pre>{_text(str(a.get('reason') or ''))}</pre></tr>"
        for a in attempts
    )
    return (
        f"<table><tr><th>Job<th>Invocation<th class=n>Attempt<th>State<th>Cause</tr>{''.join(rows)}</table>"
    )


def _sum(attempts: list[dict[str, Any]], name: str) -> float:
    return sum(float(a.get(name) or 0) for a in attempts)


def _end(attempt: dict[str, Any]) -> float:
    return float(attempt["start"]) + float(attempt.get("wall_s") or 0)


def _colour(attempt: dict[str, Any]) -> str:
    if attempt["state"] not in (*GOOD, "RUNNING"):
        return "#d1343c"
    # One hue per IPF, always the same, away from red.
    hue = 40 + sum(ord(c) * (i + 7) for i, c in enumerate(attempt["key"].partition("/")[0])) % 280
    return f"hsl({hue} 55% 52%)"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _text(value: object) -> str:
    return html.escape(str(value))
