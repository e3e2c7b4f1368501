"""The page and its folder on disk: whole, or as they were."""

import os
import shutil
from pathlib import Path

from study.report.page import Found, page


def folder_of(out: Path) -> Path:
    """`study-data` beside `study.html`."""
    return out.with_name(f"{out.stem}-data")


def write(found: Found, out: Path) -> Path:
    """Write the page and one CSV per sheet beside it; gives the folder. Files of the folder are replaced."""
    folder = folder_of(out)
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    beside = out.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        beside.mkdir(parents=True)
        for sheet in found.sheets:
            (beside / sheet.file).write_text(sheet.csv(), encoding="utf-8")
        for name, text in found.durations.copies.items():
            (beside / name).write_text(text, encoding="utf-8")
        aside.write_text(page(found), encoding="utf-8")
        folder.mkdir(exist_ok=True)
        for file in beside.iterdir():
            file.replace(folder / file.name)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
        shutil.rmtree(beside, ignore_errors=True)
    return folder
