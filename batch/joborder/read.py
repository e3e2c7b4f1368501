"""Reading job orders, ours and those delivered by others.

Tolerant where real files differ: `count` attributes are often wrong, Config_Files may hold an empty
Conf_File_Name, stations, Sensing_Time, Test and List_of_Outputs may be absent, names may be padded by blanks.
"""

from pathlib import Path

from lxml import etree

from batch.errors import InputError
from batch.joborder.model import DIRECTORY, PHYSICAL, JobOrder, Output

ROOT = "Ipf_Job_Order"


def read_job_order(path: Path) -> JobOrder:
    """The job order in `path`; InputError if it is missing, broken XML or not a job order of one IPF."""
    root = parse(path)
    proc = _the_proc(path, root)
    conf = root.find("Ipf_Conf")
    conf = conf if conf is not None else etree.Element("Ipf_Conf")
    ipf = _required(path, proc, "Task_Name")
    version = _text(proc, "Task_Version") or _text(conf, "Version") or ""
    processor, processor_version = _text(conf, "Processor_Name"), _text(conf, "Version")
    inputs, input_name_types = _inputs(path, proc)
    outputs = _outputs(path, proc)
    first: dict[str, Output] = {}
    more: list[tuple[str, Output]] = []
    for file_type, output in outputs:
        if file_type in first:
            more.append((file_type, output))
        else:
            first[file_type] = output
    return JobOrder(
        ipf=ipf,
        version=version,
        inputs=inputs,
        outputs=first,
        parameters={
            _required(path, p, "Name"): _text(p, "Value") or ""
            for p in conf.findall("Dynamic_Processing_Parameters/Processing_Parameter")
        },
        sensing_start=_text(conf, "Sensing_Time/Start"),
        sensing_stop=_text(conf, "Sensing_Time/Stop"),
        acquisition_station=_text(conf, "Acquisition_Station"),
        processing_station=_text(conf, "Processing_Station"),
        input_name_types=input_name_types,
        more_outputs=tuple(more),
        processor=None if processor == ipf else processor,
        processor_version=None if processor_version == version else processor_version,
        log_level=_text(conf, "Stdout_Log_Level") or "INFO",
    )


def parse(path: Path) -> etree._Element:
    """Root of a job order file, read without entities, DTD or network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.parse(str(path), parser).getroot()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error}); give a job order file") from error
    except etree.XMLSyntaxError as error:
        raise InputError(f"{path}: not well-formed XML ({error.msg}); write the job order anew") from error
    if root.tag != ROOT:
        raise InputError(f"{path}: root element is {root.tag}, expected {ROOT}; give a job order")
    return root


def _the_proc(path: Path, root: etree._Element) -> etree._Element:
    procs = root.findall("List_of_Ipf_Procs/Ipf_Proc")
    if len(procs) != 1:
        raise InputError(f"{path}: {len(procs)} elements List_of_Ipf_Procs/Ipf_Proc, expected exactly one")
    return procs[0]


def _inputs(path: Path, proc: etree._Element) -> tuple[dict[str, tuple[Path, ...]], dict[str, str]]:
    inputs: dict[str, tuple[Path, ...]] = {}
    name_types: dict[str, str] = {}
    for element in proc.findall("List_of_Inputs/Input"):
        file_type = _required(path, element, "File_Type")
        names = [n.text.strip() for n in element.findall("List_of_File_Names/File_Name") if n.text]
        inputs[file_type] = inputs.get(file_type, ()) + tuple(Path(n) for n in names if n)
        name_types.setdefault(file_type, _text(element, "File_Name_Type") or PHYSICAL)
    return inputs, name_types


def _outputs(path: Path, proc: etree._Element) -> list[tuple[str, Output]]:
    return [
        (
            _required(path, element, "File_Type"),
            Output(
                path=Path(_text(element, "File_Name") or ""),
                mandatory=(element.get("mandatory") or "true").strip().lower() != "false",
                name_type=_text(element, "File_Name_Type") or DIRECTORY,
            ),
        )
        for element in proc.findall("List_of_Outputs/Output")
    ]


def _text(element: etree._Element, path: str) -> str | None:
    text = element.findtext(path)
    return text.strip() or None if text else None


def _required(path: Path, element: etree._Element, tag: str) -> str:
    text = _text(element, tag)
    if text is None:
        raise InputError(f"{path}: line {element.sourceline}: {element.tag} has no {tag}; fill it in")
    return text
