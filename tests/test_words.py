from __future__ import annotations

import ast
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest
from sources import SOURCES

from qdesk.errors import Because, Refused
from qdesk.words import LANGUAGES, Title, Words

HOUSE_NUMBER = re.compile(r"\b[RT]\d{2,3}\b|\bF\d{3}\b", re.ASCII)


def words_of(folder: Path, text: str, language: str = "en") -> Words:
    (folder / f"{language}.toml").write_text(text, encoding="utf-8")
    return Words.load(language, [folder])


def codes_in(source: Path) -> Iterator[str]:
    """Every code that stands literally in a Refused(...) or Because(...) of one file, with its section."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                if node.func.id == "Refused":
                    yield f"error.{first.value}"
                elif node.func.id == "Because" and "." in first.value:
                    yield first.value


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_both_languages_say_the_same_things_with_the_same_arguments() -> None:
    zh, en = (Words.load(language) for language in LANGUAGES)
    assert zh.keys == en.keys
    assert {key: zh.placeholders(key) for key in zh.keys} == {key: en.placeholders(key) for key in en.keys}


def test_every_refusal_in_the_sources_has_its_sentence(words: Words) -> None:
    codes = {code for source in SOURCES for code in codes_in(source)}
    assert "error.piece_foreign" in codes
    assert sorted(codes - words.keys) == []


def test_chinese_sentences_are_chinese_and_english_ones_are_not() -> None:
    zh, en = (Words.load(language) for language in LANGUAGES)
    chinese = {language.language: {key for key in language.keys if has_chinese(language.say(key))} for language in (zh, en)}
    named_in_the_other = {"key.language"}  # who does not read this language looks for its own
    assert zh.keys - chinese["zh"] == named_in_the_other
    assert chinese["en"] == named_in_the_other


def test_no_sentence_names_a_rule_by_a_number_that_only_this_house_knows(words: Words) -> None:
    assert [key for key in sorted(words.keys) if HOUSE_NUMBER.search(words.say(key))] == []


def test_an_unknown_key_shows_itself(words: Words) -> None:
    assert words.say("error.never_written") == "[error.never_written]"
    assert words.refusal(Refused("never_written")) == "[error.never_written]"


def test_a_refusal_becomes_a_sentence_in_each_language() -> None:
    refused = Refused("piece_foreign", code="102600001233266188")
    assert Words.load("zh").refusal(refused) == "单据号 102600001233266188 不是本厂发出的。"
    assert Words.load("en").refusal(refused) == "The number 102600001233266188 was not issued by this works."


def test_a_reason_says_where_and_by_whom_it_can_be_mended(tmp_path: Path) -> None:
    words = words_of(tmp_path, '[why]\nnot_stamped = "{copy} has no stamp."\n')
    reason = Because("not_stamped", {"copy": "GX26-000001/5"}, where="inspection", who="inspector")
    assert words.because(reason) == {
        "code": "not_stamped",
        "message": "GX26-000001/5 has no stamp.",
        "where": "inspection",
        "who": "inspector",
    }


def test_a_reason_without_a_sentence_of_its_own_uses_that_of_the_refusal() -> None:
    words = Words.load("en")
    assert words.because(Because("number_zero"))["message"] == "The quantity cannot be zero."
    assert words.because(Because("site.bad_id"))["message"].startswith("{file}, {entry}:")
    assert words.because(Because("unheard_of"))["message"] == "[why.unheard_of]"


def test_titles_times_and_lists_are_said_in_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    titles = [Title(zh="成品库", en="store"), Title(zh="计划部", en="planning")]
    at = datetime(2026, 3, 1, 23, 5, tzinfo=UTC)
    for language, said in (("zh", "成品库、计划部 2026-03-02 07:05 3"), ("en", "store, planning 2026-03-02 07:05 3")):
        words = words_of(tmp_path, '[a]\nb = "{desks} {at} {count}"\n', language)
        assert words.say("a.b", desks=titles, at=at, count=3) == said
    monkeypatch.undo()
    time.tzset()


def test_what_an_argument_contains_is_never_evaluated(tmp_path: Path) -> None:
    words = words_of(tmp_path, '[a]\nb = "{item} lies {{here}}"\n')
    assert words.say("a.b", item="{item.__class__} {0} %s {{") == "{item.__class__} {0} %s {{ lies {here}"


@pytest.mark.parametrize("sentence", ["{a.b}", "{a[0]}", "{}", "{0}", "{a!r}", "{a:>10}", "{a", "a}", "{a b}"])
def test_a_sentence_that_looks_into_its_arguments_is_refused(tmp_path: Path, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        words_of(tmp_path, f'[error]\nnumber_zero = "{sentence}"\nnumber_unreadable = 3\n')
    assert refused.value.code == "words_broken"
    assert [reason.arguments["key"] for reason in refused.value.because] == [
        "error.number_zero",
        "error.number_unreadable",
    ]


def test_a_missing_argument_shows_its_name_instead_of_failing() -> None:
    said = Words.load("en").say("error.text_too_long", field="reason")
    assert said == "“reason” is too long, at most {longest} characters."


def test_a_site_may_change_a_sentence_and_add_one(tmp_path: Path) -> None:
    words = words_of(tmp_path, '[error]\nnumber_zero = "Nothing is nothing."\n[own]\nnote = "ours"\n')
    assert words.say("error.number_zero") == "Nothing is nothing."
    assert words.say("own.note") == "ours"
    assert words.say("error.piece_foreign", code="1") == Words.load("en").say("error.piece_foreign", code="1")


@pytest.mark.parametrize("raw", [b"[error\n", b"\xff\xfe"])
def test_a_broken_words_file_is_refused_by_name(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "zh.toml").write_bytes(raw)
    with pytest.raises(Refused) as refused:
        Words.load("zh", [tmp_path])
    assert refused.value.code in ("words_broken", "file_unreadable")
    assert "zh.toml" in str([refused.value.arguments, *(reason.arguments for reason in refused.value.because)])


def test_a_language_nobody_wrote_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Words.load("../../etc/passwd")
    assert refused.value.code == "language_unknown"


def test_saying_a_sentence_takes_a_few_steps_however_many_there_are() -> None:
    words, steps = Words.load("zh"), 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    words.say("error.piece_foreign", code="1")
    sys.setprofile(count)
    try:
        words.say("error.piece_foreign", code="1")
    finally:
        sys.setprofile(None)
    assert 0 < steps < 20


def test_the_first_words_are_those_of_their_sections_word_for_word() -> None:
    for language in LANGUAGES:
        first, whole = Words.first(language, ("login", "key")), Words.load(language)
        assert first.keys == {key for key in whole.keys if key.partition(".")[0] in ("login", "key")}
        assert {key: first.say(key) for key in first.keys} == {key: whole.say(key) for key in first.keys}
