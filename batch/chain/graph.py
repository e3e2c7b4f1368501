"""A chain as text, Graphviz dot or Mermaid."""

from collections.abc import Iterator

from batch.chain.model import Chain, Ipf

Edge = tuple[str, str, str]


def edges(chain: Chain, scope: str) -> Iterator[Edge]:
    """(producer, consumer, File_Types between). Who waits for everything gets edges from loose ends only."""
    fed: set[str] = set()
    for ipf in chain.scope(scope):
        between: dict[str, list[str]] = {}
        for given in ipf.inputs:
            for source in given.sources:
                between.setdefault(source.ipf, []).append(source.type)
        for producer in chain.producers(ipf) if not ipf.everything else ():
            fed.add(producer)
            yield producer, ipf.name, " ".join(dict.fromkeys(between[producer]))
    for ipf in chain.scope(scope):
        if ipf.everything:
            yield from ((i.name, ipf.name, "") for i in chain.scope(scope) if i.name not in fed | {ipf.name})


def text(chain: Chain, scope: str) -> str:
    """One line per IPF: its split and whom it waits for."""
    lines = []
    for ipf in chain.scope(scope):
        waits = "everything else" if ipf.everything else " ".join(chain.producers(ipf))
        lines.append(f"{ipf.name}{_split(ipf, ' [{}]')}" + (f" ← {waits}" if waits else ""))
    return "\n".join(lines)


def dot(chain: Chain, scope: str) -> str:
    """For `dot -Tsvg`: one box per IPF, boxes of a mode together."""
    lines = ["digraph chain {", "  rankdir=LR; node [shape=box, fontname=Helvetica];"]
    for mode in dict.fromkeys(i.mode for i in chain.scope(scope)):
        members = [i for i in chain.scope(scope) if i.mode == mode]
        nodes = [f'"{i.name}" [label="{i.name}{_split(i, chr(92) + "n{}")}"];' for i in members]
        if mode:
            lines += [f'  subgraph "cluster_{mode}" {{ label="{mode}";', *(f"    {n}" for n in nodes), "  }"]
        else:
            lines += [f"  {n}" for n in nodes]
    lines += [f'  "{a}" -> "{b}" [tooltip="{types}"];' for a, b, types in edges(chain, scope)]
    return "\n".join([*lines, "}"])


def mermaid(chain: Chain, scope: str) -> str:
    """For Markdown pages."""
    lines = ["flowchart LR"]
    lines += [f'  {i.name}["{i.name}{_split(i, "<br/>{}")}"]' for i in chain.scope(scope)]
    lines += [f"  {a} --> {b}" for a, b, _ in edges(chain, scope)]
    return "\n".join(lines)


GRAPHS = {"text": text, "dot": dot, "mermaid": mermaid}


def _split(ipf: Ipf, pattern: str) -> str:
    return pattern.format(" × ".join(ipf.split)) if ipf.split else ""
