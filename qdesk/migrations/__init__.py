"""Numbered SQL, applied once each under the writer gate: the only way the tables change."""

from __future__ import annotations

import hashlib
import re
from importlib import resources

from qdesk.clock import Clock
from qdesk.database import Cursor, Database
from qdesk.errors import Refused

VERSION_TABLE = """CREATE TABLE IF NOT EXISTS schema_version(
  version INTEGER PRIMARY KEY, at INTEGER NOT NULL, digest TEXT NOT NULL) STRICT"""


def scripts(engine: str = "sqlite") -> list[tuple[int, str]]:
    """Return (version, text) of every migration of an engine, in order."""
    found = []
    for file in resources.files(__name__).iterdir():
        match = re.fullmatch(rf"(\d{{4}})\.{engine}\.sql", file.name)
        if match:
            found.append((int(match[1]), file.read_text(encoding="utf-8")))
    return sorted(found)


def statements(text: str) -> list[str]:
    """Split a script at the semicolons that end a line, keeping trigger bodies whole."""
    found: list[str] = []
    lines: list[str] = []
    for line in text.splitlines():
        code = line.split("--", 1)[0].rstrip()
        if not code.strip():
            continue
        lines.append(code)
        statement = "\n".join(lines)
        open_trigger = statement.lstrip().startswith("CREATE TRIGGER") and not statement.endswith("END;")
        if statement.endswith(";") and not open_trigger:
            found.append(statement[:-1])
            lines = []
    return found


def newest() -> int:
    """Return the version of the schema this program writes."""
    return scripts()[-1][0]


def version_of(cursor: Cursor) -> int:
    """Return the schema version of an open file, 0 when it has none."""
    cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_version'")
    if not cursor.fetchall()[0][0]:
        return 0
    cursor.execute("SELECT COALESCE(MAX(version), 0) FROM schema_version")
    version: int = cursor.fetchall()[0][0]
    return version


def migrate(database: Database, clock: Clock) -> list[int]:
    """Bring the file to this program's schema and return the versions applied.

    Raises Refused("schema_newer") for a file written by a newer program, and leaves it untouched.
    """
    with database.reading() as cursor:
        found = version_of(cursor)
    if found == newest():
        return []
    applied = []
    with database.writing() as cursor:
        found = version_of(cursor)
        if found > newest():
            raise Refused("schema_newer", found=found, known=newest())
        cursor.execute(VERSION_TABLE)
        for version, text in scripts():
            if version <= found:
                continue
            for statement in statements(text):
                cursor.execute(statement)
            digest = hashlib.sha256(text.encode()).hexdigest()
            cursor.execute("INSERT INTO schema_version VALUES(?, ?, ?)", (version, clock.now(), digest))
            applied.append(version)
    return applied
