from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import argon2
import pytest
from factory_audit import audit, contents
from pipe_client import QDESK, ROOT, STORY, Json, Line, Outside, environment, qdesk, says

from qdesk import people
from qdesk.cli import main
from qdesk.clock import Clock, FixedClock
from qdesk.demo import prepare
from qdesk.pipe import LONGEST_LINE
from qdesk.site import Site, open_site

CARD = {"kind", "digest", "case", "procedure", "document", "copies", "signatures", "can", "cannot"}
DONE = {"id", "ok", "act", "case", "opened", "moves", "custody", "prints", "notices", "ended"}
KINDS = {"text", "number", "date", "choice", "check", "measure", "item", "lot", "bin", "plate", "count", "lines"}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo factory as `qdesk demo --prepare` leaves it, to be copied and not to be touched."""
    folder = tmp_path_factory.mktemp("prepared") / "factory"
    dear, people.HASHER = people.HASHER, argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    try:
        prepare(folder, "en")
    finally:
        people.HASHER = dear
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A demo factory of one's own."""
    return Path(shutil.copytree(prepared, tmp_path / "factory"))


@pytest.fixture
def sheet(folder: Path) -> Json:
    """What an outside program is given."""
    read: Json = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def line(folder: Path) -> Iterator[Line]:
    """A conversation with a process of its own."""
    with Line(folder) as opened:
        yield opened


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    """The same factory opened within this process, where that is quicker."""
    opened = open_site(folder, FixedClock(Clock().now()), synchronous="off")
    yield opened
    opened.close()


def pin_of(sheet: Json, badge: str) -> str:
    return str(next(each["pin"] for each in sheet["people"] if each["badge"] == badge))


def session_of(site: Site, sheet: Json, desk: str, badge: str) -> str:
    (told,) = says(site, {"op": "login", "desk": desk, "badge": badge, "pin": pin_of(sheet, badge)})
    return str(told["session"])


def piece_of(sheet: Json, copy: str) -> str:
    return str(next(each["piece"] for each in sheet["copies"] if each["copy"] == copy))


def application(quantity: str = "3", customer: str = "outside", **more: Any) -> Json:
    inputs = {"fields": {"customer": customer}, "lines": [{"item": "VLV-25A", "becomes": "VLV-25B", "quantity": quantity}]}
    return {"op": "act", "case": None, "procedure": "product_modification", "step": "apply", "inputs": inputs, **more}


def acts_of(folder: Path) -> int:
    opened = open_site(folder)
    counted: int = opened.database.rows("SELECT COUNT(*) FROM acts")[0][0]
    opened.close()
    return counted


def attempts_of(site: Site) -> list[tuple[Any, ...]]:
    return site.database.rows("SELECT desk, person, verb, code, detail, times FROM attempts ORDER BY id")


# The whole of P01


def test_a_program_that_knows_only_the_contract_and_the_sheet_brings_a_modification_to_its_end(folder: Path, sheet: Json) -> None:
    with Line(folder) as line:
        outside = Outside(line, sheet)
        told = line.ask(**application("10", session=outside.log_in("sales", "E011")))
        case = told["case"]
        better: dict[str, Json] = {
            "draw_parts": {},
            "rework": {"installed": [{"item": "STEM-B", "quantity": "10"}], "removed": [{"item": "STEM-A", "quantity": "10"}]},
            "inspect": {"quantity_passed": "10"},
        }
        done = []
        while waiting := outside.waiting(case):
            step = min(waiting, key=STORY.index)
            outside.do(case, step, waiting[step], **better.get(step, {}))
            done.append(step)
            if step == "draw":
                outside.do(case, "open_parts", "valve_shop", lines=[{"item": "STEM-B", "quantity": "12", "direction": "out"}])
        assert done == list(STORY)
        assert [told["ended"] for told in outside.answers[-2:]] == [None, "completed"]
        assert all(set(told) == DONE for told in outside.answers)
        stock = line.ask("stock", session=outside.log_in("finished_store", "E041"), item="VLV-25B", place="finished_store")
        assert [(row["quantity"], row["hold"]) for row in stock["stock"]] == [("10", None)]
        assert line.ask("verify", session=outside.log_in("sales", "E011"))["findings"] == []
        assert line.end() == (0, "")
    checked = qdesk("verify", "--replay", "--site", str(folder))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_question_a_card_asks_is_told_in_full(site: Site, sheet: Json) -> None:
    seen = 0
    for person in sheet["people"]:
        for desk in person["desks"]:
            session = session_of(site, sheet, desk, person["badge"])
            for case in sheet["cases"]:
                (told,) = says(site, {"op": "present", "session": session, "code": case})
                for outcome in (each for can in told["card"]["can"] for each in can["outcomes"]):
                    for ask in [*outcome["asks"], *(inner for each in outcome["asks"] for inner in each.get("asks", []))]:
                        assert {"name", "kind", "unit", "required", "choices", "limits"} <= set(ask), ask
                        assert ask["kind"] in KINDS
                        seen += 1
    assert seen


