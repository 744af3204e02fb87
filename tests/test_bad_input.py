"""Whatever is scanned, typed or sent: a clear refusal, and nothing written: `refused` compares every table before and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from factory_floor import MINUTE, P01, PIN, WITH_PARTS, Floor, FloorMaker, description

from qdesk.desk import act, present
from qdesk.errors import Refused
from qdesk.people import log_in
from qdesk.scan import compose_piece

ANYTHING = (
    "text_unclean", "text_too_long", "text_expected", "code_unreadable", "request_unreadable", "field_unknown", "field_missing",
    "number_unreadable", "item_unknown", "lot_unknown", "choice_unknown", "answer_missing", "badge_unknown", "step_unknown",
    "outcome_unknown", "procedure_unknown", "case_unknown", "lines_unreadable", "date_unreadable", "role_unknown",
    "rule_forbids", "signer_not_asked", "pin_wrong", "line_unknown", "card_changed", "card_not_seen", "code_unknown",
    "signature_missing", "case_missing", "column_missing", "lines_missing", "number_zero", "pin_unfit", "copy_unknown",
    "act_unknown",
)  # fmt: skip

HOSTILE_TEXTS: dict[str, str] = {
    "escape": "\x1b[2J\x1b[31m",
    "newline": "a\nb",
    "null": "a\0b",
    "c1": "a\x9bb",
    "right to left": "a\u202eb",
    "zero width": "a\u200bb",
    "half a character": "a\ud800b",
    "tag": "a\U000e0041b",
    "ten thousand": "长" * 10_000,
}
NO_TEXTS: dict[str, object] = {"number": 7, "list": ["x"], "map": {"x": "y"}, "true": True, "huge": 10**40, "nan": float("nan")}
HOSTILE = HOSTILE_TEXTS | NO_TEXTS
HARMLESS = [
    "[bold red]x[/]",
    "{name}",
    "%s%n",
    "'; DROP TABLE acts; --",
    "<script>",
    "=1+1",
    "#let x = 1",
    "a" * 200,
    "ＡＢ",
    "👷🏽",
]


def asked(step: str = "apply", **more: Any) -> dict[str, Any]:
    """A request as it should be."""
    return {"case": None, "procedure": P01, "step": step, "inputs": application(), "key": None, **more}


def application(**more: Any) -> dict[str, Any]:
    return {"fields": {"customer": "Acme"}, "lines": [{"item": "V-100", "becomes": "V-200", "quantity": "1"}], **more}


def line(**more: Any) -> dict[str, Any]:
    return {"item": "V-100", "becomes": "V-200", "quantity": "1", **more}


def hostile(floor: Floor) -> Iterator[object]:
    """One bad value after another; an hour lies between them, so that no lock of a PIN hides what is tried."""
    for name, bad in HOSTILE.items():
        print(name)
        floor.clock.advance(61 * MINUTE)
        yield bad


@pytest.mark.parametrize("field", ["case", "procedure", "step", "outcome", "seen", "key"])
def test_nothing_unclean_names_a_case_a_procedure_a_step_an_outcome_a_card_or_a_key(floor: Floor, field: str) -> None:
    for bad in hostile(floor):
        token = floor.token("S1")
        with floor.refused(*ANYTHING):
            act(floor.site, token, {**asked(), field: bad})


@pytest.mark.parametrize("field", ["customer", "contract", "reason", "wanted_by"])
def test_nothing_unclean_is_written_on_a_form(floor: Floor, field: str) -> None:
    for bad in hostile(floor):
        with floor.refused(*ANYTHING):
            floor.apply(fields={field: bad})


@pytest.mark.parametrize("column", ["item", "becomes", "quantity", "serial"])
def test_nothing_unclean_is_written_on_a_line(floor: Floor, column: str) -> None:
    for bad in hostile(floor):
        with floor.refused(*ANYTHING):
            floor.apply(lines=[line(**{column: bad})])


def test_nothing_unclean_is_a_reason_a_card_or_a_remark(floor: Floor) -> None:
    floor.play("plan")
    for bad in hostile(floor):
        with floor.refused(*ANYTHING):
            floor.step("consent", outcome="refuse", reason=bad)
        with floor.refused(*ANYTHING):
            floor.do("D1", "report_lost", [3], reason=bad)
        with floor.refused(*ANYTHING):
            floor.do("D1", "reprint", [3], reason=bad)
        with floor.refused(*ANYTHING):
            floor.step("consent", seen=bad)
        with floor.refused(*ANYTHING):
            floor.apply("VC-1", "V-200", "1", despite=bad)


@pytest.mark.parametrize("field", ["as", "badge", "pin", "name", "copy"])
def test_nothing_unclean_signs(floor: Floor, field: str) -> None:
    floor.play("hand_out")
    for bad in hostile(floor):
        signer = {"as": "reworker", "badge": "R1", "pin": PIN}
        if field in ("name", "copy"):
            signer = {"as": "reworker", "paper": "yes", "name": "赵", "copy": floor.code(4)}
        with floor.refused(*ANYTHING):
            floor.step("draw", signers=[{**signer, field: bad}])


def test_nothing_unclean_is_scanned(floor: Floor) -> None:
    floor.play("plan")
    for bad in hostile(floor):
        token = floor.token("W1")
        with floor.refused(*ANYTHING):
            present(floor.site, token, bad)
        with floor.refused(*ANYTHING):
            act(floor.site, token, asked("consent", case=floor.case, outcome="consent", copies=[bad], inputs={}))


def test_nothing_unclean_logs_in(floor: Floor) -> None:
    for bad in hostile(floor):
        for desk, badge, pin in ((bad, "K1", PIN), ("finished_store", bad, PIN), ("finished_store", "K1", bad)):
            with floor.refused(*ANYTHING, "desk_unknown"):
                log_in(floor.site, desk, badge, pin)


@pytest.mark.parametrize("field", ["badge", "name", "roles", "pin"])
def test_nothing_unclean_is_enrolled(floor: Floor, field: str) -> None:
    person = {"badge": "K9", "name": "新人", "roles": ["keeper"], "pin": PIN}
    for bad in hostile(floor):
        with floor.refused(*ANYTHING):
            floor.do("A1", "enrol", case="", **{**person, field: bad})
        with floor.refused(*ANYTHING):
            floor.do("A1", "enrol", case="", **{**person, "roles": [bad]})


def test_nothing_unclean_is_measured_counted_or_used_up(floor: Floor) -> None:
    floor.play("draw_parts", WITH_PARTS)
    for bad in hostile(floor):
        for name in ("installed", "removed"):
            for column in ("item", "quantity"):
                with floor.refused(*ANYTHING):
                    floor.step("rework", **{name: [{"item": "NEW-PART", "quantity": "1", column: bad}]})
            if bad != ["x"]:
                with floor.refused(*ANYTHING):
                    floor.step("rework", **{name: bad})
        with floor.refused(*ANYTHING, "more_than_there_is"):
            floor.step("rework", installed=[{"item": "NEW-PART", "quantity": "1", "lot": bad}])
    floor.step("rework")
    for bad in hostile(floor):
        with floor.refused(*ANYTHING, "count_by_line"):
            floor.step("inspect", quantity_passed=bad)
        with floor.refused(*ANYTHING):
            floor.step("inspect", quantity_passed=[{"line": bad, "quantity": "1"}])
        for column in ("item", "quantity", "lot", "condition", "reason"):
            row = {"item": "NEW-PART", "quantity": "1", "condition": "lost", "reason": "掉", column: bad}
            with floor.refused(*ANYTHING, "more_than_there_is"):
                floor.step("return_parts", returned=[row])


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_an_attack_is_kept_as_it_is(floor: Floor, text: str) -> None:
    floor.apply(fields={"reason": text})
    assert floor.card("S1")["document"]["fields"]["reason"] == text


@pytest.mark.parametrize(
    "bad", ["１２", "1_000", "-3", "+5", "1e3", "NaN", "inf", "0x10", "", " ", "1,5", ".5", "5.", "٣", "1" * 13, "½"]
)
def test_a_quantity_is_plain_digits(floor: Floor, bad: str) -> None:
    with floor.refused("number_unreadable", "column_missing"):
        floor.apply(quantity=bad)
    floor.play("rework")
    with floor.refused("number_unreadable", "answer_missing"):
        floor.step("inspect", quantity_passed=bad)
    floor.step("open_parts")
    with floor.refused("number_unreadable"):
        floor.step("return_parts", returned=[{"item": "NEW-PART", "quantity": bad}])


@pytest.mark.parametrize(
    ("bad", "code"), [("0.5", "number_too_fine"), ("1.001", "number_too_fine"), ("0", "number_zero"), ("0.000", "number_zero")]
)
def test_a_piece_is_whole_and_none_is_no_quantity(floor: Floor, bad: str, code: str) -> None:
    with floor.refused(code):
        floor.apply(quantity=bad)


@pytest.mark.parametrize("quantity", [1, 1.0, True, None, ["1"], {"q": "1"}])
def test_a_quantity_travels_as_text(floor: Floor, quantity: object) -> None:
    with floor.refused("number_unreadable", "column_missing", "text_expected"):
        floor.apply(quantity=quantity)


def test_more_than_there_is_is_refused_everywhere(floor: Floor) -> None:
    with floor.refused("rule_forbids"):
        floor.apply(quantity="999999999999")
    floor.play("open_parts", WITH_PARTS, lines=[{"item": "NEW-PART", "quantity": "101", "direction": "out"}])
    with floor.refused("not_enough"):
        floor.step("draw_parts")
    with floor.refused("not_enough"):
        floor.step("draw_parts", drawn=[{"item": "NEW-PART", "quantity": "101"}])
    with floor.refused("more_than_there_is"):
        floor.step("rework", installed=[{"item": "NEW-PART", "quantity": "1"}])
    with floor.refused("nothing_to_return"):
        floor.step("return_parts")


# Codes


def test_an_unknown_a_damaged_a_foreign_a_doubled_and_a_void_code_are_told_apart(floor: Floor) -> None:
    floor.play("plan")
    good = floor.code(3)
    turned = good[:-1] + str((int(good[-1]) + 1) % 10)
    foreign = compose_piece(10, 26, 3, b"another works")
    unknown = compose_piece(10, 26, 999_999, floor.site.config.keys.piece)
    floor.do("D1", "reprint", [3], reason="撕破")
    token = floor.token("W1")
    for code, refused in (
        (turned, "piece_damaged"), (good[:-1], "piece_damaged"), (good + "1", "piece_damaged"), (foreign, "piece_foreign"),
        (unknown, "piece_unknown"), (good + good, "scanned_twice"), ("X" + good[1:], "code_unknown"),
        ("GX26-000099/3", "scan_the_piece"), (f" {floor.case}/3", "scan_the_piece"),
        (floor.case, "code_unknown"), ("V-100", "code_unknown"), (good, "piece_void"),
    ):  # fmt: skip
        with floor.refused(refused):
            floor.step("consent", token=token, copies=[code])
        if refused not in ("piece_void", "code_unknown", "scan_the_piece"):
            with floor.refused(refused):
                present(floor.site, token, code)
    assert floor.card("W1", good)["kind"] == "void"
    floor.step("consent", token=token)


def test_an_item_whose_code_is_a_long_number_is_found_all_the_same(floors: FloorMaker) -> None:
    described = description()
    described["items"].append({"code": "6901234567892", "unit": "件"})
    floor: Floor = floors(described=described)
    assert present(floor.site, floor.token("K1"), "6901234567892")["kind"] == "item"
    with floor.refused("piece_damaged"):
        present(floor.site, floor.token("K1"), "6901234567893")


def test_full_width_digits_from_a_chinese_keyboard_are_read(floor: Floor) -> None:
    floor.play("plan")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in floor.code(3))
    assert floor.card("W1", wide)["copy"] == f"{floor.case}/3"
    floor.step("consent", copies=[wide])


def test_the_copy_of_another_case_serves_nothing_here(floor: Floor) -> None:
    floor.play("plan")
    foreign = f"{floor.case}/3"
    floor.apply()
    floor.play("plan")
    with floor.refused("copy_of_another_case"):
        floor.step("consent", copies=[foreign])
    with floor.refused("copy_of_another_case"):
        floor.step("consent", copies=[3, foreign])


@pytest.mark.parametrize(
    ("who", "code"), [("S1", "wrong_desk"), ("D1", "wrong_person"), ("K1", "wrong_desk"), ("A1", "wrong_desk")]
)
def test_the_wrong_desk_and_the_wrong_person_are_told_where_and_who(floor: Floor, who: str, code: str) -> None:
    floor.play("plan")
    with floor.refused(code) as refusals:
        floor.step("consent", who=who)
    assert [(each.where, each.who) for each in refusals[0].because] == [("shop_dispatch", "workshop_leader")]


def test_a_wrong_pin_a_wrong_badge_and_somebody_elses_pin(floor: Floor) -> None:
    floor.play("hand_out")
    for badge, pin, code in (
        ("R1", "000000", "pin_wrong"),
        ("R9", PIN, "badge_unknown"),
        ("", PIN, "code_unreadable"),
        ("R1", "", "pin_wrong"),
    ):
        with floor.refused(code, "text_expected"):
            floor.step("draw", signers=[{"as": "reworker", "badge": badge, "pin": pin}])


@pytest.mark.parametrize(
    "order", [("hand_out", "draw"), ("rework",), ("receive",), ("inspect",), ("return_closing_copy",), ("draw", "rework")]
)
def test_the_wrong_order_is_refused_with_what_is_missing(floor: Floor, order: tuple[str, ...]) -> None:
    floor.play("authorise")
    for step in order:
        with floor.refused("step_not_possible", "not_inspected") as refusals:
            floor.step(step)
        assert refusals[0].because


def test_a_step_an_outcome_and_a_procedure_that_do_not_exist(floor: Floor) -> None:
    floor.play("plan")
    for step, outcome, code in (
        ("cook", "", "step_unknown"), ("consent", "", "outcome_unknown"), ("consent", "maybe", "outcome_unknown"),
        ("consent#1", "consent", "outcome_unknown"), ("consent.consent", "", "step_unknown"), ("arrive", "", "step_unknown"),
    ):  # fmt: skip
        with floor.refused(code):
            floor.do("W1", step, [3], outcome)
    token = floor.token("S1")
    with floor.refused("procedure_unknown"):
        act(floor.site, token, asked(procedure="cooking"))
    with floor.refused("case_missing"):
        act(floor.site, token, asked("plan"))
    with floor.refused("case_unknown"):
        act(floor.site, token, asked("plan", case="GX26-999999"))


@pytest.mark.parametrize(
    "wrong",
    [{"inputs": []}, {"inputs": "x"}, {"copies": "x"}, {"copies": {"a": 1}}, {"copies": ["1"] * 201}, {"signers": "x"},
     {"signers": ["x"]}, {"signers": [{}] * 21}, {"colour": "red"}, {"inputs": {"colour": "red"}}, {"inputs": {"fields": ["x"]}},
     {"inputs": {"fields": {"colour": "red"}}}, {"inputs": {"fields": {"customer": "A"}, "lines": "x"}},
     {"inputs": {"fields": {"customer": "A"}, "lines": []}}, {"inputs": {"fields": {"customer": "A"}, "lines": ["x"]}},
     {"inputs": {"fields": {"customer": "A"}, "lines": [{"colour": "red"}]}}, {"inputs": {"fields": {"customer": "A"}}},
     {"inputs": {"fields": {"customer": "A"}, "lines": [{}] * 501}},
     {"inputs": {"fields": {"customer": "A"}, "lines": [{"item": "V-100"}]}},
     {"inputs": application(deep={"a": {"b": [float("nan")]}})}, {"inputs": application(big=10**40)}, {"\x1b": 1},
     {"inputs": application(**{"\ud800": 1})}, {"inputs": application(pin=["x"])}],
)  # fmt: skip
def test_a_request_of_the_wrong_shape(floor: Floor, wrong: dict[str, Any]) -> None:
    token = floor.token("S1")
    with floor.refused(*ANYTHING):
        act(floor.site, token, {**asked(), **wrong})


def test_what_nobody_asked_is_not_taken(floor: Floor) -> None:
    floor.play("plan")
    unasked: list[dict[str, Any]] = [{"quantity_passed": "1"}, {"lots": []}, {"fields": {}}, {"reason": "x"}]
    for inputs in unasked:
        with floor.refused("field_unknown"):
            floor.step("consent", **inputs)


@pytest.mark.parametrize("day", ["2026-02-30", "20261120", "2026-13-01", "tomorrow", "2026-1-1", "2026-W10-1", "0000-01-01"])
def test_a_date_is_a_day_of_the_calendar_written_in_one_way(floor: Floor, day: str) -> None:
    with floor.refused("date_unreadable"):
        floor.apply(fields={"wanted_by": day})


@pytest.mark.parametrize("until", ["9999-12-31", "0001-01-01", "1969-12-31"])
def test_a_day_at_the_edge_of_the_calendar_breaks_nothing(floor: Floor, until: str) -> None:
    try:
        floor.do("S2", "delegate", case="", role="sales_leader", to="P1", until=until)
    except Refused as refused:
        assert refused.code in ("until_needed", "date_unreadable"), refused
    assert floor.rows("SELECT COUNT(*) FROM roles_held WHERE until < 0") == [(0,)]


def test_a_key_is_not_used_up_by_a_refusal(floor: Floor) -> None:
    floor.play("plan")
    with floor.refused("scan_missing"):
        floor.step("consent", copies=[], key="once")
    first = floor.step("consent", key="once")
    assert floor.step("consent", key="once").act == first.act
