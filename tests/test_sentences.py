from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sources import HOUSE, SOURCES

from qdesk.clock import FixedClock
from qdesk.desk import act, present
from qdesk.desk.fixed import FIXED
from qdesk.errors import Because, Refused
from qdesk.lookups import inbox
from qdesk.playing import DAY, MINUTE, Player, apply, inspected, make_factory, to_the_workshop
from qdesk.words import LANGUAGES, Words


def literal_calls() -> Iterator[tuple[str, str, set[str]]]:
    """Every Refused or Because written out in the sources: the key of its sentence and the arguments it gives."""
    words = Words.load("en")
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            code, where = node.args[0], f"{source.name}:{node.lineno}"
            if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
                continue
            if node.func.id == "Refused":
                yield where, f"error.{code.value}", {keyword.arg or "**" for keyword in node.keywords}
            elif node.func.id == "Because" and "." not in code.value:
                given = node.args[1] if len(node.args) > 1 else ast.Dict([], [])
                if isinstance(given, ast.Dict) and all(isinstance(key, ast.Constant) for key in given.keys):
                    key = f"why.{code.value}" if f"why.{code.value}" in words.keys else f"error.{code.value}"
                    yield where, key, {str(name.value) for name in given.keys if isinstance(name, ast.Constant)}


def ask_names() -> set[str]:
    """Every name that an Ask or an act of administration asks for."""
    names = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Ask"
            texts = isinstance(node, ast.Call) and ast.unparse(node.func) in ("act.text", "act.person")
            if isinstance(node, ast.Call) and (asks or texts) and node.args and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    return names


def column_names() -> set[str]:
    """Every head of the tables that the command line prints."""
    tree = ast.parse((HOUSE / "telling.py").read_text(encoding="utf-8"))
    tuples = [node for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) > 3]
    texts = [[each.value for each in node.elts if isinstance(each, ast.Constant)] for node in tuples]
    return {str(name) for names, node in zip(texts, tuples, strict=True) if len(names) == len(node.elts) for name in names}


@pytest.fixture(params=LANGUAGES)
def player(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Player]:
    """The demo factory, whose clock stands a day after its founding."""
    clock = FixedClock(int(datetime(2026, 11, 16, 8).timestamp() * 1_000_000))
    site = make_factory(tmp_path / "site", clock, request.param)
    clock.advance(DAY)
    yield Player(site, clock, site.words, lambda line: None)
    site.close()