def test_a_form_says_what_each_column_of_its_lines_takes(site: Site, sheet: Json) -> None:
    fresh = sheet["cases"][1]
    session = session_of(site, sheet, "valve_shop", "E033")
    (told,) = says(site, {"op": "present", "session": session, "code": fresh})
    (opening,) = (can for can in told["card"]["can"] if can["step"] == "open_parts")
    (lines,) = opening["outcomes"][0]["asks"]
    columns = {ask["name"]: ask for ask in lines["asks"]}
    assert lines["columns"] == list(columns) == ["item", "quantity", "direction", "condition"]
    assert columns["direction"]["choices"] == ["out", "in"]
    assert [name for name, ask in columns.items() if ask["required"]] == ["item", "quantity", "direction"]


# The shapes of the contract


def test_a_login_names_the_person_and_opens_a_session(site: Site, sheet: Json) -> None:
    (told,) = says(site, {"id": "a", "op": "login", "desk": "finished_store", "badge": "E041", "pin": pin_of(sheet, "E041")})
    assert told == {
        "id": "a", "ok": True, "session": told["session"], "person": {"id": 9, "name": "宋丽", "roles": ["keeper"]},
    }  # fmt: skip
    assert len(told["session"]) >= 20


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"pin": "000001"}, "pin_wrong"),
        ({"badge": "E999"}, "badge_unknown"),
        ({"badge": None}, "code_unreadable"),
        ({"desk": "nowhere"}, "desk_unknown"),
        ({"desk": "quality"}, "not_your_desk"),
        ({"pin": None}, "text_expected"),
        ({"pin": 141421}, "text_expected"),
    ],
)
def test_a_login_that_is_not_right_is_refused_by_its_reason(site: Site, sheet: Json, changed: Json, code: str) -> None:
    right = {"op": "login", "desk": "finished_store", "badge": "E041", "pin": pin_of(sheet, "E041")}
    (told,) = says(site, {**right, **changed})
    assert (told["ok"], told["error"]["code"]) == (False, code)
    assert set(told["error"]) == {"code", "message", "because"}


def test_a_pin_sent_as_a_number_is_a_slip_of_the_program_and_locks_nobody(site: Site, sheet: Json) -> None:
    right = {"op": "login", "desk": "finished_store", "badge": "E041", "pin": pin_of(sheet, "E041")}
    told = says(site, *[{**right, "pin": 141421}] * 12, right)
    assert [each["ok"] for each in told] == [False] * 12 + [True]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("{piece}", "copy"),
        ("{case}/2", "copy"),
        ("{case}", "document"),
        ("VLV-25A", "item"),
        ("{lot}", "lot"),
        ("finished_store", "bin"),
        ("E041", "person"),
    ],
)
def test_whatever_is_scanned_is_presented_as_what_it_is(site: Site, sheet: Json, code: str, kind: str) -> None:
    session = session_of(site, sheet, "sales", "E012")
    case, lot = sheet["cases"][0], sheet["lots"][0]["lot"]
    scanned = code.format(case=case, lot=lot, piece=piece_of(sheet, f"{case}/2"))
    told, again = says(site, *[{"id": 1, "op": "present", "session": session, "code": scanned}] * 2)
    card = told["card"]
    assert (card["kind"], len(card["digest"])) == (kind, 64)
    assert again["card"]["digest"] == card["digest"]
    if kind not in ("copy", "document"):
        assert card["can"] == card["cannot"] == []
        return
    assert set(card) >= CARD
    assert set(card["document"]) >= {"serial", "form", "fields", "lines"}
    assert all(set(copy) >= {"copy", "piece", "due", "seen", "since", "state"} for copy in card["copies"])
    assert all(set(mark) >= {"as", "person", "meaning", "stamp", "at", "lapsed"} for mark in card["signatures"])
    assert all(set(because) == {"code", "message", "where", "who"} for each in card["cannot"] for because in each["because"])
    assert [can["step"] for can in card["can"]] == ["withdraw"]
    assert set(card["can"][0]) >= {"step", "outcomes", "copies", "scan"}


