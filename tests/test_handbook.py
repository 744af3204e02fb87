from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sources import SOURCES

import data
from qdesk.cli import parser
from qdesk.clock import FixedClock
from qdesk.database import REFUSALS
from qdesk.desk.book import known_of
from qdesk.factory import load_factory
from qdesk.language import Procedure
from qdesk.pipe import Pipe
from qdesk.playing import Player, make_factory, running_cases
from qdesk.procedure import load
from qdesk.words import LANGUAGES, Words

ROW = re.compile(r"^\| `([a-z_0-9]+)` \| (.*?) \|", re.MULTILINE)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([a-z_]+\.md)\)")
COPY = re.compile(r"<([^<>]+/[0-9]+)>")
HOUSE_NUMBER = re.compile(r"\b(?:[RT]\d{3}|F\d{3})\b", re.ASCII)
PAGES = (
    "index", "modification", "delivery", "errors", "site", "pipe", "screens", "printing", "registers", "returnables",
    "receipts", "nonconformity", "material", "ledger", "master_data",
    "stores", "stocktake", "customer_property",
)  # fmt: skip


def page(language: str, name: str) -> str:
    return data.read(f"handbook/{language}/{name}.md")


def fenced(text: str, kind: str) -> list[str]:
    """The lines inside every fence of one kind."""
    return [line for found, block in FENCE.findall(text) if found == kind for line in block.splitlines()]


def constants(node: ast.expr) -> Iterator[str]:
    """Every text an argument may turn out to be."""
    for inner in [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]:
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def raised(*makers: str) -> set[str]:
    """Every code that some source gives to one of these as its first argument."""
    found: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers and node.args:
                found.update(constants(node.args[0]))
    return found


def refusals() -> set[str]:
    return raised("Refused") | {code for _, code in REFUSALS} | {"procedure_broken"}


def reasons() -> set[str]:
    """Every reason with a sentence of its own; the others borrow that of the refusal of the same name."""
    given = {code for code in raised("Because", "Missing") if "." not in code}
    return {code for code in given if f"why.{code}" in Words.load("en").keys or code not in refusals()}


def modification() -> Procedure:
    text = data.read("procedures/product_modification.toml")
    return load(text, "product_modification.toml", known_of(load_factory()), {"partial_pass": "supplement"})


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_both_languages_have_the_same_pages_one_for_each_desk() -> None:
    expected = sorted(f"{name}.md" for name in (*PAGES, *(desk.id for desk in load_factory().desks.values() if desk.terminal)))
    assert {language: data.names(f"handbook/{language}") for language in LANGUAGES} == dict.fromkeys(LANGUAGES, expected)


def test_every_page_that_is_linked_to_exists(language: str) -> None:
    pages = data.names(f"handbook/{language}")
    linked = {target for name in pages for target in LINK.findall(page(language, name.removesuffix(".md")))}
    assert linked
    assert sorted(linked - set(pages)) == []


def test_the_table_of_refusals_holds_every_code_that_is_raised_and_no_other(language: str) -> None:
    text, _, _ = re.split(r"^(## Reasons|## 原因)$", page(language, "errors"), flags=re.MULTILINE)
    codes = [code for code, _ in ROW.findall(text)]
    assert sorted(codes) == sorted(refusals())


def test_the_table_of_reasons_holds_every_reason_that_is_given_and_no_other(language: str) -> None:
    _, _, text = re.split(r"^(## Reasons|## 原因)$", page(language, "errors"), flags=re.MULTILINE)
    codes = [code for code, _ in ROW.findall(text)]
    assert sorted(codes) == sorted(reasons())


def test_the_word_files_have_no_refusal_or_reason_that_nothing_gives(language: str) -> None:
    written = {key.partition(".")[::2] for key in Words.load(language).keys}
    assert {code for section, code in written if section == "error"} == refusals()
    assert {code for section, code in written if section == "why"} == reasons()


def test_the_tables_say_what_the_word_files_say(language: str) -> None:
    words = Words.load(language)
    refused, _, because = re.split(r"^(## Reasons|## 原因)$", page(language, "errors"), flags=re.MULTILINE)
    rows = [("error", *row) for row in ROW.findall(refused)] + [("why", *row) for row in ROW.findall(because)]
    assert [(code, said) for section, code, said in rows if words.say(f"{section}.{code}") != said] == []


def test_every_refusal_says_what_to_do(language: str) -> None:
    refused = re.split(r"^(?:## Reasons|## 原因)$", page(language, "errors"), flags=re.MULTILINE)[0]
    rows = [line for line in refused.splitlines() if line.startswith("| `")]
    assert [row for row in rows if len(row.split(" | ")) != 3 or len(row.split(" | ")[2].strip(" |")) < 2] == []


