"""`vds price --stack S --json | python -m study.price.rate`: EUR per hour, for monitoring.

As the stack is rented (servers.stage.commitment). Nothing where it is not known in full: a lower bound would
be taken for the rate.
"""

import json
import sys
from typing import Any


def rate(document: dict[str, Any]) -> str:
    """The figure, or an empty text."""
    commitments = document.get("commitments") or {}
    total = commitments.get(document.get("commitment", "hour"), {}).get("eur_hour") or {}
    known = total.get("value") is not None and not total.get("at_least")
    return str(total["value"]) if known else ""


if __name__ == "__main__":
    text = sys.stdin.read()
    print(rate(json.loads(text)) if text.strip() else "")
