"""Stack files for commands of the study."""

from pathlib import Path

from rich.console import Console

from batch.errors import InputError
from infra.settings.errors import SettingsError
from infra.settings.model import Stack
from infra.settings.read import from_file, stack_file, stack_names


def read_stack(name: str | None, file: Path | None, folder: Path, workers: int | None = None) -> Stack:
    """The settings of a stack, by name in the folder or from its file; InputError with all mistakes."""
    try:
        return from_file(file or stack_file(name or "", folder), workers)
    except SettingsError as error:
        raise InputError(str(error)) from error


def all_stacks(folder: Path) -> dict[str, Stack]:
    """Every stack of a cloud (no lab) that has a file in the folder; InputError if there is none."""
    names = stack_names(folder)
    if not names:
        raise InputError(
            f"{folder} holds no Pulumi.<stack>.yaml; run this in the project's folder or give --folder"
        )
    stacks = {name: read_stack(name, None, folder) for name in names}
    return {name: stack for name, stack in stacks.items() if stack.cloud.status != "lab"}


def console() -> Console:
    """Standard output; as wide as tables like it where no terminal says how wide it is."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=160)


def name_of(file: Path) -> str:
    """`ovh` of Pulumi.ovh.yaml; the file's own name otherwise."""
    stem = file.name.removesuffix(".yaml").removesuffix(".yml")
    return stem.removeprefix("Pulumi.") or stem
