"""New files: written beside their place under another name, brought to the disk, and only then named; nothing is written over."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from qdesk.errors import Refused

EXPORTS = "exports"
"""The folder of a site with what was exported at its desks."""


def write_whole(target: Path, held: bytes) -> None:
    """Write bytes to a new file in one go. Raises Refused: file_exists, file_unwritable."""
    refuse_existing(target)
    part = part_of(target)
    try:
        with written(target), open(part, "wb") as file:
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        name_part(part, target)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def part_of(target: Path) -> Path:
    """Return what a file is called while it is written: no other process has one of this name."""
    return target.with_name(f".{target.name[:80]}.{os.getpid()}.part")


def name_part(part: Path, target: Path) -> None:
    """Give a file that lies on the disk its name, and bring the name there too. Raises Refused: file_exists, file_unwritable."""
    with written(target):
        refuse_existing(target, take=True)
        os.replace(part, target)
        sync_folder(target.parent)


@contextlib.contextmanager
def written(target: Path) -> Iterator[None]:
    """Turn the system's own errors into a refusal."""
    try:
        yield
    except OSError as trouble:
        raise Refused("file_unwritable", path=str(target), reason=trouble.strerror or "") from trouble


def refuse_existing(target: Path, take: bool = False) -> None:
    """Refuse a name that is taken; or take it, so that nobody else's file is ever replaced."""
    try:
        if take:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660))
        elif target.exists():
            raise FileExistsError
    except FileExistsError as there:
        raise Refused("file_exists", path=str(target)) from there


def sync_folder(folder: Path) -> None:
    """Bring a name to the disk, where folders can be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def new_file(folder: Path, name: str, suffix: str) -> Path:
    """Return a name in a folder that nothing has yet; a missing folder is made. Raises Refused("file_unwritable")."""
    with written(folder):
        folder.mkdir(mode=0o770, exist_ok=True)
        names = (f"{name}{mark}{suffix}" for mark in ("", *(f"-{number}" for number in range(2, 10_000))))
        return next(path for path in map(folder.joinpath, names) if not path.exists())
