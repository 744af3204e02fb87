"""Backups taken while people work, and the way back from one; nothing that was there is ever deleted.

A backup is one file, the database. The pepper is left out unless asked for: with both in one hand, six-digit PINs are a matter
of hours. Without the pepper a restored site knows every act, but every PIN has to be given anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qdesk.clock import Clock, moment
from qdesk.config import open_config
from qdesk.database import driver, translated
from qdesk.epoch import look_back, tell_witness, write_epoch
from qdesk.errors import Refused
from qdesk.findings import Report
from qdesk.site import Site
from qdesk.verify import verify_file

SETTINGS = ("site.toml", "factory.toml", "procedures", "words", "pepper")
PARTS = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Backup:
    """A backup as it lies there: its journal's length and head, and whether the pepper lies beside it."""

    path: Path
    entries: int
    head: str
    holds_pepper: bool


@dataclass(frozen=True)
class Restored:
    """A restored site: its new epoch, how many acts were given up (None when nobody can tell), where the old files lie."""

    epoch: int
    entries: int
    given_up: int | None
    aside: Path


def backup(site: Site, target: Path, whole: bool = False) -> Backup:
    """Copy the database in one step while people work; it is opened and verified before it gets its name.

    ``whole`` puts a folder ``NAME.site`` beside it with the site's settings **and its pepper**: keep it apart from the database.
    Raises Refused: backup_exists, backup_damaged, disk_full.
    """
    path = target / name_of_backup(site) if target.is_dir() else target
    beside = settings_beside(path)
    if path.exists() or (whole and beside.exists()):
        raise Refused("backup_exists", path=str(path))
    partial = path.with_name(path.name + ".partial")
    with contextlib.ExitStack() as half_made:
        half_made.callback(partial.unlink, missing_ok=True)
        with translated(path), reading_only(site.database.path) as connection:
            copy_database(connection, partial)
        report = verified(partial)
        sync(partial)
        if whole:
            copy_settings(site.config.folder, beside)
        partial.rename(path)
        sync(path.parent)
    return Backup(path, report.entries, report.head, whole)


def restore(folder: Path, source: Path, clock: Clock) -> Restored:
    """Put a backup in the place of a site's database, as a new epoch; every file that was there is put aside.

    Numbers given out after the backup are never given again, open sessions end, slips still queued in the backup are cancelled
    (they were printed since), refused attempts recorded after it are kept. Raises Refused: backup_missing, backup_damaged,
    database_of_another_site, schema_newer, site_in_use.
    """
    if not source.is_file():
        raise Refused("backup_missing", path=str(source))
    verified(source)
    bring_missing_settings(settings_beside(source), folder)
    config = open_config(folder, secret=False)
    coming = config.database.with_name("qdesk.db.restoring")
    remove(coming)
    try:
        with translated(source), reading_only(source) as connection:
            copy_database(connection, coming)
        with held(config.database) as going:
            written = write_epoch(config, coming, look_back(going), clock)
            aside = put_aside(config.database, written.epoch)
            coming.rename(config.database)
            sync(folder)
            tell_witness(config, written)
    finally:
        remove(coming)
    given_up = None if written.seen is None else max(0, written.seen - (written.entry.seq - 1))
    return Restored(written.epoch, written.entry.seq, given_up, aside)


def name_of_backup(site: Site) -> str:
    """Return the name of a backup that was given only a folder."""
    return f"{site.config.code}-{moment(site.clock.now()):%Y%m%d-%H%M%S}.db"


def settings_beside(path: Path) -> Path:
    """Return the folder of settings that belongs to a backup."""
    return path.with_name(path.name + ".site")


def verified(path: Path) -> Report:
    """Return what a check of a backup says, or refuse it with everything that was found."""
    report = verify_file(path)
    if report.findings:
        raise Refused("backup_damaged", [finding.because() for finding in report.findings], path=str(path))
    return report


def copy_database(connection: Any, target: Path) -> None:
    """Copy a database in one step into a new file that only its owner can read, with no log beside it."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copy = driver.connect(str(target), isolation_level=None)
    try:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        copy.close()


def copy_settings(folder: Path, target: Path) -> None:
    """Copy a site's settings, its pepper among them, into a new folder that only its owner can enter."""
    target.mkdir(mode=0o700)
    for name in SETTINGS:
        copy_over(folder / name, target / name)


def bring_missing_settings(source: Path, folder: Path) -> None:
    """Bring back what the site folder lacks; what is there is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SETTINGS:
        if not (folder / name).exists():
            copy_over(source / name, folder / name)


def copy_over(source: Path, target: Path) -> None:
    """Copy a file or a folder, if it is there, with its permissions."""
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        shutil.copy2(source, target)


@contextlib.contextmanager
def reading_only(path: Path) -> Iterator[Any]:
    """Open a database for reading only."""
    connection = driver.connect(f"{path.resolve().as_uri()}?mode=ro", isolation_level=None, uri=True)
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def held(path: Path) -> Iterator[Any]:
    """Hold a database so that nobody else has it open while it is replaced; None where there is none to be held."""
    if not path.exists():
        yield None
        return
    connection = driver.connect(str(path), isolation_level=None, timeout=1)
    try:
        yield connection if hold(connection, path) else None
    finally:
        connection.close()


def hold(connection: Any, path: Path) -> bool:
    """Fold the log in, which only a sole user can, and lock; raises Refused("site_in_use"), False for a file past opening."""
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        connection.execute("BEGIN EXCLUSIVE")
    except driver.DatabaseError as error:
        if "locked" in str(error):
            raise Refused("site_in_use", path=str(path)) from error
        return False
    return True


def put_aside(path: Path, epoch: int) -> Path:
    """Move a database with its logs into a folder of its own beside it."""
    number = 0
    aside = path.parent / f"aside-before-epoch-{epoch}"
    while aside.exists():
        number += 1
        aside = path.parent / f"aside-before-epoch-{epoch}-{number}"
    aside.mkdir(mode=0o700)
    for part in PARTS:
        file = path.with_name(path.name + part)
        if file.exists():
            file.rename(aside / file.name)
    return aside


def remove(path: Path) -> None:
    """Remove a file of our own making, with what stands beside it."""
    for part in (*PARTS, "-journal", ".gate"):
        path.with_name(path.name + part).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
