"""`python -m batch.stage <step> <job order>`: the kit's own steps, run as an IPF is: its limits, its logs."""

import sys
import traceback
from pathlib import Path

from batch.joborder import read_job_order
from batch.stage.collect import collect
from batch.stage.stage_in import stage_in
from batch.stage.stage_out import stage_out

STEPS = {"STAGE_IN": stage_in, "STAGE_OUT": stage_out, "COLLECT": collect}
FAILURE = 128


def main(name: str, path: Path) -> int:
    """Exit code by the rule of the IPFs."""
    try:
        STEPS[name](read_job_order(path))
        return 0
    except Exception as error:
        traceback.print_exc()
        sys.stderr.write(f"[E] {name}: {error}\n")
        return FAILURE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