def refusal(trial: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as refused:
        trial()
    return refused.value


def said(player: Player, refused: Refused) -> list[str]:
    """The sentence of a refusal and those of its reasons."""
    return [player.words.refusal(refused), *(player.words.because(each)["message"] for each in refused.because)]


def unfinished(sentence: str) -> bool:
    return "{" in sentence or sentence.startswith("[")


def card(player: Player, desk: str, badge: str, code: str) -> dict[str, Any]:
    return present(player.site, player.log_in(desk, badge), code, player.words)


def test_every_sentence_is_given_all_that_it_speaks_of() -> None:
    words = Words.load("en")
    missing = [
        (where, key, sorted(words.placeholders(key) - given))
        for where, key, given in literal_calls()
        if key in words.keys and words.placeholders(key) - given and "**" not in given
    ]
    assert missing == []


def test_every_sentence_that_is_said_is_there_and_gets_its_arguments() -> None:
    words = Words.load("en")
    spoken = [
        (f"{source.name}:{node.lineno}", key.value, {keyword.arg or "**" for keyword in node.keywords})
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say" and node.args
        for key in [node.args[0]]
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and len(node.args) == 1
    ]
    assert len(spoken) > 20
    assert [(where, key) for where, key, _ in spoken if key not in words.keys] == []
    short = [(where, key) for where, key, given in spoken if words.placeholders(key) - given and "**" not in given]
    assert short == []


def test_every_desk_act_column_and_state_has_its_word() -> None:
    words = Words.load("en")
    acts = {f"step.{name}" for name in (*FIXED, "arrive", "found", "restore", "recover_pin", "recover_pepper")}
    columns = {f"column.{name}" for name in column_names()}
    states = {f"state.{name}" for name in ("in_place", "on_its_way", "lost", "void", "filed")}
    questions = {f"question.{name}" for name in ask_names() | {"lines", "name", "role", "badge"}}
    assert sorted((acts | columns | states | questions) - words.keys) == []


def test_no_reason_on_any_card_is_left_unfinished(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    desks = {"sales": "E011", "planning": "E021", "shop_dispatch": "E032", "valve_shop": "E033", "finished_store": "E041"}
    desks |= {"parts_store": "E042", "inspection": "E051", "quality": "E061"}
    heard: list[str] = []

    def listen() -> None:
        for desk, badge in desks.items():
            told = card(player, desk, badge, case)
            heard.extend(because["message"] for each in told["cannot"] for because in each["because"])

    listen()
    to_the_workshop(player, case)
    listen()
    player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E033"})
    player.do("valve_shop", "E033", "open_parts", case, lines=[{"item": "STEM-B", "quantity": "2", "direction": "out"}])
    listen()
    player.do("valve_shop", "E033", "rework", case, [5])
    player.do("inspection", "E051", "inspect", case, [5, 6], "fail", reason="泄漏")
    listen()
    player.do("valve_shop", "E033", "report_lost", case, [5], reason="找不到")
    listen()
    assert len(heard) > 50
    assert [sentence for sentence in heard if unfinished(sentence)] == []


def test_a_missing_outcome_is_named_with_its_step(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    to_the_workshop(player, case)
    told = card(player, "quality", "E061", case)
    [decide] = [each for each in told["cannot"] if each["step"] == "dispose"]
    [reason] = [each for each in decide["because"] if each["code"] == "step_missing_times"]
    expected = {
        "zh": "先要办“检验：不合格”满 2 次（检验部门，检验员）。",
        "en": "“Inspect: fail” has to be done 2 times first (Inspection, inspector).",
    }
    assert reason["message"] == expected[player.words.language]


def test_an_inspection_asks_by_the_titles_of_its_plan(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    to_the_workshop(player, case)
    player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E033"})
    player.do("valve_shop", "E033", "rework", case, [5])
    [step] = [each for each in card(player, "inspection", "E051", case)["can"] if each["step"] == "inspect"]
    titles = [ask["title"] for outcome in step["outcomes"] for ask in outcome["asks"]]
    assert {"zh": "泄漏量", "en": "leakage"}[player.words.language] in titles
    assert [title for title in titles if unfinished(title)] == []


def test_an_empty_field_is_named_with_its_line(player: Player) -> None:
    def asked(**inputs: object) -> Refused:
        request = {"procedure": "product_modification", "step": "apply", "inputs": inputs}
        return refusal(lambda: act(player.site, player.log_in("sales", "E011"), request))

    line = {"item": "VLV-25A", "becomes": "VLV-25B", "quantity": "2"}
    head = asked(fields={}, lines=[line])
    second = asked(fields={"customer": "x"}, lines=[line, {"item": "VLV-25A", "quantity": "1"}])
    none = asked(fields={"customer": "x"}, lines=[])
    assert [head.code, second.code, none.code] == ["field_missing", "column_missing", "lines_missing"]
    assert second.arguments["line"] == "2"
    assert not any(unfinished(sentence) for refused in (head, second, none) for sentence in said(player, refused))


def test_a_changed_card_names_the_desk_and_the_step_by_their_titles(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    seen = card(player, "sales", "E012", case)["digest"]
    player.do("sales", "E012", "authorise", case)
    player.do("planning", "E021", "plan", case, [2])
    request = {"case": case, "step": "consent", "outcome": "consent", "copies": [f"{case}/3"], "seen": seen}
    [sentence] = said(player, refusal(lambda: act(player.site, player.log_in("shop_dispatch", "E031"), request)))
    assert {"zh": "“计划部”", "en": "“Planning”"}[player.words.language] in sentence
    assert {"zh": "“计划部登记”", "en": "“Take into the plan”"}[player.words.language] in sentence


def test_later_acts_are_named_by_their_titles(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    opened = player.do("sales", "E012", "authorise", case)
    player.do("planning", "E021", "plan", case, [2])
    player.do("planning", "E021", "report_lost", case, [2], reason="找不到")
    request = {"case": case, "step": "reverse", "inputs": {"act": opened.act}}
    sentences = said(player, refusal(lambda: act(player.site, player.log_in("sales", "E012"), request)))
    titles = {"zh": ["“报失”", "“计划部登记”"], "en": ["“Reported lost”", "“Take into the plan”"]}[player.words.language]
    assert [title in sentence for title, sentence in zip(titles, sentences[1:], strict=True)] == [True, True]


def test_a_desk_is_told_in_words_what_was_done(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    player.do("sales", "E012", "authorise", case)
    player.do("planning", "E021", "plan", case, [2])
    player.do("shop_dispatch", "E031", "consent", case, [3], "refuse", reason="没有工时")
    [notice] = inbox(player.site, "sales", player.words)["notices"]
    assert notice["step"] == "consent.refuse"
    assert notice["title"] == {"zh": "车间主管领导审批：不同意", "en": "Decide for the workshop: refuse"}[player.words.language]


def test_a_clock_set_back_stops_all_work_until_the_administrator_confirms_it(player: Player) -> None:
    apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    player.clock.advance(-60 * MINUTE)
    assert refusal(lambda: apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")).code == "clock_set_back"
    player.do("administration", "E001", "confirm_clock")
    assert apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")


def test_a_pass_is_refused_by_the_titles_of_what_was_out_of_limits(player: Player) -> None:
    case = apply(player, "VLV-25A", "VLV-25B", "2", "东海船舶")
    to_the_workshop(player, case)
    player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E033"})
    player.do("valve_shop", "E033", "rework", case, [5])
    answers = {"quantity_passed": "2", **inspected(leak_rate="3.0")}
    sentences = said(player, refusal(lambda: player.do("inspection", "E051", "inspect", case, [5, 6], "pass", **answers)))
    assert [sentence for sentence in sentences if unfinished(sentence)] == []
    assert {"zh": "“泄漏量”为 3.0", "en": "“leakage” is 3.0"}[player.words.language] in sentences[1]


def test_a_refusal_in_the_sources_is_found_by_this_test() -> None:
    assert ("error.own_work", {"person", "step"}) in [(key, given) for _, key, given in literal_calls()]
    assert unfinished(Words.load("en").because(Because("copy_elsewhere", {"copy": "x"}))["message"])
