"""One job as a worker sees it: its record, its chain, its folders, and its own copy of the firing rule."""

import os
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from batch.chain import Chain, Invocation, extents_of, load_chain, with_partitions
from batch.choreography import Event, Firing, depths
from batch.config import Settings
from batch.ledger import ASSEMBLY, Fired, Ledger, View
from batch.ledger.ledger import PRIORITIES, PRIORITY_STEP
from batch.place import Place, place
from batch.runner.prepare import Context

#: Jobs whose copies a worker keeps: those its stage holds, and some that ended.
KEPT = 8


@dataclass
class Job:
    """A vDS or the assembly, at one epoch (each start from L0c is another)."""

    name: str
    epoch: str
    record: dict[str, Any]
    info: dict[str, Any]
    chain: Chain
    settings: Settings
    cursor: int = 0

    @property
    def id(self) -> str:
        """v01 … or ds."""
        return self.name.rpartition("/")[2]

    @property
    def scope(self) -> str:
        """Scope of the chain that this job runs."""
        return "datastrip" if self.id == ASSEMBLY else "vds"

    @property
    def out(self) -> Path:
        """`OUT/<DS name>` on shared storage; if that is in a bucket, what stands for it there: `work`."""
        return Path(self.record.get("work") or self.record["out"])

    @property
    def scenes(self) -> int:
        """Number of scenes."""
        return int(self.info.get("scenes") or self.record["scenes"])

    @property
    def folder(self) -> Path:
        """Scratch of the job. The assembly's is on shared storage: any stage may run any of its units."""
        if self.id == ASSEMBLY:
            return self.out / f".assembly.{self.epoch}"
        return scratch_of(self.settings, self.name, self.epoch)

    @property
    def products(self) -> Place:
        """Where the job's products are published."""
        out = place(self.record["out"])
        return out / "L1C" if self.id == ASSEMBLY else out / "l1c" / self.id

    @cached_property
    def firing(self) -> Firing:
        """This worker's copy of the firing rule."""
        return Firing(self.chain, self.scope, extents_of(self.chain, self.scenes))

    @cached_property
    def scores(self) -> dict[str, float]:
        """Score of each IPF in the ready set: priority first, then the longest remaining path."""
        longest = depths(self.chain, self.scope, lambda i: i.resources.timeout_s(self.scenes))
        base = PRIORITIES[self.record.get("priority", "normal")] * PRIORITY_STEP
        return {name: base - depth for name, depth in longest.items()}

    @cached_property
    def context(self) -> Context:
        """What the job orders of this job share."""
        granules = {"GRANULES": self.record["granules"]} if self.record.get("granules") else {}
        own = {
            "STAGE_IN": {
                "SOURCE": str(self.info.get("path", "")),
                "INPUT": str(self.folder / "input"),
                **granules,
            },
            "STAGE_OUT": {"TARGET": str(self.products)},
            "COLLECT": {
                "SOURCE": str(self.record["source"]),
                "PRODUCTS": str(place(self.record["out"]) / "l1c"),
                "JOBS": " ".join(self.record["vds"]),
            },
        }
        return Context(
            chain=self.chain,
            scope=self.scope,
            folder=self.folder,
            aux=Path(self.settings.aux) if self.settings.aux else None,
            parameters={
                "SCALE": str(self.record.get("scale", 1)),
                "CREATION_DATE": self.record["creation_date"],
                **self.record.get("parameters", {}),
            },
            own=own,
            sensing=tuple(self.info["sensing"]) if self.info.get("sensing") else None,
            stations=tuple(self.record["stations"]) if self.record.get("stations") else None,
        )

    def files_gone(self) -> bool:
        """Whether an IPF that is done by the log has no output folder any more: a new disk, a tidy hand."""
        wrote = {i.ipf for i in self.firing.done}
        return any(
            i.outputs and i.name in wrote and not (self.folder / i.name / "output").is_dir()
            for i in self.chain.scope(self.scope)
        )

    def fired(self, invocations: list[Invocation]) -> Fired:
        """Those invocations with their scores."""
        return Fired(self.name, self.epoch, [(i.key, self.scores[i.ipf]) for i in invocations])

    def hear(self, events: list[str]) -> list[Invocation]:
        """Take in events from the job's log (from `cursor` on); gives what they fire."""
        self.cursor += len(events)
        return [i for text in events for i in self.firing.apply(Event.from_json(text))]


class Jobs:
    """The jobs that this process has to do with."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self.view, self.settings = View(ledger), settings
        self._open: OrderedDict[tuple[str, str], Job] = OrderedDict()
        self._chains: dict[str, Chain] = {}

    def open(self, name: str, epoch: str) -> Job:
        """The job, with all that its log says so far if it is new here."""
        job = self._open.get((name, epoch))
        if job is None:
            ds = name.rpartition("/")[0]
            record = self.view.record(ds)
            job = Job(name, epoch, record, self.view.job(name), self._chain(record), self.settings)
            job.hear(self.view.log(name))
            self._open[name, epoch] = job
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
        self._open.move_to_end((name, epoch))
        return job

    def forget(self, job: Job) -> None:
        """Its copy took in an event that never came to be."""
        self._open.pop((job.name, job.epoch), None)

    def _chain(self, record: dict[str, Any]) -> Chain:
        digest = record["chain_hash"]
        if digest not in self._chains:
            path = self.settings.scratch_dir / ".chains" / f"{digest}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(f".{os.getpid()}")
            aside.write_text(self.view.chain(digest))
            aside.replace(path)
            self._chains[digest] = with_partitions(load_chain(path), record.get("partitions") or {})
        return self._chains[digest]


def scratch_of(settings: Settings, name: str, epoch: str) -> Path:
    """Scratch of a vDS at one epoch: what an earlier, lost holder still writes can never be in the way."""
    return settings.scratch_dir / f"{name}.{epoch}"
