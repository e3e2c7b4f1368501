"""Every attempt as a row, with the column names of Nextflow's trace file, which many tools read.

Durations in ms, memory and bytes in bytes, times in ms since 1970 (Nextflow's `raw` format); `%cpu` in
percent of one core. What Nextflow does not have is at the end.
"""

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

COLUMNS = (
    "task_id", "hash", "native_id", "process", "tag", "name", "status", "exit", "attempt", "submit", "start",
    "complete", "duration", "realtime", "%cpu", "peak_rss", "rchar", "wchar", "workdir", "hostname",
    "job", "stage", "reason",
)  # fmt: skip
#: Nextflow's words for our states; the others are ABORTED.
STATUS = {
    "DONE": "COMPLETED",
    "WARNING": "COMPLETED",
    "FAILED": "FAILED",
    "TIMEOUT": "FAILED",
    "RUNNING": "RUNNING",
}


def rows(ds: str, attempts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per attempt, in the order of their starts."""
    return [_row(number, ds, attempt) for number, attempt in enumerate(attempts, 1)]


def to_csv(ds: str, attempts: list[dict[str, Any]]) -> str:
    """The table as CSV with a header."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(ds, attempts))
    return text.getvalue()


def _row(number: int, ds: str, attempt: dict[str, Any]) -> dict[str, Any]:
    ipf, _, unit = attempt["key"].partition("/")
    wall, cpu = float(attempt.get("wall_s") or 0), float(attempt.get("cpu_s") or 0)
    digest = hashlib.sha256(
        f"{ds}/{attempt['job']}/{attempt['key']}#{attempt['attempt']}".encode()
    ).hexdigest()
    holder = str(attempt.get("holder", ";;;")).split(";")
    running = attempt["state"] == "RUNNING"
    return {
        "task_id": number,
        "hash": f"{digest[:2]}/{digest[2:8]}",
        "native_id": holder[1],
        "process": ipf,
        "tag": unit,
        "name": f"{ipf} ({unit})" if unit else ipf,
        "status": STATUS.get(attempt["state"], "ABORTED"),
        "exit": attempt.get("exit", "-"),
        "attempt": attempt["attempt"],
        "submit": round(attempt["start"] * 1000),
        "start": round(attempt["start"] * 1000),
        "complete": "-" if running else round((attempt["start"] + wall) * 1000),
        "duration": round(wall * 1000),
        "realtime": round(wall * 1000),
        "%cpu": round(100 * cpu / wall, 1) if wall else 0.0,
        "peak_rss": round(float(attempt.get("max_rss_mb") or 0) * 1e6),
        "rchar": round(float(attempt.get("read_mb") or 0) * 1e6),
        "wchar": round(float(attempt.get("written_mb") or 0) * 1e6),
        "workdir": str(Path(attempt["log"]).parent) if attempt.get("log") else "-",
        "hostname": holder[0].split(",")[0],
        "job": attempt["job"],
        "stage": attempt["stage"],
        "reason": str(attempt.get("reason") or "").replace("\n", " | "),
    }
