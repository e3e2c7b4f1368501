"""The chain: which IPF reads what from whom, how it is split, and what it may use."""

from batch.chain.load import load_chain, with_partitions
from batch.chain.model import AUX, Chain, Input, Ipf, OutputType, Partition, Resources, Source, name_type
from batch.chain.units import DIMENSIONS, Extents, Invocation, Unit, extents_of, parameters_of, pieces

__all__ = [
    "AUX",
    "DIMENSIONS",
    "Chain",
    "Extents",
    "Input",
    "Invocation",
    "Ipf",
    "OutputType",
    "Partition",
    "Resources",
    "Source",
    "Unit",
    "extents_of",
    "load_chain",
    "name_type",
    "parameters_of",
    "pieces",
    "with_partitions",
]
