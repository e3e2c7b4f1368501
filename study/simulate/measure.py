"""What a simulation comes to: timeliness, utilisation, queue, cost. Pure: an outcome in, numbers out."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np

from infra.settings.model import Stack
from study.price.bounds import Bounds, total
from study.price.items import HOURS_PER_MONTH, per_hour, server_hour, stage_volumes
from study.simulate.model import Outcome, Platform

#: Classes of timeliness: hours from the first line that was sensed to the L1C (STBD, OCD: 3 h and 24 h).
CLASSES_H = (3.0, 24.0)
QUANTILES = (0.05, 0.5, 0.9, 0.95, 0.99, 1.0)


def timeliness(outcome: Outcome) -> dict[str, Any]:
    """Hours to L1C since sensing and since the L0c was there; the share of datastrips within each class.

    A datastrip that failed is in no class; one that is too short does not count.
    """
    possible = [m for m in outcome.made if m.why != "too short"]
    done = [m for m in possible if m.done is not None]
    since_sensing = np.array([(m.done or 0.0) - m.sensed for m in done]) / 3600
    since_ready = np.array([(m.done or 0.0) - m.ready for m in done]) / 3600
    return {
        "datastrips": len(outcome.made),
        "done": len(done),
        "failed": len(possible) - len(done),
        "too_short": len(outcome.made) - len(possible),
        "within": {f"{hours:g}h": share_within(outcome, hours) for hours in CLASSES_H},
        "hours_since_sensing": _quantiles(since_sensing),
        "hours_since_l0c": _quantiles(since_ready),
    }


def share_within(outcome: Outcome, hours: float) -> float:
    """Share of the datastrips, but for the too short, whose L1C is there so long after sensing began."""
    possible = [m for m in outcome.made if m.why != "too short"]
    within = [m for m in possible if m.done is not None and m.done - m.sensed <= hours * 3600]
    return len(within) / max(1, len(possible))


def load(outcome: Outcome, platform: Platform) -> dict[str, Any]:
    """Utilisation of stages and slots (0 … 1), what waited, what was lost."""
    paid = max(outcome.stage_s, 1e-9)
    lengths = np.array(sorted(outcome.waiting))
    spent = np.array([outcome.waiting[int(n)] for n in lengths])
    return {
        "vds": outcome.vds,
        "vds_attempts": outcome.vds_attempts,
        "ipf_attempts": outcome.ipf_attempts,
        "stages": {"least": platform.stages, "most": max(platform.stages, platform.most),
                   "mean": round(outcome.stage_s / outcome.end, 3) if outcome.end else 0.0},
        "stage_hours": round(outcome.stage_s / 3600, 3),
        "slot_hours": round(outcome.work_s / 3600, 3),
        "stage_utilisation": outcome.stage_busy_s / paid,
        "slot_utilisation": outcome.work_s / (paid * platform.slots),
        "waiting_vds": {
            "mean": float(lengths @ spent / spent.sum()) if spent.sum() else 0.0,
            "p95": _weighted(lengths, spent, 0.95),
            "most": int(lengths[-1]) if len(lengths) else 0,
        },
        "lost_stages": outcome.lost_stages,
        "hours": outcome.end / 3600,
        "in_gb": outcome.in_mb / 1000,
        "out_gb": outcome.out_mb / 1000,
    }  # fmt: skip


def cost(outcome: Outcome, platform: Platform, stack: Stack, flavor: str) -> dict[str, Bounds]:
    """EUR for the time simulated, by commitment: stages and all else of the stack (volumes, other servers).

    By the hour every started hour of a stage is paid. Committed (month, year) is the least number of stages,
    for the time simulated; what an elastic platform has beyond it is paid by the hour. The products' egress
    is in none of them: who fetches how many of them is not simulated.
    """
    hours = outcome.end / 3600
    started = sum(ceil((stop - start) / 3600 - 1e-9) for start, stop in outcome.stages)
    whole = ceil(hours - 1e-9) * platform.stages
    found = {}
    for commitment in ("hour", "month", "year"):
        stage = server_hour(stack, flavor, commitment)
        rest = per_hour(stack, commitment, 0)  # bastion, broker, storage, their volumes, network
        volumes = _stage_volumes(stack)
        if commitment == "hour":
            stages = stage * float(started)
        else:
            extra = server_hour(stack, flavor, "hour") * float(max(0, started - whole))
            stages = stage * (hours * platform.stages) + extra
        found[commitment] = stages + rest * hours + volumes * (outcome.stage_s / 3600)
    return found


def per_datastrip(price: Bounds, outcome: Outcome) -> Bounds:
    """EUR per datastrip that was made."""
    done = sum(m.done is not None for m in outcome.made)
    return price * (1.0 / max(1, done))


def month(price: Bounds, outcome: Outcome) -> Bounds:
    """EUR per month of 730 h at the same pace."""
    return price * (HOURS_PER_MONTH * 3600 / max(outcome.end, 1.0))


def _stage_volumes(stack: Stack) -> Bounds:
    """EUR per hour of what one stage has beside its server."""
    return total(item.hour for item in stage_volumes(stack, 1))


def _quantiles(values: np.ndarray) -> Mapping[str, float]:
    names = {q: "max" if q == 1 else f"p{100 * q:g}" for q in QUANTILES}
    if not len(values):
        return {}
    return {"mean": float(values.mean()), **{n: float(np.quantile(values, q)) for q, n in names.items()}}


def _weighted(values: np.ndarray, weights: np.ndarray, q: float) -> int:
    if not len(values):
        return 0
    return int(values[np.searchsorted(np.cumsum(weights), q * weights.sum())])
