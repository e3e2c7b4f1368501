"""A progress bar on standard error; lines where there is no terminal; nothing where it is not wanted."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Bar:
    """Use as a context manager."""

    def __init__(self, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        terminal = sys.stderr.isatty()
        self._lines = not quiet and not terminal
        self._bar = Progress(*columns, console=Console(stderr=True), disable=quiet or not terminal)
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> "Bar":
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.__exit__(kind, error, trace)

    def begin(self, what: str) -> None:
        """Another part of the work."""
        self._bar.reset(self._task, description=what, total=None)
        if self._lines:
            print(what, file=sys.stderr, flush=True)

    def step(self, done: int, of: int) -> None:
        """`done` of `of` parts are done."""
        self._bar.update(self._task, completed=done, total=of)
