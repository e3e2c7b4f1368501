"""A chain as the YAML that `load_chain` reads, and as JSON for other programs."""

import json
import textwrap
from typing import Any

from batch.chain.model import VDS, Chain, Input, Ipf, Partition, Resources, Source

WIDTH = 110


def to_yaml(chain: Chain) -> str:
    """The text of a chain file; reading it gives an equal chain."""
    lines = ["partitions:"]
    lines += [f"  {dimension}: {_partition(cut)}" for dimension, cut in chain.partitions.items()]
    lines += ["", "ipfs:"]
    for ipf in chain.ipfs:
        lines += [*_ipf(ipf), ""]
    return "\n".join(lines)


def to_dict(chain: Chain) -> dict[str, Any]:
    """The chain as JSON-able data; a source is written `<IPF>/<File_Type>`, static data `aux/<File_Type>`."""
    return {
        "partitions": {d: p.pieces or {"scenes": p.scenes} for d, p in chain.partitions.items()},
        "ipfs": [
            {
                "name": i.name,
                "task_name": i.task_name,
                "mode": i.mode,
                "scope": i.scope,
                "version": i.version,
                "kit": i.kit,
                "split": list(i.split),
                "waits_for": list(chain.producers(i)),
                "inputs": {n.type: ["/".join(s) for s in n.sources] for n in i.inputs},
                "outputs": {o.type: {"mandatory": o.mandatory} for o in i.outputs},
                "announces": i.announces,
                "parameters": dict(i.parameters),
                "resources": {
                    "cpus": i.resources.cpus,
                    "memory_mb": i.resources.memory_mb,
                    "timeout_s": {
                        "fixed": i.resources.timeout_fixed_s,
                        "per_scene": i.resources.timeout_per_scene_s,
                    },
                },
            }
            for i in chain.ipfs
        ],
    }


def _partition(cut: Partition) -> str:
    return str(cut.pieces) if cut.pieces else f"{{scenes: {cut.scenes}}}"


def _ipf(ipf: Ipf) -> list[str]:
    lines = [f"  - name: {ipf.name}"]
    if ipf.executable:
        lines.append(f"    executable: {ipf.executable}")
    if ipf.mode:
        lines.append(f"    mode: {ipf.mode}")
    if ipf.scope != VDS:
        lines.append(f"    scope: {ipf.scope}")
    if ipf.kit:
        lines.append("    kit: true")
    lines.append(f"    version: {json.dumps(ipf.version)}")
    if ipf.split:
        lines.append(f"    split: [{', '.join(ipf.split)}]")
    produced = [i for i in ipf.inputs if not i.aux]
    if ipf.everything:
        lines.append("    inputs: everything")
    elif produced:
        lines.append("    inputs:")
        lines += [f"      {i.type}: {_from(i)}" for i in produced]
    lines += _flow("aux", [i.type for i in ipf.inputs if i.aux])
    lines += _flow("outputs", [o.type for o in ipf.outputs if o.mandatory])
    lines += _flow("optional_outputs", [o.type for o in ipf.outputs if not o.mandatory])
    if ipf.announces:
        lines.append(f"    announces: {ipf.announces}")
    if ipf.parameters:
        lines.append("    parameters:")
        lines += [f"      {name}: {json.dumps(value)}" for name, value in ipf.parameters.items()]
    if ipf.resources != Resources():
        r = ipf.resources
        timeout = f"{{fixed: {r.timeout_fixed_s:g}, per_scene: {r.timeout_per_scene_s:g}}}"
        lines.append(f"    resources: {{cpus: {r.cpus:g}, memory_mb: {r.memory_mb}, timeout_s: {timeout}}}")
    return lines


def _from(given: Input) -> str:
    sources = [_source(given.type, s) for s in given.sources]
    return sources[0] if len(sources) == 1 else f"[{', '.join(sources)}]"


def _source(file_type: str, source: Source) -> str:
    return source.ipf if source.type == file_type else f"{source.ipf}/{source.type}"


def _flow(key: str, items: list[str]) -> list[str]:
    if not items:
        return []
    begin = f"    {key}: ["
    text = textwrap.fill(
        f"{', '.join(items)}]", WIDTH, initial_indent=begin, subsequent_indent=" " * len(begin)
    )
    return text.splitlines()
