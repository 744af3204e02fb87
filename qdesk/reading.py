"""From TOML text to typed values: settings choose the tables, and every problem is collected, never only the first."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache

from qdesk.language import Problem, ProcedureBroken, Reference
from qdesk.words import Title

LANGUAGES = ("zh", "en")
_AT = re.compile(r"^(?P<reason>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)$", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])\Z")
_MICROSECONDS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_GONE = object()
_TABLE = Title("表", "a table")
_LIST = Title("列表", "a list")
_TEXT = Title("文字", "a text")
_SWITCH = Title("true 或 false", "true or false")


class Problems:
    """Collects what is wrong with one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, step: str, code: str, /, **arguments: object) -> None:
        """Note one problem; `code` is the part of the word-file key after "problem."."""
        problem = Problem(self.file, step, f"problem.{code}", arguments)
        if problem not in self.found:
            self.found.append(problem)

    def stop_if_any(self) -> None:
        """Refuse the file with all its problems."""
        if self.found:
            raise ProcedureBroken(self.found)


def parse(text: str, problems: Problems) -> dict[str, object]:
    """The TOML tree; text that is not TOML is one problem, with line and column."""
    try:
        return _tree(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.match(str(error))
        line, column = (int(at["line"]), int(at["column"])) if at else (text.count("\n") + 1, 1)
        problems.add("", "toml_broken", line=line, column=column, reason=at["reason"] if at else str(error))
        raise ProcedureBroken(problems.found) from error


@lru_cache(maxsize=16)
def _tree(text: str) -> dict[str, object]:
    """Parsing costs more than all the rest of reading, and every combination of settings reads the same text."""
    return tomllib.loads(text)


def settings_of(tree: Mapping[str, object], problems: Problems) -> dict[str, tuple[str, ...]]:
    """The settings a procedure has, each with its choices; the first is the default."""
    table = Table(tree.get("settings", {}), "settings", problems)
    settings = {name: table.names(name) for name in table.entries()}
    for name, choices in settings.items():
        if not choices:
            problems.add("settings", "missing_key", key=name)
    return settings


def resolve(settings: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str], problems: Problems) -> dict[str, str]:
    """One value for every setting of the procedure; a site's other settings are none of its business."""
    resolved = {}
    for name, choices in settings.items():
        resolved[name] = chosen.get(name, choices[0])
        if resolved[name] not in choices:
            problems.add("settings", "unknown_setting_value", setting=name, value=resolved[name])
    return resolved


def choose(
    tree: dict[str, object], settings: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str], problems: Problems
) -> dict[str, object]:
    """The tree without what `only_if` switches off; the one filter before anything is read."""
    filtered = _Filter(settings, chosen, problems).node(tree, "")
    return filtered if isinstance(filtered, dict) else {}


class _Filter:
    def __init__(self, settings: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str], problems: Problems) -> None:
        self.settings = settings
        self.chosen = chosen
        self.problems = problems

    def node(self, node: object, where: str) -> object:
        if isinstance(node, list):
            return [kept for each in node if (kept := self.node(each, where)) is not _GONE]
        if not isinstance(node, dict):
            return node
        if not where.startswith("step ") and isinstance(node.get("id"), str) and where:
            where = f"{where} {node['id']}"
        if "only_if" in node and not self._holds(node["only_if"], where):
            return _GONE
        rest = {key: value for key, value in node.items() if key != "only_if"}
        if set(rest) == {"is"}:
            return rest["is"]
        filtered = {key: self.node(value, where or str(key)) for key, value in rest.items()}
        return {key: value for key, value in filtered.items() if value is not _GONE}

    def _holds(self, condition: object, where: str) -> bool:
        """Every condition of a list must hold; one that cannot be read is a problem and counts as holding."""
        conditions = condition if isinstance(condition, list) else [condition]
        return all([self._one_holds(each, where) for each in conditions])

    def _one_holds(self, condition: object, where: str) -> bool:
        setting, equals, values = condition.partition("=") if isinstance(condition, str) else ("", "", "")
        if not equals:
            self.problems.add(where, "only_if_unreadable", condition=str(condition))
            return True
        if setting not in self.settings:
            self.problems.add(where, "unknown_setting", setting=setting)
            return True
        wanted = values.split("|")
        for value in wanted:
            if value not in self.settings[setting]:
                self.problems.add(where, "unknown_setting_value", setting=setting, value=value)
        return self.chosen[setting] in wanted