def test_a_void_piece_is_presented_with_what_replaced_it(site: Site, sheet: Json) -> None:
    late = sheet["cases"][0]
    session, old = session_of(site, sheet, "sales", "E011"), piece_of(sheet, f"{late}/1")
    reprint = {"op": "act", "session": session, "step": "reprint", "copies": [old], "inputs": {"reason": "wet"}}
    done, told = says(site, reprint, {"op": "present", "session": session, "code": old})
    card = told["card"]
    assert (card["kind"], card["can"], card["void"]["copy"]) == ("void", [], f"{late}/1")
    assert card["void"]["replaced_by"] == done["custody"][0]["piece"] != old
    assert [each["piece"] for each in done["prints"]] == [done["custody"][0]["piece"]]


def test_an_act_without_a_case_opens_one_and_tells_every_copy(site: Site, sheet: Json) -> None:
    (told,) = says(site, {"id": 3, **application(session=session_of(site, sheet, "sales", "E011"), key="k")})
    assert set(told) == DONE
    (document,) = told["opened"]
    serial = document["serial"]
    assert (document["form"], told["case"]) == ("application", serial) and serial not in sheet["cases"]
    assert [copy["copy"] for copy in document["copies"]] == [f"{serial}/{number}" for number in range(1, 7)]
    assert all(len(copy["piece"]) == 18 and copy["due"] == "sales" for copy in document["copies"])
    assert (told["moves"], told["ended"]) == ([], None)


def test_an_act_on_a_case_tells_moves_custody_and_prints(site: Site, sheet: Json) -> None:
    fresh = sheet["cases"][1]
    session = session_of(site, sheet, "finished_store", "E041")
    (shown,) = says(site, {"op": "present", "session": session, "code": piece_of(sheet, f"{fresh}/4")})
    draw = {
        "id": 4, "op": "act", "session": session, "case": fresh, "step": "draw", "outcome": None,
        "copies": [piece_of(sheet, f"{fresh}/4")], "inputs": {}, "seen": shown["card"]["digest"],
        "signers": [{"as": "reworker", "badge": "E033", "pin": pin_of(sheet, "E033")}], "key": "draw-1",
    }  # fmt: skip
    (told,) = says(site, draw)
    assert told["moves"] == [
        {"item": "VLV-40A", "lot": sheet["lots"][1]["lot"], "quantity": "1", "from": "finished_store", "to": "workshop_product"}
    ]
    assert told["custody"] == [{"copy": f"{fresh}/4", "due": "finished_store", "seen": "finished_store"}]
    assert (told["prints"], told["notices"], told["ended"]) == ([], [], None)


def test_a_refused_act_says_code_message_and_every_reason_with_where_and_who(site: Site, sheet: Json) -> None:
    fresh = sheet["cases"][1]
    session = session_of(site, sheet, "finished_store", "E041")
    receive = {"id": 9, "op": "act", "session": session, "case": fresh, "step": "receive", "copies": []}
    (told,) = says(site, receive)
    assert (told["id"], told["ok"], told["error"]["code"]) == (9, False, "not_inspected")
    assert told["error"]["because"]
    assert all(set(reason) == {"code", "message", "where", "who"} for reason in told["error"]["because"])
    assert ("inspection", "inspector") in [(reason["where"], reason["who"]) for reason in told["error"]["because"]]


def test_the_look_ups_have_the_shapes_of_the_contract(site: Site, sheet: Json) -> None:
    late, fresh = sheet["cases"]
    session = session_of(site, sheet, "sales", "E011")
    ask = {"session": session}
    stock, before, desk, document, register, sound = says(
        site,
        {"op": "stock", **ask, "item": "VLV-25A"},
        {"op": "stock", **ask, "item": "VLV-25A", "at": "2020-01-01T00:00"},
        {"op": "where", **ask},
        {"op": "where", **ask, "document": f"{late}/3"},
        {"op": "register", **ask, "form": "application"},
        {"op": "verify", **ask},
    )
    assert stock["free"] == [
        {"item": "VLV-25A", "place": "finished_store", "quantity": "60", "held": "0", "reserved": "5", "free": "55"}
    ]
    assert before["stock"] == []
    assert desk["desk"] == "sales"
    assert {row["copy"] for row in desk["astray"]} == {f"{late}/{number}" for number in range(2, 7)}
    assert [copy["copy"] for copy in document["copies"]] == [f"{late}/{number}" for number in range(1, 7)]
    assert [each["serial"] for each in register["documents"]] == [late, fresh]
    assert (sound["findings"], len(sound["head"])) == ([], 64)


