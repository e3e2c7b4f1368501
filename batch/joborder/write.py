"""Writing job orders: right counts, elements in the public orchestrator's order, never half a file."""

import os
from pathlib import Path

from lxml import etree

from batch.joborder.model import DIRECTORY, PHYSICAL, JobOrder, Output


def write_job_order(job: JobOrder, path: Path) -> None:
    """Write `job` aside and rename it to `path`."""
    content = etree.tostring(to_xml(job), pretty_print=True, xml_declaration=True, encoding="UTF-8")
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)


def to_xml(job: JobOrder) -> etree._Element:
    """The Ipf_Job_Order element of `job`."""
    root = etree.Element("Ipf_Job_Order")
    _conf(etree.SubElement(root, "Ipf_Conf"), job)
    procs = etree.SubElement(root, "List_of_Ipf_Procs", count="1")
    proc = etree.SubElement(procs, "Ipf_Proc")
    _leaf(proc, "Task_Name", job.ipf)
    _leaf(proc, "Task_Version", job.version)
    inputs = etree.SubElement(proc, "List_of_Inputs", count=str(len(job.inputs)))
    for file_type, paths in job.inputs.items():
        _input(inputs, file_type, job.input_name_types.get(file_type) or _name_type(paths), paths)
    every = [*job.outputs.items(), *job.more_outputs]
    outputs = etree.SubElement(proc, "List_of_Outputs", count=str(len(every)))
    for file_type, output in every:
        _output(outputs, file_type, output)
    return root


def _conf(conf: etree._Element, job: JobOrder) -> None:
    _leaf(conf, "Processor_Name", job.processor or job.ipf)
    _leaf(conf, "Version", job.processor_version or job.version)
    _leaf(conf, "Stdout_Log_Level", job.log_level)
    _leaf(conf, "Stderr_Log_Level", job.log_level)
    _leaf(conf, "Test", "false")
    _leaf(conf, "Breakpoint_Enable", "false")
    if job.acquisition_station:
        _leaf(conf, "Acquisition_Station", job.acquisition_station)
    if job.processing_station:
        _leaf(conf, "Processing_Station", job.processing_station)
    etree.SubElement(conf, "Config_Files")
    if job.sensing_start and job.sensing_stop:
        sensing = etree.SubElement(conf, "Sensing_Time")
        _leaf(sensing, "Start", job.sensing_start)
        _leaf(sensing, "Stop", job.sensing_stop)
    parameters = etree.SubElement(conf, "Dynamic_Processing_Parameters")
    for name, value in job.parameters.items():
        parameter = etree.SubElement(parameters, "Processing_Parameter")
        _leaf(parameter, "Name", name)
        _leaf(parameter, "Value", value)


def _input(inputs: etree._Element, file_type: str, name_type: str, paths: tuple[Path, ...]) -> None:
    element = etree.SubElement(inputs, "Input")
    _leaf(element, "File_Type", file_type)
    _leaf(element, "File_Name_Type", name_type)
    names = etree.SubElement(element, "List_of_File_Names", count=str(len(paths)))
    for path in paths:
        _leaf(names, "File_Name", str(path))


def _output(outputs: etree._Element, file_type: str, output: Output) -> None:
    element = etree.SubElement(outputs, "Output", mandatory="true" if output.mandatory else "false")
    _leaf(element, "File_Type", file_type)
    _leaf(element, "File_Name_Type", output.name_type)
    _leaf(element, "File_Name", str(output.path) if output.path != Path() else "")


def _name_type(paths: tuple[Path, ...]) -> str:
    return DIRECTORY if any(p.is_dir() for p in paths) else PHYSICAL


def _leaf(parent: etree._Element, tag: str, text: str) -> None:
    etree.SubElement(parent, tag).text = text
