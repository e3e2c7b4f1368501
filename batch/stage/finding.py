"""One thing that `vds check` looked at."""

from dataclasses import dataclass

OK, WARNING, MISSING = "ok", "warning", "missing"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is empty where all is well."""

    what: str
    level: str
    found: str
    remedy: str = ""
