"""The factory the benchmarks of the screens work at: the demo's, kept in a folder, with as many documents as asked for.

The copies of the demo's running modification are made in great number. Those of some documents, spread over the whole file,
get piece numbers that are good for scanning. Copy 4 is scanned at the finished store, where it is only looked at; copy 5 at the
valve shop, where the first scan writes that it has arrived.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from present_cost import grow

from qdesk.demo import prepare
from qdesk.paper import PIECE_OF_A_COPY
from qdesk.scan import compose_piece
from qdesk.site import Site, open_site

GROWN = "grown.json"
SCANNED = 6_000
"""Documents whose copies can be scanned; running numbers of their pieces begin far behind those the demo has used."""
FIRST_PIECE = 5_000_000
LONG_AGO = -1_000_000_000
"""The copied acts are numbered from here, so that what is done next is the newest."""


@dataclass(frozen=True)
class Sitting:
    """Who sits where, and which copy is scanned there."""

    desk: str
    title: str
    badge: str
    pin: str
    copy: int


STORE = Sitting("finished_store", "Finished goods store", "E041", "141421", 4)
SHOP = Sitting("valve_shop", "Valve shop", "E033", "112358", 5)
CLERK = Sitting("sales", "Sales (components group)", "E011", "135790", 4)


def prepared(folder: Path, documents: int = 0) -> Path:
    """Return the folder of the demo factory, made and filled where it is not there yet; with another number it is refused."""
    if not (folder / "sheet.json").exists():
        with contextlib.redirect_stdout(StringIO()):
            prepare(folder, "en")
    grown = folder / GROWN
    if documents and not grown.exists():
        site = open_site(folder)
        grow(site, sheet_of(folder)["cases"][-1], documents, numbered_after=LONG_AGO)
        make_scannable(site, documents)
        site.close()
        grown.write_text(json.dumps({"documents": documents}), encoding="ascii")
    if documents and json.loads(grown.read_text(encoding="ascii"))["documents"] != documents:
        raise SystemExit(f"{folder} was made with another number of documents: {grown.read_text(encoding='ascii')}")
    return folder


def sheet_of(folder: Path) -> Any:
    """Return the demo's sheet: badges, PINs, codes."""
    return json.loads((folder / "sheet.json").read_text(encoding="utf-8"))


def make_scannable(site: Site, documents: int) -> None:
    """Give the copies of some documents piece numbers that pass the check."""
    chosen = range(1, documents + 1, max(1, documents // SCANNED))
    pieces = [(f"GX90-{document:06d}/{copy}", 10 * place + copy) for place, document in enumerate(chosen) for copy in (4, 5)]
    key = site.config.keys.piece
    rows = [(compose_piece(PIECE_OF_A_COPY, 26, FIRST_PIECE + number, key), name) for name, number in pieces]
    database: Any = site.database.peewee
    connection = database.connection()
    connection.execute("PRAGMA foreign_keys = 0")
    connection.execute("BEGIN")
    connection.executemany("UPDATE pieces SET number = ? WHERE copy = ?", rows)
    connection.executemany("UPDATE copies SET piece = ? WHERE name = ?", rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA foreign_keys = 1")


def pieces_for(folder: Path, sitting: Sitting, many: int) -> list[tuple[str, str]]:
    """Return so many pieces with their documents, in no order of the file; none whose arrival is written already."""
    site = open_site(folder)
    rows = site.database.rows(
        "SELECT piece, serial FROM copies WHERE name LIKE ? AND piece BETWEEN ? AND ? AND (due <> ? OR seen <> due)"
        " ORDER BY substr(serial, -2), substr(serial, -4, 2), serial LIMIT ?",
        f"GX90-%/{sitting.copy}", "102650", "102659", sitting.desk, many,
    )  # fmt: skip
    site.close()
    if len(rows) < many:
        raise SystemExit(f"{folder} has only {len(rows)} pieces left to be scanned: take another folder")
    return [(piece, serial) for piece, serial in rows]