def test_the_settings_table_is_the_factory_with_its_defaults(language: str) -> None:
    settings = load_factory().settings
    rows = dict(ROW.findall(page(language, "site")))
    told = {name: rows.get(name, "-").strip("`") for name in settings}
    empty = {"zh": "空", "en": "empty"}[language]
    assert told == {name: setting.value or empty for name, setting in settings.items()}


def test_the_page_of_a_desk_tells_every_step_that_is_done_there(language: str) -> None:
    words = Words.load(language)
    untold = [
        (step.desk, words.show(title))
        for step in modification().steps.values()
        for title in (step.title, *(outcome.title for outcome in step.outcomes))
        if words.show(title) not in page(language, step.desk)
    ]
    assert untold == []


def test_the_page_of_the_modification_tells_its_copies_endings_and_steps(language: str) -> None:
    words, procedure = Words.load(language), modification()
    text = page(language, "modification")
    titles = [copy.title for copy in procedure.forms["application"].copies]
    titles += [ending.title for ending in procedure.endings.values()]
    titles += [step.title for step in procedure.steps.values() if step.id not in ("file_refused", "dispose", "dismantle")]
    assert [words.show(title) for title in titles if words.show(title) not in text] == []


def test_every_command_in_the_handbook_is_understood(language: str) -> None:
    pages = ("site", "pipe", "printing", "registers", "ledger")
    commands = [line for name in pages for line in fenced(page(language, name), "console")]
    for command in commands:
        program, *given = command.partition(" <")[0].split()
        assert program == "qdesk"
        assert hasattr(parser().parse_args(given), "run"), command


def fits(shown: Any, real: Any) -> bool:
    """Whether an answer is what the page shows of it; "…" stands for anything, at the end of a list for any more."""
    if shown == "…":
        return True
    if isinstance(shown, dict) and isinstance(real, dict):
        return all(name in real and fits(value, real[name]) for name, value in shown.items())
    if isinstance(shown, list) and isinstance(real, list):
        if shown[-1:] == ["…"]:
            shown, real = shown[:-1], real[: len(shown) - 1]
        return len(shown) == len(real) and all(map(fits, shown, real))
    return bool(shown == real)


def test_the_conversation_of_the_pipe_page_goes_as_it_is_written(language: str, tmp_path: Path) -> None:
    lines = fenced(page(language, "pipe"), "pipe")
    clock = FixedClock(int(datetime(2026, 11, 16, 8).timestamp() * 1_000_000))
    site = make_factory(tmp_path / "site", clock, language)
    running_cases(Player(site, clock, site.words, lambda line: None))
    pieces: dict[str, str] = {name: piece for name, piece in site.database.rows("SELECT name, piece FROM copies")}
    session = digest = ""
    for sent, expected in zip(lines[::2], lines[1::2], strict=True):
        asked = sent.removeprefix("> ").replace('"S"', json.dumps(session)).replace('"D"', json.dumps(digest))
        for name in COPY.findall(asked):
            asked = asked.replace(f"<{name}>", pieces[name])
        answers = io.StringIO()
        Pipe(site, answers).run(io.BytesIO(asked.encode()))
        answer = json.loads(answers.getvalue())
        assert fits(json.loads(expected.removeprefix("< ")), answer), (sent, answer)
        session, digest = answer.get("session", session), answer.get("card", {}).get("digest", digest)
    site.close()


def test_an_answer_that_differs_from_the_page_is_noticed() -> None:
    assert fits({"a": [{"b": 1}, "…"], "c": "…"}, {"a": [{"b": 1, "d": 2}, 3], "c": [], "e": 1})
    assert not fits({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2}]})
    assert not fits({"ok": True}, {"ok": False})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_told_of_on_the_page_of_its_desk_or_on_one_that_it_leads_to(language: str) -> None:
    known, missing = known_of(load_factory()), []
    for file in sorted(data.SHIPPED.joinpath("procedures").glob("*.toml")):
        for step in load(file.read_text(encoding="utf-8"), file.name, known).steps.values():
            own = page(language, step.desk)
            told = [own, *(page(language, name.removesuffix(".md")) for name in LINK.findall(own) if name != "errors.md")]
            if not any(step.title.in_(language).casefold() in text.casefold() for text in told):
                missing.append((step.desk, step.title.in_(language)))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_for_the_people_at_a_desk_names_a_rule_by_a_number_of_this_house(language: str) -> None:
    folder = data.SHIPPED / "handbook" / language
    numbered = {path.stem for path in folder.glob("*.md") if HOUSE_NUMBER.search(path.read_text(encoding="utf-8"))}
    assert numbered <= {"site"}  # where a setting says which rule of the procedures it chooses a reading of
