"""A vDS (or the assembly of several) with the inputs of every IPF: what comes before each has been run once.

The events of the preparation are kept beside it, so that an interrupted preparation goes on where it was.
What is measured is not published: the inputs stay as the preparation has left them.
"""

import shutil
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from batch.chain import Chain, Extents, Invocation, extents_of
from batch.choreography import Event, Firing
from batch.errors import IpfError
from batch.runner.exitcode import missing_outputs, verdict
from batch.runner.model import Limits, Runner, Work
from batch.runner.prepare import Context, Prepared, prepare
from batch.runner.publish import publish
from batch.stage.tilelist import read_tiles
from study.bench.measure import never

#: Steps that write outside their attempt, and the parameter that says where.
ELSEWHERE = {"STAGE_IN": "INPUT", "STAGE_OUT": "TARGET"}
Progress = Callable[[int, int], None]


@dataclass
class Rig:
    """One job of the bench: `folder` is its scratch, `context` what its job orders share."""

    context: Context
    runner: Runner
    folder: Path
    scenes: int
    events: list[Event] = field(default_factory=list)

    @property
    def chain(self) -> Chain:
        """The chain whose IPFs are measured."""
        return self.context.chain

    @property
    def extents(self) -> Extents:
        """Pieces of every dimension, tiles included once they are known."""
        known: dict[str, tuple[str, ...]] = dict(extents_of(self.chain, self.scenes))
        for event in self.events:
            known.update(event.announced)
        return known

    def prepare(self, jobs: int, needed: Collection[str], progress: Progress = lambda done, of: None) -> None:
        """Run every invocation of the IPFs `needed` once, `jobs` at a time. IpfError if one fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "events.jsonl"
        self.events = _events(log)
        firing = Firing(self.chain, self.context.scope, extents_of(self.chain, self.scenes))
        for event in self.events:
            firing.apply(event)
        waiting = [v for v in sorted(firing.fireable()) if v.ipf in needed]
        running: dict[Future[Event], Invocation] = {}
        with ThreadPoolExecutor(jobs) as pool:
            while waiting or running:
                while waiting and len(running) < jobs:
                    one = waiting.pop(0)
                    running[pool.submit(self._make, one, dict(firing.extents))] = one
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    del running[future]
                    event = future.result()
                    with log.open("a", encoding="utf-8") as file:
                        file.write(event.to_json() + "\n")
                    self.events.append(event)
                    waiting += [v for v in firing.apply(event) if v.ipf in needed]
                left = sum(v.ipf in needed for v in firing.pending)
                progress(len(firing.done), len(firing.done) + left)

    def work(self, invocation: Invocation, number: int) -> tuple[Work, Prepared]:
        """A work that runs the invocation again, in a folder of its own that `number` tells from others."""
        context = self.context
        where = ELSEWHERE.get(invocation.ipf)
        if where:
            own = {**context.own[invocation.ipf], where: str(self._aside(invocation, number))}
            context = replace(context, own={**context.own, invocation.ipf: own})
        return self._work(context, invocation, number, self.extents)

    def clear(self, invocation: Invocation, ready: Prepared, number: int) -> None:
        """Remove what a measured run has written."""
        shutil.rmtree(ready.folder, ignore_errors=True)
        shutil.rmtree(self._aside(invocation, number), ignore_errors=True)

    def _aside(self, invocation: Invocation, number: int) -> Path:
        return self.folder / "aside" / f"{invocation.ipf}.{number}"

    def _make(self, invocation: Invocation, extents: Extents) -> Event:
        work, ready = self._work(self.context, invocation, 1, extents)
        usage = self.runner.run(work, never)
        missing = missing_outputs(ready.mandatory, split=bool(ready.ipf.split))
        judged = verdict(usage, missing, work.limits.timeout_s)
        if not judged.good:
            raise IpfError(f"{invocation.key}: {judged.reason}; its log is {work.err}")
        announced: Mapping[str, tuple[str, ...]] = {}
        if ready.ipf.announces:
            tiles = read_tiles(ready.folder / "output" / "TILE_LIST_FILE" / "tile_list_file.xml")
            announced = {ready.ipf.announces: tiles}
        publish(ready.folder, ready.target)
        shutil.rmtree(ready.folder, ignore_errors=True)
        return Event.of(invocation, announced)

    def _work(
        self, context: Context, invocation: Invocation, number: int, extents: Extents
    ) -> tuple[Work, Prepared]:
        ready = prepare(context, invocation, number, extents)
        resources = ready.ipf.resources
        limits = Limits(resources.cpus, resources.memory_mb, resources.timeout_s(self.scenes))
        aux = (context.aux,) if context.aux else ()
        work = Work(
            ipf=ready.ipf.task_name,
            version=ready.ipf.version,
            job_order=ready.job_order,
            folder=ready.folder,
            limits=limits,
            readable=(context.folder, *aux),
            holder="vds-bench",
            kit=ready.ipf.kit,
        )
        return work, ready


def _events(log: Path) -> list[Event]:
    """The events so far; a last line without an end is left out, and cut off."""
    if not log.exists():
        return []
    text = log.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        log.write_text(whole, encoding="utf-8")
    return [Event.from_json(line) for line in whole.splitlines()]
