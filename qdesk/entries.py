"""Reads the tables of a site's TOML files strictly and collects every problem instead of stopping at the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from qdesk.errors import Because, Refused
from qdesk.scan import clean_text, visible
from qdesk.words import Title

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")

Table = Mapping[str, object]


class Entry:
    """One table of a file, with its place in it for the problems found there."""

    def __init__(self, table: Table, file: str, place: str, problems: list[Because]) -> None:
        """Read `table`; `place` is where it stands in `file`."""
        self.table = table
        self.file = file
        self.place = place
        self.problems = problems

    def problem(self, code: str, **arguments: object) -> None:
        """Note what is wrong here."""
        self.problems.append(Because(f"site.{code}", {"file": self.file, "entry": self.place or "-", **arguments}))

    def only(self, known: Iterable[str]) -> None:
        """Refuse every key that means nothing, since it is most likely a misspelt one."""
        for key in sorted(set(self.table) - set(known)):
            self.problem("unknown_key", key=visible(key))

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it is required."""
        value = self.table.get(key, default)
        if value is None:
            self.problem("missing_key", key=key)
            return ""
        try:
            return clean_text(value, key)
        except Refused as refused:
            field = f"{self.file} {self.place} {key}"
            self.problems.append(Because(refused.code, {**refused.arguments, "field": field}))
            return ""

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.problem("wrong_kind", key=key, expected="true / false")
            return default
        return value

    def count(self, key: str) -> int | None:
        """Return a whole number from one upwards, or none where the key is not there."""
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.problem("wrong_kind", key=key, expected="1, 2, 3 …")
            return None
        return value

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is not there."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.problem("wrong_kind", key=key, expected='["…", "…"]')
            return ()
        return tuple(value)

    def one_of(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """Return one of a few words."""
        value = self.text(key, default)
        if value and value not in choices:
            self.problem("not_a_choice", key=key, value=visible(value), choices=sorted(choices))
        return value

    def title(self) -> Title:
        """Return the title, which every entry has in both languages."""
        inner = self.inner("title")
        inner.only(("zh", "en"))
        return Title(zh=inner.text("zh"), en=inner.text("en"))

    def inner(self, key: str) -> Entry:
        """Return the table under a key, empty where there is none."""
        value = self.table.get(key, {})
        if not isinstance(value, dict):
            self.problem("wrong_kind", key=key, expected=f"[{key}]")
            value = {}
        return Entry(value, self.file, f"{self.place}.{key}".lstrip("."), self.problems)

    def entries(self, key: str) -> Iterator[tuple[str, Entry]]:
        """Return the tables under a key, each with its id."""
        group = self.inner(key)
        for name in group.table:
            if ID.fullmatch(name) is None:
                group.problem("bad_id", id=visible(name))
            else:
                yield name, group.inner(name)

    def rows(self, key: str) -> list[Entry]:
        """Return a list of tables, empty where the key is not there."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self.problem("wrong_kind", key=key, expected=f"[[{key}]]")
            return []
        place = f"{self.place}.{key}".lstrip(".")
        return [Entry(row, self.file, f"{place}[{number}]", self.problems) for number, row in enumerate(value, 1)]


def read_toml(path: Path, problems: list[Because]) -> dict[str, object]:
    """Return the tables of one file, empty with a problem noted where it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        problems.append(Because("site.broken_file", {"file": path.name, "reason": visible(trouble, 200)}))
        return {}
