"""Laws: how long a run of an IPF takes, by what its unit holds; from `vds bench`, for `vds simulate`."""

from study.laws.file import read_laws, write_laws
from study.laws.model import TERMS, Law, Laws
from study.laws.size import Size, size_of

__all__ = ["TERMS", "Law", "Laws", "Size", "read_laws", "size_of", "write_laws"]
