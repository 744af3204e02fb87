"""Opens a site folder: what site.toml says, the factory, and the secret kept outside the database."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qdesk.clock import parse_duration
from qdesk.entries import Entry, read_toml
from qdesk.errors import Because, Refused
from qdesk.factory import (
    EXPECTED,
    SITE_FILE,
    DeskOf,
    Factory,
    PlaceOf,
    RoleOf,
    Setting,
    load_factory,
    read_factory,
)
from qdesk.plans import InspectionPlan
from qdesk.words import LANGUAGES, Words

__all__ = [
    "Config",
    "DeskOf",
    "Factory",
    "InspectionPlan",
    "Keys",
    "PlaceOf",
    "RoleOf",
    "Setting",
    "create_pepper",
    "load_factory",
    "open_config",
    "write_site",
]

SITE_KEYS = ("code", "name", "language", "scratch", "settings", "within", "witness", "pepper")
SITE_CODE = re.compile(r"[A-Z0-9]{1,8}")
STEP = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
PEPPER_BYTES = 32
MOUNTS = Path("/proc/self/mountinfo")
NETWORK_KINDS = frozenset(
    (
        *("9p", "afs", "ceph", "cifs", "davfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"),
        *("vboxsf", "virtiofs", "fuse.ceph", "fuse.davfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    )
)


@dataclass(frozen=True)
class Keys:
    """The two secrets made from the pepper: one marks piece numbers, one goes into every PIN hash."""

    piece: bytes = field(repr=False)
    pin: bytes = field(repr=False)


@dataclass(frozen=True)
class Config:
    """One site as it was found when opened."""

    folder: Path
    code: str
    name: str
    language: str
    scratch: bool
    within: Mapping[str, int]
    """Time limits in microseconds by "procedure.step"."""
    factory: Factory
    keys: Keys
    witness: Path
    pepper: Path

    @property
    def database(self) -> Path:
        """Return the path of the site's SQLite file."""
        return self.folder / "qdesk.db"

    def setting(self, name: str) -> str:
        """Return the value of a setting."""
        return self.factory.settings[name].value

    def duration(self, name: str) -> int:
        """Return the microseconds of a setting that is a time."""
        return parse_duration(self.setting(name))

    def number(self, name: str) -> int:
        """Return a setting that is a whole number."""
        return int(self.setting(name))

    def words(self, language: str = "") -> Words:
        """Return the words in a language, the site's own where none is named, with what the site changed."""
        return Words.load(language or self.language, [self.folder / "words"])


def open_config(folder: Path, mounts: str | None = None, secret: bool = True) -> Config:
    """Open a site folder or refuse it, all problems of its files at once; `mounts` stands in for the kernel's list.

    Without `secret` the keys stay empty: a backup can be restored before a lost pepper is replaced.
    """
    folder = folder.resolve()
    if not (folder / SITE_FILE).is_file():
        raise Refused("site_uninitialised", folder=str(folder))
    refuse_network_file_system(folder / "qdesk.db", mounts)
    problems: list[Because] = []
    site = Entry(read_toml(folder / SITE_FILE, problems), SITE_FILE, "", problems)
    unreadable = bool(problems)
    factory = read_factory(folder, site.inner("settings").table, problems)
    if not unreadable:
        _check_site(site)
    within = _limits(site.inner("within"))
    if problems:
        raise Refused("site_broken", problems)
    pepper = folder / site.text("pepper", "pepper")
    return Config(
        folder=folder,
        code=site.text("code"),
        name=site.text("name"),
        language=site.text("language", "zh"),
        scratch=site.flag("scratch", False),
        within=within,
        factory=factory,
        keys=read_keys(pepper) if secret else Keys(b"", b""),
        witness=folder / site.text("witness", "witness"),
        pepper=pepper,
    )


def _check_site(site: Entry) -> None:
    """Note what is wrong in site.toml itself."""
    site.only(SITE_KEYS)
    if SITE_CODE.fullmatch(site.text("code")) is None:
        site.problem("bad_code", value=site.text("code"))
    site.text("name")
    site.one_of("language", LANGUAGES, "zh")
    site.flag("scratch", False)
    site.text("witness", "witness")
    site.text("pepper", "pepper")


def _limits(entry: Entry) -> dict[str, int]:
    """Read the site's time limits, written as "procedure.step" = "3d" (A27: none unless configured)."""
    limits = {}
    for step in entry.table:
        text = entry.text(step)
        try:
            limits[step] = parse_duration(text)
        except Refused:
            entry.problem("bad_value", key=step, value=text, expected=EXPECTED["duration"])
        if STEP.fullmatch(step) is None:
            entry.problem("bad_id", id=step)
    return limits


def write_site(folder: Path, code: str, name: str, language: str, *, scratch: bool = False) -> None:
    """Write the site.toml of a new site; an existing one is never written over."""
    lines = {"code": code, "name": name, "language": language, "scratch": scratch}
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())
    with open(folder / SITE_FILE, "x", encoding="utf-8") as file:
        file.write(text)


def create_pepper(path: Path) -> None:
    """Write a new secret that only its owner can read; an existing one is never written over."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(PEPPER_BYTES))
        file.flush()
        os.fsync(file.fileno())


def read_keys(path: Path) -> Keys:
    """Make the two keys from the pepper, or refuse a lost, damaged or exposed one."""
    try:
        pepper = path.read_bytes()
        exposed = os.name == "posix" and path.stat().st_mode & 0o077
    except OSError as trouble:
        raise Refused("pepper_lost", path=str(path)) from trouble
    if len(pepper) != PEPPER_BYTES:
        raise Refused("pepper_damaged", path=str(path))
    if exposed:
        raise Refused("pepper_exposed", path=str(path))
    return Keys(hmac.digest(pepper, b"qdesk piece", hashlib.sha256), hmac.digest(pepper, b"qdesk pin", hashlib.sha256))


def refuse_network_file_system(path: Path, mounts: str | None = None) -> None:
    """Refuse a database on a file system whose locks do not hold between machines."""
    if mounts is None:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape") if MOUNTS.exists() else ""
    kind = file_system_of(path.resolve(), mounts)
    if kind in NETWORK_KINDS:
        raise Refused("network_file_system", folder=str(path.parent), kind=kind)


def file_system_of(path: Path, mounts: str) -> str:
    """Return the kind of file system mounted nearest above a path; of two at one point the later covers."""
    longest, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5 or not kinds[0]:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if len(point) >= longest and path.is_relative_to(point):
            longest, kind = len(point), kinds[0]
    return kind
