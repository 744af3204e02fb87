"""Turns codes and titles into sentences in the user's language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter

import data
from qdesk.errors import Because, Refused

LANGUAGES = ("zh", "en")
LIST_JOINTS = {"zh": "、", "en": ", "}
CLAUSE_JOINTS = {"zh": "；", "en": "; "}

SECTION = re.compile(r"^\[([a-z_]+)\]", re.MULTILINE)
Part = tuple[str, str | None]
"""A piece of plain text and the name of the argument that follows it."""


@dataclass(frozen=True)
class Title:
    """What a thing is called, in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the title in one language."""
        return self.zh if language == "zh" else self.en


class Words:
    """The sentences of one language, split into parts when loaded so that saying one costs little."""

    def __init__(self, language: str, sentences: Mapping[str, tuple[Part, ...]]) -> None:
        """Keep sentences that `load` has read and checked."""
        self.language = language
        self._sentences = sentences

    @classmethod
    def first(cls, language: str, sections: Iterable[str]) -> Words:
        """Return the shipped words of a few sections only: enough for a first picture, before all is read."""
        wanted = frozenset(sections)
        parts = SECTION.split(data.read(f"words/{language}.toml"))
        text = "".join(f"[{name}]{rest}" for name, rest in zip(parts[1::2], parts[2::2], strict=True) if name in wanted)
        sentences: dict[str, tuple[Part, ...]] = {}
        _read(language, text, sentences, [])
        return cls(language, sentences)

    @classmethod
    def load(cls, language: str, folders: Iterable[Path] = ()) -> Words:
        """Read the shipped words, then those of each folder, where a later file wins."""
        if language not in LANGUAGES:
            raise Refused("language_unknown", language=language)
        shipped, broken = _shipped(language)
        sentences, problems = dict(shipped), list(broken)
        for path in (folder / f"{language}.toml" for folder in folders):
            if path.is_file():
                _read(str(path), _text_of(path), sentences, problems)
        if problems:
            raise Refused("words_broken", problems)
        return cls(language, sentences)

    @property
    def keys(self) -> frozenset[str]:
        """Return every key there is a sentence for."""
        return frozenset(self._sentences)

    def placeholders(self, key: str) -> frozenset[str]:
        """Return the names of the arguments a sentence speaks of."""
        return frozenset(name for _, name in self._sentences[key] if name is not None)

    def say(self, key: str, /, **arguments: object) -> str:
        """Return the sentence for a key, or the key in brackets where there is none."""
        return self._fill(key, arguments)

    def refusal(self, refused: Refused) -> str:
        """Return the sentence of a refusal, without its reasons."""
        return self._fill(f"error.{refused.code}", refused.arguments)

    def because(self, reason: Because) -> dict[str, str]:
        """Return one reason as the pipe and the screens show it."""
        message = self._fill(self._key_of(reason.code), reason.arguments)
        return {"code": reason.code, "message": message, "where": reason.where, "who": reason.who}

    def show(self, value: object) -> str:
        """Return any argument as text: titles in the language, times in local time, lists joined."""
        if isinstance(value, str):
            return value
        if isinstance(value, Title):
            return value.in_(self.language)
        if isinstance(value, datetime):
            return value.astimezone().strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, list | tuple):
            return LIST_JOINTS[self.language].join(map(self.show, value))
        return "" if value is None else str(value)

    def clauses(self, said: Iterable[str]) -> str:
        """Return several short statements as one line."""
        return CLAUSE_JOINTS[self.language].join(said)

    def _fill(self, key: str, arguments: Mapping[str, object]) -> str:
        parts = self._sentences.get(key)
        if parts is None:
            return f"[{key}]"
        said = []
        for plain, name in parts:
            said.append(plain)
            if name is not None:
                said.append(self.show(arguments[name]) if name in arguments else f"{{{name}}}")
        return "".join(said)

    def _key_of(self, code: str) -> str:
        """Find a reason among the reasons, then among the refusals, unless its code names its own section."""
        if "." in code:
            return code
        reason, refusal = f"why.{code}", f"error.{code}"
        return refusal if reason not in self._sentences and refusal in self._sentences else reason


@cache
def _shipped(language: str) -> tuple[Mapping[str, tuple[Part, ...]], Sequence[Because]]:
    """Return the shipped sentences and what is wrong with them, read once a process: a site and its command both need them."""
    sentences: dict[str, tuple[Part, ...]] = {}
    problems: list[Because] = []
    _read(f"{language}.toml", data.read(f"words/{language}.toml"), sentences, problems)
    return sentences, problems


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise Refused("file_unreadable", path=str(path), reason=str(trouble)) from trouble


def _read(file: str, text: str, sentences: dict[str, tuple[Part, ...]], problems: list[Because]) -> None:
    """Add the sentences of one file and note what in it cannot be said."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        problems.append(Because("words.broken_file", {"file": file, "reason": str(trouble)}))
        return
    for key, sentence in _flat(table, ""):
        parts = _parts(sentence)
        if parts is None:
            problems.append(Because("words.broken_sentence", {"file": file, "key": key}))
        else:
            sentences[key] = parts


def _flat(table: Mapping[str, object], section: str) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{section}{key}.")
        else:
            yield f"{section}{key}", value


def _parts(sentence: object) -> tuple[Part, ...] | None:
    """Split a sentence at its placeholders, which are plain names only: no argument is ever looked into."""
    if not isinstance(sentence, str):
        return None
    try:
        parsed = list(Formatter().parse(sentence))
    except ValueError:
        return None
    if any(name is not None and (not name.isidentifier() or form or turn) for _, name, form, turn in parsed):
        return None
    return tuple((plain, name) for plain, name, _, _ in parsed)