def test_after_logout_a_session_is_over(site: Site, sheet: Json) -> None:
    session = session_of(site, sheet, "sales", "E011")
    over, after = says(site, {"id": 1, "op": "logout", "session": session}, {"id": 2, "op": "inbox", "session": session})
    assert over == {"id": 1, "ok": True}
    assert after["error"]["code"] == "session_unknown"


@pytest.mark.parametrize("op", ["present", "act", "stack", "stock", "inbox", "where", "register", "verify", "logout"])
def test_nothing_but_a_login_is_answered_without_a_session(site: Site, op: str, sheet: Json) -> None:
    late = sheet["cases"][0]
    more: Json = {"step": "plan", "case": late} if op == "act" else {}
    if op == "stack":
        more = {"step": "plan", "cases": [{"case": late, "seen": "x"}]}
    (told,) = says(site, {"op": op, **more})
    assert told["error"]["code"] == "session_unknown"


@pytest.mark.parametrize("op", ["backup", "None", "__init__", "[/b]", 7, None, ["act"]])
def test_an_unknown_op_is_refused_by_name(site: Site, op: object) -> None:
    (told,) = says(site, {"id": 1, "op": op})
    assert told["error"]["code"] == "verb_unknown"


# Keys


def test_the_same_key_gives_the_same_answer_across_sessions_and_restarts_and_is_not_done_again(folder: Path, sheet: Json) -> None:
    answers = []
    for _ in range(2):
        with Line(folder) as line:
            for _ in range(2):
                session = line.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"]
                answers.append(line.ask(**application(session=session, key="order-77")))
    told = [{name: value for name, value in each.items() if name != "id"} for each in answers]
    assert told[0]["ok"]
    assert told == [told[0]] * 4
    with Line(folder) as line:
        session = line.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"]
        assert len(line.ask("register", session=session, form="application")["documents"]) == 3


def test_the_same_key_with_other_contents_is_refused_and_names_the_act(site: Site, sheet: Json) -> None:
    session = session_of(site, sheet, "sales", "E011")
    first, other = says(site, application("3", session=session, key="k"), application("4", session=session, key="k"))
    assert other["error"]["code"] == "key_reused"
    assert str(first["act"]) in other["error"]["message"]


@pytest.mark.parametrize("session", ["", None, "no such session", 7])
def test_the_key_is_looked_up_before_the_session_the_desk_or_a_pin(site: Site, sheet: Json, session: object) -> None:
    done, again = says(
        site,
        application(session=session_of(site, sheet, "sales", "E011"), key="k", signers=[]),
        application(session=session, key="k", signers=[], seen="whatever"),
    )
    assert again == done


def test_without_a_key_the_same_request_is_done_again(site: Site, sheet: Json) -> None:
    session = session_of(site, sheet, "sales", "E011")
    first, second = says(site, *[application(session=session)] * 2)
    assert first["case"] != second["case"]


def test_a_refused_request_leaves_its_key_free(site: Site, sheet: Json) -> None:
    session = session_of(site, sheet, "sales", "E011")
    refused, done = says(site, application("1000", session=session, key="k"), application("1", session=session, key="k"))
    assert (refused["ok"], done["ok"]) == (False, True)


# Bad lines