class Table:
    """One TOML table being read: hands out typed values and, at the end, names the keys that nobody knows."""

    def __init__(self, values: object, where: str, problems: Problems) -> None:
        self.where = where
        self.problems = problems
        self.values: dict[str, object] = values if isinstance(values, dict) else {}
        self._asked: set[str] = set()
        if not isinstance(values, dict):
            problems.add(where, "wrong_kind", key=where, kind=_TABLE)

    def has(self, key: str) -> bool:
        """Whether the key is there at all."""
        return key in self.values

    def entries(self) -> list[str]:
        """The keys of a table whose keys are names; every one must be a plain lower-case name."""
        for key in self.values:
            if not _NAME.match(key):
                self.problems.add(self.where, "name_unreadable", name=key)
        return list(self.values)

    def text(self, key: str, default: str | None = None, among: Sequence[str] = ()) -> str:
        """A string; without a default it must be there, and it may have to be one of a few."""
        value = self._value(key, default, str)
        text = value if isinstance(value, str) else default or ""
        if among and text not in among:
            self.problems.add(self.where, "not_among", key=key, value=text, among=list(among))
        return text

    def identity(self) -> str:
        """The id of this table, a plain lower-case name."""
        name = self.text("id")
        if name and not _NAME.match(name):
            self.problems.add(self.where, "name_unreadable", name=name)
        return name

    def flag(self, key: str) -> bool:
        """A switch that is off unless the text says true."""
        return bool(self._value(key, False, bool))

    def whole(self, key: str) -> int:
        """A whole number that must be there."""
        value = self._value(key, None, int)
        return value if isinstance(value, int) else 0

    def title(self) -> Title:
        """The title in both languages."""
        self._asked.add("title")
        value = self.values.get("title")
        spoken = value if isinstance(value, dict) else {}
        texts = {language: spoken.get(language) for language in LANGUAGES}
        if set(spoken) - set(LANGUAGES) or any(not isinstance(text, str) or not text for text in texts.values()):
            self.problems.add(self.where, "title_missing", languages=list(LANGUAGES))
        return Title(str(texts["zh"] or ""), str(texts["en"] or ""))

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names; copies may be given as numbers, and a single name stands for a list of one."""
        self._asked.add(key)
        value = self.values.get(key, [])
        listed = value if isinstance(value, list) else [value]
        good = [str(each) for each in listed if isinstance(each, str | int) and not isinstance(each, bool)]
        if len(good) != len(listed):
            self.problems.add(self.where, "wrong_kind", key=key, kind=_LIST)
        return tuple(good)

    def references(self, key: str) -> tuple[Reference, ...]:
        """A list of steps or outcomes done, each perhaps with how many times."""
        found = []
        for text in self.names(key):
            name, colon, count = text.partition(":")
            if colon and not (count.isascii() and count.isdigit() and 1 <= int(count) <= 9):
                self.problems.add(self.where, "count_unreadable", reference=text)
                count = ""
            found.append(Reference(name, int(count or 1)))
        return tuple(found)

    def duration(self, key: str) -> int | None:
        """A time limit in microseconds: "30m", "4h", "3d"."""
        if not self.has(key):
            return None
        read = _DURATION.match(self.text(key))
        if not read:
            self.problems.add(self.where, "duration_unreadable", key=key)
            return None
        return int(read[1]) * _MICROSECONDS[read[2]]

    def table(self, key: str) -> Table:
        """A table inside this one; empty when it is not there."""
        self._asked.add(key)
        return Table(self.values.get(key, {}), f"{self.where}.{key}".strip("."), self.problems)

    def named(self, key: str) -> dict[str, Table]:
        """The tables of a table of tables, by their names."""
        table = self.table(key)
        return {name: Table(table.values[name], f"{table.where}.{name}", self.problems) for name in table.entries()}

    def listed(self, key: str) -> list[Table]:
        """The tables of an array of tables; one with an id is called by it in problems."""
        self._asked.add(key)
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.problems.add(self.where, "wrong_kind", key=key, kind=_LIST)
            return []
        return [Table(each, self._name_in(key, n, each), self.problems) for n, each in enumerate(value, 1)]

    def done(self) -> None:
        """Name every key that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                self.problems.add(self.where, "unknown_key", key=key)

    def _name_in(self, key: str, position: int, each: object) -> str:
        name = each.get("id") if isinstance(each, dict) else None
        return f"{self.where} {key} {name or position}".strip()

    def _value(self, key: str, default: object, kind: type) -> object:
        self._asked.add(key)
        if key not in self.values:
            if default is None:
                self.problems.add(self.where, "missing_key", key=key)
            return default
        value = self.values[key]
        if not isinstance(value, kind):
            self.problems.add(self.where, "wrong_kind", key=key, kind=_TEXT if kind is str else _SWITCH)
            return default
        return value
