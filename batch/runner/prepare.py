"""An attempt's folder and job order, from chain, invocation and extents. Every folder exists beforehand."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from batch.chain import Chain, Extents, Invocation, Ipf, Source, name_type, parameters_of
from batch.errors import VdsError
from batch.joborder import DIRECTORY, PHYSICAL, JobOrder, Output, write_job_order
from batch.runner.exitcode import has_content

REPORT, WORKING, IDP_INFOS = "REPORT", "WORKING", "IDP_INFOS"
#: What the real job orders tell each IDP-SC (idp_infos.xml, maxSizeRAM in GB).
MAX_SIZE_RAM_GB = 2


@dataclass(frozen=True)
class Context:
    """What a job's invocations share. `folder`: the job's scratch; `parameters`: common to all IPFs."""

    chain: Chain
    scope: str
    folder: Path
    aux: Path | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    #: Parameters for one IPF only (STAGE_IN: where from; STAGE_OUT: where to).
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    sensing: tuple[str, str] | None = None
    stations: tuple[str, str] | None = None


@dataclass(frozen=True)
class Prepared:
    """An attempt that is ready to run: `mandatory` maps the file types that it must write to their places."""

    ipf: Ipf
    folder: Path
    job_order: Path
    mandatory: dict[str, Path]

    @property
    def target(self) -> Path:
        """The IPF's folder, where the outputs are published."""
        return self.folder.parents[1]


def prepare(context: Context, invocation: Invocation, attempt: int, extents: Extents) -> Prepared:
    """Make `<job>/<IPF>/attempts/<unit>.<n>/` with its job order, output folders, tmp and REPORT."""
    ipf = context.chain.ipf(invocation.ipf, context.scope)
    folder = context.folder / ipf.name / "attempts" / f"{invocation.unit.label}.{attempt}"
    if folder.exists():
        shutil.rmtree(folder)
    for part in ("tmp", "REPORT", "output"):
        (folder / part).mkdir(parents=True)
    outputs = {o.type: _output(folder, o.type, o.mandatory) for o in ipf.outputs}
    for file_type in outputs:
        (folder / "output" / file_type).mkdir()
    _write_idp_infos(folder / "idp_infos.xml", context.chain)
    start, stop = context.sensing or (None, None)
    acquisition, processing = context.stations or (None, None)
    order = JobOrder(
        ipf=ipf.task_name,
        version=ipf.version,
        inputs={
            **inputs_of(context, ipf),
            WORKING: (folder / "tmp",),
            IDP_INFOS: (folder / "idp_infos.xml",),
        },
        outputs={**outputs, REPORT: Output(folder / "REPORT" / "report.xml", False, PHYSICAL)},
        parameters={
            **context.parameters,
            **parameters_of(ipf, invocation.unit, extents),
            **context.own.get(ipf.name, {}),
        },
        sensing_start=start,
        sensing_stop=stop,
        acquisition_station=acquisition,
        processing_station=processing,
    )
    path = folder / f"JobOrder_{ipf.task_name}.xml"
    write_job_order(order, path)
    return Prepared(ipf, folder, path, {t: o.path for t, o in outputs.items() if o.mandatory})


def inputs_of(context: Context, ipf: Ipf) -> dict[str, tuple[Path, ...]]:
    """File_Names by File_Type: the producers' outputs in the chain's order; static data if it is there.

    An output that its producer need not write, and did not, is left out, like static data that is missing.
    VdsError if one that it must write is not there.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for given in ipf.inputs:
        if given.aux:
            paths = _static(context.aux, given.type)
        else:
            paths = tuple(p for s in given.sources for p in _produced(context, s))
        if paths:
            found[given.type] = paths
    if ipf.everything:
        folders = (context.folder / p / "output" for p in context.chain.producers(ipf))
        for folder in folders:
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                found[path.name] = (*found.get(path.name, ()), _place(folder, path.name))
    return found


def _produced(context: Context, source: Source) -> list[Path]:
    place = _place(context.folder / source.ipf / "output", source.type)
    producer = context.chain.ipf(source.ipf, context.scope)
    if any(o.type == source.type and o.mandatory for o in producer.outputs) and not has_content(place):
        raise VdsError(
            f"{source.ipf} is done, but of its {source.type} nothing is in {place}; "
            "resubmit with --from-start"
        )
    return [place] if place.exists() else []


def _place(output: Path, file_type: str) -> Path:
    """Where a type is: its folder, or the one file of fixed name (TILE_LIST_FILE is tile_list_file.xml)."""
    folder = output / file_type
    return folder / f"{file_type.lower()}.xml" if name_type(file_type) == PHYSICAL else folder


def _output(folder: Path, file_type: str, mandatory: bool) -> Output:
    physical = name_type(file_type) == PHYSICAL
    return Output(_place(folder / "output", file_type), mandatory, PHYSICAL if physical else DIRECTORY)


def _static(aux: Path | None, file_type: str) -> tuple[Path, ...]:
    if aux is None or not aux.is_dir():
        return ()
    there = aux / file_type
    if name_type(file_type) == PHYSICAL:
        within = sorted(there.iterdir()) if there.is_dir() else sorted(aux.glob(f"*{file_type}*"))
        return tuple(p for p in within if p.is_file())
    return (there,) if there.exists() else ()


def _write_idp_infos(path: Path, chain: Chain) -> None:
    root = etree.Element("IDP_Infos")
    options = etree.SubElement(root, "Performance_Options")
    etree.SubElement(options, "maxSizeRAM").text = str(MAX_SIZE_RAM_GB)
    for name, version in {i.task_name: i.version for i in chain.ipfs}.items():
        etree.SubElement(root, "IDPSc_Name", version=version).text = name
    path.write_bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))


def give_to(folder: Path, uid: int, gid: int) -> None:
    """Make an attempt's folder another user's: a container must not run as root, and must write there."""
    for where, folders, names in os.walk(folder):
        for name in (".", *folders, *names):
            os.chown(Path(where, name), uid, gid, follow_symlinks=False)