BAD_LINES: dict[str, bytes] = {
    "no JSON": b"hello",
    "cut off": b'{"id": 1, "op": "logi',
    "a list": b'[{"id": 1}]',
    "a text": b'"present"',
    "a number": b"5",
    "null": b"null",
    "blank": b"",
    "only blanks": b"   \t ",
    "NaN": b'{"id": NaN, "op": "inbox"}',
    "infinity": b'{"id": -Infinity, "op": "inbox"}',
    "a number beyond all": b'{"id": 1e999, "op": "inbox"}',
    "a number of 5000 digits": b'{"id": ' + b"9" * 5000 + b"}",
    "nested beyond use": b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested as deep as can be read": b'{"id": ' + b"[" * 980 + b"]" * 980 + b', "op": "inbox"}',
    "nested in what is asked": b'{"op": "act", "inputs": ' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}",
    "no UTF-8": b'{"id": 1, "op": "\xff\xfe"}',
    "UTF-16": '{"id": 1}'.encode("utf-16"),
    "a mark before it": b'\xef\xbb\xbf{"id": 1}',
    "NUL": b'{"id": 1,\x00"op": "inbox"}',
    "two on a line": b'{"id": 1} {"id": 2}',
    "comments": b'{"id": 1} // one',
}


def test_a_bad_line_gets_an_error_answer_and_never_an_end(line: Line) -> None:
    for name, bad in BAD_LINES.items():
        told = line.raw(bad)
        assert (told["id"], told["ok"], told["error"]["code"]) == (None, False, "line_unreadable"), name
    assert line.ask("inbox", session="x")["error"]["code"] == "session_unknown"
    assert line.end() == (0, "")


@pytest.mark.parametrize("size", [LONGEST_LINE, 2_000_000, 5_000_000])
def test_a_line_too_long_is_answered_once_and_the_next_line_is_its_own(line: Line, size: int) -> None:
    told = line.raw(b'{"id": 1, "op": "' + b"x" * size + b'"}')
    assert told["error"]["code"] == "line_too_long"
    assert line.ask("inbox", session="x")["error"]["code"] == "session_unknown"


def test_the_longest_line_allowed_is_read(site: Site) -> None:
    start = b'{"id": 1, "op": "inbox", "more": "'
    (told,) = says(site, start + b"x" * (LONGEST_LINE - len(start) - 3) + b'"}')
    assert told["error"]["code"] == "session_unknown"


def test_a_last_line_without_an_end_is_answered_too(folder: Path) -> None:
    done = qdesk("pipe", "--site", str(folder), said=b'{"id": 1, "op": "inbox"}\r\n{"id": 2, "op": "inbox"}')
    assert [json.loads(each)["id"] for each in done.stdout.splitlines()] == [1, 2]
    assert (done.returncode, done.stderr) == (0, "")


