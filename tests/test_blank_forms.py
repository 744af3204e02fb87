"""The hour without power: blank numbered forms issued beforehand, filled in by hand, entered afterwards, each once."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from factory_audit import marking
from factory_floor import MINUTE, Floor, FloorMaker

from qdesk.clock import SECOND, moment
from qdesk.desk import Done
from qdesk.desk.emergency import MOST_BLANKS, blanks_out, read_moment
from qdesk.desk.openings import fixed_openings, openings
from qdesk.registers import register
from qdesk.scan import compose_piece
from qdesk.verify import verify
from qdesk.words import Words

FORM = "product_modification.application"
HOUR = 60 * MINUTE


def issue(floor: Floor, number: object = 1, who: str = "A1") -> list[str]:
    """Issue blanks and return their serials."""
    done = floor.do(who, "issue_blanks", case="", form=FORM, number=number)
    return [each["subject"] for each in done.prints]


def pieces(floor: Floor, serial: str) -> dict[int, str]:
    """The digits on each sheet of a blank."""
    return dict(floor.rows("SELECT copy, number FROM blank_pieces WHERE serial = ?", serial))


def now(floor: Floor, ago: int = 0) -> str:
    """A time as people write it on the paper."""
    return moment(floor.clock.now() - ago).strftime("%Y-%m-%d %H:%M")


def enter(floor: Floor, blank: str, ago: int = MINUTE) -> str:
    """Open a case afterwards on a blank."""
    floor.clock.advance(HOUR)
    return floor.apply(emergency=blank, filled_at=now(floor, ago))


def test_blanks_have_serials_and_pieces_of_their_own_and_wait_for_the_printer(floor: Floor) -> None:
    before = floor.apply()
    first, second = issue(floor, 2)
    assert (before[-6:], first[-6:], second[-6:]) == ("000001", "000002", "000003")
    numbers = [*pieces(floor, first).values(), *pieces(floor, second).values()]
    assert len(set(numbers)) == 12 and sorted(pieces(floor, first)) == [1, 2, 3, 4, 5, 6]
    assert floor.rows("SELECT kind, subject, form, desk, state FROM prints ORDER BY id") == [
        ("blank_form", first, "application", "administration", "waiting"),
        ("blank_form", second, "application", "administration", "waiting"),
    ]
    assert floor.apply()[-6:] == "000004"
    assert not set(numbers) & {piece for (piece,) in floor.rows("SELECT number FROM pieces")}


def test_only_the_administrator_and_quality_issue_blanks_and_never_too_many(floor: Floor) -> None:
    with floor.refused("wrong_person"):
        issue(floor, who="K1")
    for wrong, code in (
        (0, "number_zero"), ("0", "number_zero"), ("x", "number_unreadable"), (None, "number_unreadable"),
        (True, "number_unreadable"), (1.5, "number_unreadable"), ("1.5", "number_too_fine"), (MOST_BLANKS + 1, "too_many_blanks"),
    ):  # fmt: skip
        with floor.refused(code):
            issue(floor, wrong)
    for form in ("application", "product_modification.parts", "delivery.pass", ""):
        with floor.refused("form_opens_nothing", "answer_missing"):
            floor.do("A1", "issue_blanks", case="", form=form, number="1")
    assert len(issue(floor, "3", who="Q1")) == 3


def test_the_page_on_which_blanks_are_issued_offers_the_forms_a_case_begins_with(floor: Floor, words: Words) -> None:
    acts = {act["step"]: act for act in fixed_openings(floor.site, floor.token("A1"), words)}
    form, number = acts["issue_blanks"]["asks"]
    assert {FORM, "delivery.note", "emergency_exit.emergency_pass"} <= set(form["choices"])
    assert number["limits"] == ("1", str(MOST_BLANKS))
    assert "XS-72-98" in form["choice_titles"][form["choices"].index(FORM)]
    assert [ask["name"] for ask in acts["void_blank"]["asks"]] == ["blank", "reason"]
    assert "issue_blanks" not in {act["step"] for act in fixed_openings(floor.site, floor.token("K1"), words)}


def test_a_case_opened_on_a_blank_keeps_its_number_and_its_paper(floor: Floor) -> None:
    [blank] = issue(floor)
    paper = pieces(floor, blank)
    written = now(floor)
    case = enter(floor, paper[3], ago=HOUR)
    assert case == blank
    assert {number: floor.code(number) for number in paper} == paper
    card = floor.card("S1")
    assert moment(read_moment(written)).isoformat(timespec="seconds") == card["document"]["emergency"]["filled"]
    assert card["document"]["emergency"]["entered"] > card["document"]["emergency"]["filled"]
    [(body,)] = floor.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")
    recorded = json.loads(body)["answers"]["emergency"]
    assert (recorded["serial"], recorded["filled_at"]) == (blank, card["document"]["emergency"]["filled"])


def test_the_register_marks_what_was_filled_in_by_hand_and_nothing_else(floor: Floor) -> None:
    floor.apply()
    [blank] = issue(floor)
    enter(floor, blank)
    rows = {row["serial"]: row["emergency"] for row in register(floor.site, "application")["documents"]}
    assert [at is not None for _, at in sorted(rows.items())] == [False, True]
    assert floor.card("S1", floor.case)["document"]["emergency"]["filled"] == rows[blank]


def test_what_was_written_by_hand_is_not_printed_once_more_and_goes_its_whole_way(floor: Floor) -> None:
    [blank] = issue(floor)
    enter(floor, blank)
    floor.played[blank] = 1
    with floor.refused("scan_missing"):
        floor.step("authorise")
    done = floor.step("authorise", copies=[1])
    assert done.prints == [] and floor.rows("SELECT COUNT(*) FROM prints WHERE kind = 'slip'") == [(0,)]
    floor.played[blank] = 2
    floor.play("return_closing_copy")
    assert floor.ended() == "completed"
    assert verify(floor.site, replay=True).findings == []


def test_a_blank_opens_one_case_and_no_second_one(floor: Floor) -> None:
    [blank] = issue(floor)
    enter(floor, blank)
    with floor.refused("blank_used"):
        enter(floor, blank)
    with floor.refused("blank_used"):
        floor.do("A1", "void_blank", case="", blank=blank, reason="x")


def test_a_number_once_entered_stays_used_when_its_opening_is_taken_back(floor: Floor) -> None:
    [blank] = issue(floor)
    enter(floor, blank)
    floor.do("S1", "reverse")
    with floor.refused("blank_used"):
        enter(floor, blank)
    assert floor.rows("SELECT COUNT(*) FROM pieces WHERE void_at IS NULL") == [(0,)]


@pytest.mark.parametrize("code", ["GX26-999999", "GX26-000001", "GX26-000001/1", "102600001233266188"])
def test_what_is_no_blank_opens_no_case_on_it(floor: Floor, code: str) -> None:
    floor.apply()
    with floor.refused("blank_unknown"):
        enter(floor, code)


def test_the_time_on_the_paper_lies_between_its_printing_and_now(floor: Floor) -> None:
    [blank] = issue(floor)
    floor.clock.advance(HOUR)
    for wrong, code in (
        (now(floor, -2 * MINUTE), "filled_later"), (now(floor, HOUR + 3 * MINUTE), "filled_before_issue"),
        ("yesterday", "moment_unreadable"), ("2026-02-30 10:00", "moment_unreadable"), ("2026-03-02", "moment_unreadable"),
        ("２０２６-03-02 10:00", "moment_unreadable"), ("9999-12-31 23:59-23:00", "moment_unreadable"), ("", "answer_missing"),
    ):  # fmt: skip
        with floor.refused(code):
            floor.apply(emergency=blank, filled_at=wrong)
    with floor.refused("answer_missing"):
        floor.apply(filled_at=now(floor))
    assert floor.apply(emergency=blank, filled_at=now(floor, HOUR + MINUTE)) == blank


def test_a_time_is_read_to_the_minute_with_a_zone_or_without() -> None:
    local = datetime(2026, 3, 2, 14, 5).astimezone()
    assert read_moment("2026-03-02 14:05") == int(local.timestamp()) * SECOND
    assert read_moment(local.isoformat()) == read_moment("2026-03-02T14:05")


def test_a_step_that_opens_no_case_takes_no_blank(floor: Floor) -> None:
    [blank] = issue(floor)
    floor.apply()
    with floor.refused("field_unknown"):
        floor.step("authorise", emergency=blank, filled_at=now(floor))


def test_an_unused_blank_tells_what_it_is_and_where_it_is_entered(floor: Floor, words: Words) -> None:
    [blank] = issue(floor)
    for code in (blank, pieces(floor, blank)[5]):
        card = floor.card("S1", code)
        told = (card["blank"]["serial"], card["blank"]["state"], card["blank"]["copies"], card["blank"]["number"])
        assert (card["kind"], *told) == ("blank", blank, "unused", 6, "XS-72-98")
        [way] = card["openings"]
        offered = openings(floor.site, floor.token("S1"), floor.site.words)
        plain = next(each for each in offered if each["procedure"] == way["procedure"])
        assert way["given"] == {"emergency": blank}
        assert [ask["name"] for ask in way["outcomes"][0]["asks"]] == [
            "filled_at", *(ask["name"] for ask in plain["outcomes"][0]["asks"]),
        ]  # fmt: skip
    assert floor.card("K1", blank)["openings"] == []
    enter(floor, blank)
    assert floor.card("S1", pieces(floor, blank)[5])["kind"] == "copy"


def test_a_blank_that_nobody_entered_does_no_step(floor: Floor) -> None:
    [blank] = issue(floor)
    floor.play("hand_out")
    with floor.refused("blank_unused"):
        floor.step("draw", copies=[pieces(floor, blank)[4]])
    with floor.refused("blank_unused"):
        floor.do("S1", "report_lost", [pieces(floor, blank)[1]], case="", reason="x")


def test_an_unused_blank_can_be_made_void_and_is_worth_nothing_then(floor: Floor) -> None:
    spoiled, good = issue(floor, 2)
    with floor.refused("answer_missing"):
        floor.do("A1", "void_blank", case="", blank=spoiled)
    with floor.refused("wrong_person"):
        floor.do("S1", "void_blank", case="", blank=spoiled, reason="填坏")
    with floor.refused("blank_unknown"):
        floor.do("A1", "void_blank", case="", blank="GX26-000099", reason="填坏")
    floor.do("A1", "void_blank", case="", blank=pieces(floor, spoiled)[2], reason="填坏")
    with floor.refused("blank_void"):
        enter(floor, spoiled)
    with floor.refused("blank_void"):
        floor.do("Q1", "void_blank", case="", blank=spoiled, reason="again")
    with floor.refused("blank_void"):
        floor.do("S1", "report_lost", [pieces(floor, spoiled)[1]], case="", reason="x")
    card = floor.card("S1", pieces(floor, spoiled)[1])
    assert (card["blank"]["state"], card["openings"]) == ("void", [])
    assert floor.rows("SELECT subject, state FROM prints ORDER BY id") == [(spoiled, "cancelled"), (good, "waiting")]


def test_the_blanks_still_out_are_listed_the_oldest_first(floor: Floor, words: Words) -> None:
    first, second, third = issue(floor, 3)
    enter(floor, second)
    with floor.site.database.reading() as cursor:
        told = blanks_out(floor.site, cursor, words)
    assert [each["serial"] for each in told] == [first, third]
    floor.do("A1", "void_blank", case="", blank=first, reason="丢失")
    with floor.site.database.reading() as cursor:
        assert [each["serial"] for each in blanks_out(floor.site, cursor, words)] == [third]


def test_a_damaged_sheet_of_a_blank_is_reprinted_like_any_paper(floor: Floor) -> None:
    [blank] = issue(floor)
    enter(floor, blank)
    floor.card("S1", 2)
    done = floor.do("S1", "reprint", [2], reason="雨水")
    assert [each["copy"] for each in done.prints] == [f"{blank}/2"]
    assert floor.card("S1", pieces(floor, blank)[2])["void"]["valid"] == floor.code(2)


def test_amending_makes_the_sheets_that_were_written_by_hand_void(floor: Floor) -> None:
    [blank] = issue(floor)
    enter(floor, blank)
    old, stood = pieces(floor, blank), marking(floor.site)
    floor.do("S1", "amend", fields={"customer": "Other"}, lines=[{"item": "V-100", "becomes": "V-200", "quantity": "9"}])
    assert marking(floor.site) == stood
    assert floor.card("S1", old[1])["kind"] == "void"
    done: Done = floor.step("authorise")
    assert [each["copy"] for each in done.prints] == [f"{blank}/{number}" for number in range(1, 7)]
    assert floor.card("S1")["document"]["emergency"] is not None


def test_blanks_of_a_form_that_has_other_copies_now_are_refused_by_name(floor: Floor) -> None:
    [blank] = issue(floor)
    with floor.site.database.writing() as cursor:  # as a blank would be that was printed before a seventh copy came
        cursor.execute("DELETE FROM blank_pieces WHERE copy = 6")
    with floor.refused("blank_outdated"):
        enter(floor, blank)
    with floor.site.database.writing() as cursor:
        cursor.execute("INSERT INTO blank_pieces VALUES(?, ?, 6)", (next_number(floor), blank))
        cursor.execute("UPDATE blanks SET form = 'parts'")
    with floor.refused("blank_of_another_form"):
        enter(floor, blank)
    with floor.site.database.writing() as cursor:
        cursor.execute("UPDATE blanks SET form = 'application'")


def next_number(floor: Floor) -> str:
    """The digits that the sixth sheet of the first blank had."""
    [(body,)] = floor.rows("SELECT body FROM journal ORDER BY seq DESC LIMIT 1")
    rows = [effect[2] for effect in json.loads(body)["effects"] if effect[1] == "blank_pieces"]
    return str(next(row["number"] for row in rows if row["copy"] == 6))


def test_blanks_are_known_after_the_secret_of_the_numbers_was_lost(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    [blank] = issue(floor)
    foreign = compose_piece(10, 26, 5000, b"another secret")
    keys = floor.site.config.keys
    monkeypatch.setattr(type(keys), "piece", property(lambda self: b"a new secret"), raising=False)
    assert floor.card("S1", pieces(floor, blank)[1])["kind"] == "blank"
    with floor.refused("piece_foreign"):
        floor.card("S1", foreign)


def test_what_is_not_filled_in_by_hand_costs_not_one_question_more(floors: FloorMaker) -> None:
    floor = floors()
    said: list[str] = []
    connection = floor.site.database.cursor().connection  # type: ignore[attr-defined]  # a plain DB-API cursor has it
    connection.set_trace_callback(said.append)
    floor.play("plan")
    floor.card("D1", floor.code(3))
    connection.set_trace_callback(None)
    assert said and not [text for text in said if "blank" in text or "sightings" in text]
