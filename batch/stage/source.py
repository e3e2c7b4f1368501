"""A datastrip as it was given to a command: on disk, checked to its packets, or in a bucket."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from batch.place import Place, Url
from batch.safe.check import check_datastrip
from batch.safe.datastrip import Datastrip


@dataclass(frozen=True)
class Source:
    """The datastrip, and where its PDI and its granules are."""

    datastrip: Datastrip
    ds: Place
    gr: Place
    #: Holds the metadata of a datastrip in a bucket; removed with this object.
    kept: "tempfile.TemporaryDirectory[str] | None" = field(default=None, repr=False, compare=False)

    @property
    def remote(self) -> bool:
        """Whether the granules are in a bucket."""
        return isinstance(self.gr, Url)


def open_source(where: Place) -> Source:
    """The datastrip at `where` (DIR with DS/ and GR/, or DIR/DS/<name>). InputError at the first mistake.

    Of one in a bucket the metadata are fetched and the granules listed; the stages fetch and check them.
    """
    if not isinstance(where, Url):
        datastrip = check_datastrip(where)
        return Source(datastrip, datastrip.ds_dir, datastrip.gr_dir)
    from batch.place.datastrip import find_remote, read_remote
    from batch.place.store import Store

    store = Store()
    ds, gr = find_remote(store, where)
    kept = tempfile.TemporaryDirectory(prefix="vds-")
    return Source(read_remote(store, ds, gr, Path(kept.name)), ds, gr, kept)