def test_no_input_at_all_is_a_short_conversation(folder: Path) -> None:
    done = qdesk("pipe", "--site", str(folder), said=b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("number", [0, -1, 1.5, "text", "", None, True, [1, {"a": None}], {"a": [1]}, 10**30, "中文 [/b]"])
def test_the_id_comes_back_as_it_was_sent(site: Site, number: object) -> None:
    (told,) = says(site, {"id": number, "op": "inbox"})
    assert told["id"] == number


def test_answers_come_in_order_however_many_lines_are_sent_at_once(line: Line, sheet: Json) -> None:
    late = sheet["cases"][0]
    session = line.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"]
    asked: list[bytes | Json] = []
    for number in range(60):
        ask: tuple[bytes | Json, ...] = (
            {"id": number, "op": "present", "session": session, "code": late},
            {"id": number, "op": "present", "session": session, "code": "nothing"},
            {"id": number, **application("1", session=session)},
            b"bad",
        )
        asked.append(ask[number % 4])
    line.send(*asked)
    told = [line.answer() for _ in asked]
    assert [each["id"] for each in told] == [None if number % 4 == 3 else number for number in range(60)]
    assert [each["ok"] for each in told] == [number % 4 in (0, 2) for number in range(60)]


HOSTILE: list[Any] = [
    None, True, -1, 1.5, 2**63, 2**70, 10**400, "", " ", "\x00", "\ud800", "\x1b[31m", "[/b]", "{step}", "\u202e", "x" * 70,
    "x" * 10_000, [], {}, [[]], [{}], {"a": 1}, {"\ud800": "x"}, ["x"] * 300, [None], "１２", "1e3", "0001-01-01",
    "9999-12-31T23:59:59+00:00", "99" * 9, "0" * 18, "1" * 36,
]  # fmt: skip


def places_in(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a request where a value stands."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*above, name)
        yield from places_in(each, (*above, name))


def with_value(request: Json, place: tuple[Any, ...], value: Any) -> Json:
    """A request with one value replaced."""
    copied: Any = json.loads(json.dumps(request))
    at = copied
    for name in place[:-1]:
        at = at[name]
    at[place[-1]] = value
    changed: Json = copied
    return changed


def requests(sheet: Json, session: Callable[[str, str], str]) -> list[Json]:
    """One of each kind."""
    (late, fresh), lot = sheet["cases"], sheet["lots"][1]["lot"]
    pin, piece = pin_of(sheet, "E033"), piece_of(sheet, f"{fresh}/4")
    handwriting = {"as": "driver", "paper": True, "name": "n", "copy": f"{fresh}/1"}
    signers = [{"as": "reworker", "badge": "E033", "pin": pin}, handwriting]
    sales = session("sales", "E011")
    return [
        {"id": 1, "op": "login", "desk": "valve_shop", "badge": "E033", "pin": pin},
        {"id": 1, "op": "present", "session": sales, "code": late, "language": "zh"},
        {"id": 1, **application(session=sales, key="k1", seen=None, signers=[], copies=[], outcome=None)},
        {"op": "act", "session": session("finished_store", "E041"), "case": fresh, "step": "draw", "copies": [piece],
         "inputs": {"lots": [{"line": "1", "lot": lot, "quantity": "1"}]}, "seen": "z", "signers": signers, "key": "k2"},
        {"op": "act", "session": sales, "step": "report_lost", "inputs": {"reason": "r"}, "copies": [piece]},
        {"op": "stack", "session": session("planning", "E021"), "cases": [{"case": late, "seen": "x", "copies": []}], "key": "s",
         "step": "plan", "outcome": None, "signers": [], "inputs": {"plan_undisturbed": "yes"}},
        {"op": "stock", "session": sales, "item": "VLV-25A", "place": "finished_store", "at": "2026-11-20T08:00"},
        {"op": "inbox", "session": sales, "after": [1, "a", "b"]},
        {"op": "where", "session": sales, "document": late},
        {"op": "where", "session": sales, "desk": "sales"},
        {"op": "register", "session": sales, "form": "application", "filter": "x", "after": late},
    ]  # fmt: skip


def test_no_hostile_value_anywhere_in_a_request_ends_the_conversation(site: Site, sheet: Json) -> None:
    asked = requests(sheet, lambda desk, badge: session_of(site, sheet, desk, badge))
    for request in asked:
        for place, value in itertools.product(places_in(request), [*HOSTILE, f"{sheet['cases'][0]}/4"]):
            says(site, *[with_value(request, place, value)])
            with site.database.writing() as cursor:
                cursor.execute("UPDATE credentials SET failures = 0, locked_until = 0")
                cursor.execute("DELETE FROM terminals")
    kept = site.database.rows("SELECT verb, detail FROM attempts")
    pins = [each["pin"] for each in sheet["people"]]
    assert [row for row in kept if any(pin in text for pin in pins for text in row)] == []
    assert max(len(text) for row in kept for text in row) <= 100
    assert all(text.isprintable() for row in kept for text in row)
    audit(site)


# What was refused is written down


def test_what_was_refused_is_written_down_after_the_answer_with_desk_person_and_code(site: Site, sheet: Json) -> None:
    session = session_of(site, sheet, "sales", "E011")
    says(site, {"op": "present", "session": session, "code": "nothing"}, {"op": "present", "session": "x", "code": "nothing"})
    assert attempts_of(site) == [
        ("sales", 2, "present", "code_unknown", "nothing", 1),
        ("", None, "present", "session_unknown", "nothing", 1),
    ]


def test_the_answer_to_a_refused_scan_does_not_wait_for_its_record(folder: Path, sheet: Json) -> None:
    late = sheet["cases"][0]
    with Line(folder) as line:
        session = line.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"]
        writing = open_site(folder)
        with writing.database.writing():
            assert line.ask("present", session=session, code="nothing")["error"]["code"] == "code_unknown"
            assert attempts_of(writing) == []
        assert line.ask("present", session=session, code=late)["ok"]
        assert [row[3] for row in attempts_of(writing)] == ["code_unknown"]
        writing.close()


def test_a_burst_of_the_same_is_folded_into_one_row(site: Site) -> None:
    says(site, *[b"bad"] * 500, *[{"op": "present", "code": "x"}] * 500)
    assert [(row[2], row[3], row[5]) for row in attempts_of(site)] == [
        ("line", "line_unreadable", 500), ("present", "session_unknown", 500),
    ]  # fmt: skip


def test_no_pin_is_ever_in_the_record_of_attempts_or_in_an_answer(site: Site, sheet: Json) -> None:
    pin = pin_of(sheet, "E041")
    login = {"op": "login", "desk": "planning", "badge": "E041", "pin": pin}
    broken = json.dumps(login)[:-1].encode()
    told = says(site, login, broken, {**login, "badge": {"pin": pin}}, {**login, "desk": [pin]}, {"op": "login", "pin": pin})
    assert [each["ok"] for each in told] == [False] * 5
    kept = json.dumps([list(row) for row in attempts_of(site)])
    assert pin not in kept
    assert not [row for row in site.database.rows("SELECT body FROM journal") if pin in row[0]]


@pytest.mark.parametrize("place", ["badge", "code", "desk", "case"])
def test_a_pin_typed_where_something_else_belongs_is_not_written_down(site: Site, sheet: Json, place: str) -> None:
    pin, session = pin_of(sheet, "E041"), session_of(site, sheet, "finished_store", "E041")
    asked: dict[str, Json] = {
        "badge": {"op": "login", "desk": "planning", "badge": pin, "pin": "E041"},
        "code": {"op": "present", "session": session, "code": pin},
        "desk": {"op": "login", "desk": pin, "badge": "E041", "pin": pin},
        "case": {"op": "act", "session": session, "case": pin, "step": "draw"},
    }
    [told] = says(site, asked[place])
    assert not told["ok"]
    kept = json.dumps([list(row) for row in attempts_of(site)])
    assert pin not in kept and "*" * len(pin) in kept


def test_where_even_the_record_cannot_be_written_the_answers_go_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.database.writing() as cursor:
        cursor.execute("CREATE TRIGGER full BEFORE INSERT ON attempts BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
    told = says(site, *[{"id": n, "op": "inbox"} for n in range(3)])
    assert [each["id"] for each in told] == [0, 1, 2]


# Languages


def test_a_line_says_in_which_language_it_wants_its_answer(site: Site, sheet: Json) -> None:
    late = sheet["cases"][0]
    session = session_of(site, sheet, "sales", "E011")
    ask = {"op": "present", "session": session, "code": "nothing"}
    plain, zh, en, other = says(site, ask, *[{**ask, "language": language} for language in ("zh", "en", "fr")])
    assert plain == en == other
    assert (zh["error"]["code"], zh["error"]["message"].isascii()) == (en["error"]["code"], False)
    cards = says(site, *[{"op": "present", "session": session, "code": late, "language": each} for each in ("zh", "en")])
    assert [each["card"]["title"] for each in cards] == ["产品改型工作程序", "Product modification"]
    where = says(site, *[{"op": "where", "session": session, "document": late, "language": each} for each in ("zh", "en")])
    assert [each["copies"][0]["purpose"] for each in where] == ["存根", "originator's file"]
    assert cards[0]["card"]["digest"] == cards[1]["card"]["digest"]


def test_a_site_answers_in_its_own_language_where_a_line_names_none(folder: Path) -> None:
    text = (folder / "site.toml").read_text(encoding="utf-8")
    (folder / "site.toml").write_text(text.replace('language = "en"', 'language = "zh"'), encoding="utf-8")
    done = qdesk("pipe", "--site", str(folder), said='{"op": "inbox"}\n{"op": "inbox", "language": "en"}\nbad\n')
    messages = [json.loads(each)["error"]["message"] for each in done.stdout.splitlines()]
    assert [each.isascii() for each in messages] == [False, True, False]


def test_an_answer_is_utf_8_whatever_the_terminal_says(folder: Path) -> None:
    command = [*QDESK, "pipe", "--site", str(folder)]
    asked = b'{"op": "inbox", "language": "zh"}\n{"id": "\\ud800", "op": "inbox"}\n'
    done = subprocess.run(
        command, input=asked, capture_output=True, cwd=ROOT, env={**environment(), "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    )
    told = [json.loads(each) for each in done.stdout.decode("utf-8").splitlines()]
    assert [each["error"]["code"] for each in told] == ["session_unknown"] * 2
    assert done.stderr == b""


# Nothing is acknowledged before it is committed


def test_what_was_answered_is_there_after_the_process_is_killed(folder: Path, sheet: Json) -> None:
    answered = []
    for round_ in range(3):
        with Line(folder) as line:
            session = line.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"]
            for number in range(3):
                answered.append(line.ask(**application("1", session=session, key=f"{round_}-{number}")))
            line.send({"op": "inbox", "session": session})
            os.kill(line.process.pid, signal.SIGKILL)
    opened = open_site(folder)
    kept = {row[0] for row in opened.database.rows("SELECT serial FROM documents")}
    audit(opened)
    opened.close()
    assert {told["case"] for told in answered} <= kept
    assert qdesk("verify", "--replay", "--site", str(folder)).returncode == 0


def test_an_answer_is_sent_when_it_is_given_and_not_when_a_buffer_is_full(line: Line) -> None:
    for number in range(3):
        line.send({"id": number, "op": "inbox"})
        assert line.answer()["id"] == number


def test_a_reader_who_goes_away_ends_the_pipe_quietly(folder: Path) -> None:
    with Line(folder) as line:
        line.ask("inbox")
        line.answers.close()
        for _ in range(100):
            try:
                line.send({"op": "inbox"})
            except BrokenPipeError:
                break
            time.sleep(0.01)
        assert line.process.wait(30) == 1
        assert line.complaints.read() == b""


def test_ctrl_c_ends_the_pipe_without_a_traceback(line: Line) -> None:
    line.ask("inbox")
    line.process.send_signal(signal.SIGINT)
    assert line.process.wait(30) == 130
    assert line.complaints.read() == b""


def test_a_refused_request_writes_nothing_but_its_attempt(site: Site, sheet: Json) -> None:
    late, fresh = sheet["cases"]
    session, copy = session_of(site, sheet, "planning", "E021"), piece_of(sheet, f"{late}/2")
    before = contents(site)
    told = says(
        site,
        {"op": "act", "session": session, "case": late, "step": "consent", "outcome": "consent"},
        {"op": "act", "session": session, "case": late, "step": "plan", "copies": [piece_of(sheet, f"{fresh}/4")]},
        {"op": "act", "session": session, "case": late, "step": "plan", "inputs": {"nobody asked": "x"}, "copies": [copy]},
        {"op": "act", "session": session, "case": late, "step": "plan", "surplus": 1},
    )
    assert [each["error"]["code"] for each in told] == [
        "wrong_desk", "copy_of_another_case", "field_unknown", "request_unreadable",
    ]  # fmt: skip
    assert contents(site) == before


# Opening


def test_a_scratch_site_may_have_a_clock_that_stands_still(folder: Path, sheet: Json) -> None:
    fresh = sheet["cases"][1]
    with Line(folder, "--clock", "2031-05-06T07:08:09") as line:
        session = line.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"]
        line.ask(**application("1", session=session))
        opened = line.ask("register", session=session, form="application", after=fresh)["documents"][0]["opened"]
    assert opened.startswith("2031-05-06T07:08:09")


def test_a_real_site_cannot_have_a_clock_that_stands_still(folder: Path) -> None:
    text = (folder / "site.toml").read_text(encoding="utf-8")
    (folder / "site.toml").write_text(text.replace("scratch = true", "scratch = false"), encoding="utf-8")
    done = qdesk("pipe", "--site", str(folder), "--clock", "2031-05-06T07:08:09")
    assert (done.returncode, done.stdout) == (1, "")
    assert "scratch" in done.stderr
    assert acts_of(folder) > 0


@pytest.mark.parametrize("url", ["postgresql://u:secret@host/d", "mysql:x", "qdesk.db", "sqlite:///elsewhere/qdesk.db"])
def test_a_database_that_is_not_the_sites_own_file_is_refused_clearly(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["pipe", "--site", str(folder), "--db", url]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "secret" not in told.err and "[" not in told.err
    assert len(told.err.splitlines()) == 1


def test_the_sites_own_file_may_be_named(folder: Path) -> None:
    done = qdesk("pipe", "--site", str(folder), "--db", f"sqlite:///{folder / 'qdesk.db'}", said=b"bad\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


def test_two_programs_may_work_at_once(folder: Path, sheet: Json) -> None:
    with Line(folder) as one, Line(folder) as other:
        sessions = [each.ask("login", desk="sales", badge="E011", pin=pin_of(sheet, "E011"))["session"] for each in (one, other)]
        for number in range(10):
            for each, session in zip((one, other), sessions, strict=True):
                each.send({"id": number, **application("1", session=session)})
        told = [each.answer() for _ in range(10) for each in (one, other)]
    assert all(each["ok"] for each in told)
    assert len({each["case"] for each in told}) == 20
