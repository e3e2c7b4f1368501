"""A runner that runs nothing: what is left is the choreography's own cost."""

from batch.runner.model import Aborted, Usage, Work


class NullRunner:
    """Ends at once, well."""

    def run(self, work: Work, aborted: Aborted) -> Usage:
        return Usage(exit=0)

    def reap(self, holder: str) -> int:
        return 0
