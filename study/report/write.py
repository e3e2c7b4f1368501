"""The page and its folder on disk: written aside, then both renamed; the folder is swapped whole."""

import os
import shutil
from pathlib import Path

from batch.errors import InputError
from study.report.durations import COPY
from study.report.page import Found, page


def folder_of(out: Path) -> Path:
    """`study-data` beside `study.html`."""
    return out.with_name(f"{out.stem}-data")


def check_folder(out: Path) -> None:
    """InputError unless the folder is not there yet, or holds nothing but what a study wrote: it goes."""
    folder = folder_of(out)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(
            f"{folder} is no folder, and the page's data go into one of that name; give another --out"
        )
    others = sorted(p.name for p in folder.iterdir() if not _ours(p)) if folder.exists() else []
    if others:
        raise InputError(
            f"{folder} holds {others[0]}, which no study wrote, and would be replaced whole; move it away or "
            "give another --out"
        )


def write(found: Found, out: Path) -> Path:
    """Write the page and one CSV per sheet beside it; gives the folder, of which no older file stays.

    An error leaves both as they were. The page is renamed right after the folder: only a crash between the
    two leaves the new folder with the old page.
    """
    check_folder(out)
    folder = folder_of(out)
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    beside = out.with_name(f".{folder.name}.{os.getpid()}.part")
    before = out.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        beside.mkdir(parents=True)
        for sheet in found.sheets:
            (beside / sheet.file).write_text(sheet.csv(), encoding="utf-8")
        for name, text in found.durations.copies.items():
            (beside / name).write_text(text, encoding="utf-8")
        aside.write_text(page(found), encoding="utf-8")
        if folder.exists():
            folder.rename(before)
        try:
            beside.rename(folder)
            aside.replace(out)
        except OSError:
            if folder.exists():
                folder.rename(beside)
            if before.exists():
                before.rename(folder)
            raise
    finally:
        aside.unlink(missing_ok=True)
        for gone in (beside, before):
            shutil.rmtree(gone, ignore_errors=True)
    return folder


def _ours(file: Path) -> bool:
    return file.is_file() and (file.suffix == ".csv" or file.name == COPY)
