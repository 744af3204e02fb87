from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from factory_floor import DAY, MINUTE, P01, PLAIN, WITH_PARTS, Floor, FloorMaker, Json, description
from rich.cells import cell_len
from rich.console import Console

from qdesk import lookups, registers
from qdesk.clock import SECOND, moment
from qdesk.errors import Refused
from qdesk.people import find_session
from qdesk.telling import tell_stock, tell_where
from qdesk.words import Words

OTHER_PAGE = {"inbox_page": "3"}


def ask(floor: Floor, who: str, verb: str, words: Words | None = None, **raw: object) -> Json:
    """Ask as the pipe does, in a session of its own."""
    token = floor.token(who)
    with floor.site.database.reading() as cursor:
        session = find_session(floor.site, cursor, token)
    asked = {"inbox": lookups.ask_inbox, "where": lookups.ask_where, "stock": lookups.ask_stock,
             "register": registers.ask_register}[verb]  # fmt: skip
    told: Json = asked(floor.site, session, words or floor.site.words, raw)
    return told


def free(floor: Floor, item: str = "V-100") -> Json:
    """What of an item is free in the store, and why the rest is not."""
    (row,) = [each for each in ask(floor, "K1", "stock", item=item)["free"] if each["place"] == "finished_store"]
    return {name: row[name] for name in ("quantity", "held", "reserved", "free")}


# What waits


def test_an_inbox_tells_what_waits_at_its_own_desk_and_nowhere_else(floor: Floor) -> None:
    floor.play("authorise")
    assert ask(floor, "S2", "inbox")["waiting"] == []
    (row,) = ask(floor, "P1", "inbox")["waiting"]
    assert (row["case"], row["step"], row["desk"], row["procedure"], row["late"]) == (floor.case, "plan", "planning", P01, False)
    assert row["since"] == moment(floor.clock.now() - MINUTE).isoformat(timespec="seconds")
    assert row["age_seconds"] == 60


def test_an_inbox_speaks_the_language_it_is_asked_in(floor: Floor, words: Words) -> None:
    floor.play("authorise")
    (row,) = ask(floor, "P1", "inbox", words)["waiting"]
    assert row["title"] == {"zh": "计划部登记", "en": "Take into the plan"}[words.language]


def test_pages_of_an_inbox_hold_everything_once_and_oldest_first(floors: FloorMaker) -> None:
    floor = floors(OTHER_PAGE)
    cases = [floor.apply(quantity="1") for _ in range(8)]
    found, after, pages = [], None, 0
    while True:
        told = ask(floor, "S2", "inbox", after=after)
        found += [row["case"] for row in told["waiting"]]
        pages, after = pages + 1, told["next"]
        if after is None:
            break
    assert (found, pages) == (cases, 3)


def test_a_last_page_that_is_full_says_that_there_may_be_more_and_the_next_is_empty(floors: FloorMaker) -> None:
    floor = floors(OTHER_PAGE)
    for _ in range(3):
        floor.apply(quantity="1")
    told = ask(floor, "S2", "inbox")
    after = ask(floor, "S2", "inbox", after=told["next"])
    assert (len(told["waiting"]), after["waiting"], after["next"]) == (3, [], None)


def test_what_waits_since_the_same_moment_is_not_lost_between_pages(floors: FloorMaker) -> None:
    floor = floors(OTHER_PAGE)
    cases = []
    for _ in range(5):
        cases.append(floor.apply(quantity="1"))
        floor.clock.advance(-MINUTE)
    first = ask(floor, "S2", "inbox")
    second = ask(floor, "S2", "inbox", after=first["next"])
    assert [row["case"] for row in first["waiting"] + second["waiting"]] == cases


@pytest.mark.parametrize("after", ["", 5, [], [1, "a"], ["1", "a", "b"], [-1, "a", "b"], [2**63, "a", "b"], [1.5, "a", "b"], {}])
def test_a_page_that_no_page_named_is_refused_instead_of_beginning_anew(floor: Floor, after: object) -> None:
    with pytest.raises(Refused) as refused:
        ask(floor, "S2", "inbox", after=after)
    assert refused.value.code == "request_unreadable"


def test_what_waits_longer_than_the_site_allows_is_late(floors: FloorMaker) -> None:
    floor = floors()
    floor.play("authorise")
    floor.clock.advance(30 * DAY)
    assert [row["late"] for row in ask(floor, "P1", "inbox")["waiting"]] == [False]
    floor.site.config = dataclasses.replace(floor.site.config, within={f"{P01}.plan": DAY})
    assert [row["late"] for row in ask(floor, "P1", "inbox")["waiting"]] == [True]


def test_a_notice_stays_in_the_inbox_until_it_is_read(floor: Floor, words: Words) -> None:
    floor.play("consent", outcome="refuse", reason="no room")
    (notice,) = ask(floor, "S1", "inbox", words)["notices"]
    title = {"zh": "车间主管领导审批：不同意", "en": "Decide for the workshop: refuse"}
    assert (notice["case"], notice["step"], notice["title"]) == (floor.case, "consent.refuse", title[words.language])
    floor.do("S1", "acknowledge")
    assert ask(floor, "S1", "inbox")["notices"] == []


# Where paper is


def test_where_tells_the_state_of_every_copy(floor: Floor) -> None:
    floor.play("plan")
    floor.do("S1", "report_lost", [f"{floor.case}/1"], reason="gone")
    told = ask(floor, "S1", "where", document=floor.case)
    states = {int(copy["copy"][-1]): (copy["due"], copy["state"]) for copy in told["copies"]}
    assert states[1] == ("sales", "lost")
    assert states[2] == ("planning", "in_place")
    assert states[3] == ("shop_dispatch", "on_its_way")


def test_where_tells_that_a_finished_case_is_filed_and_a_withdrawn_one_void(floor: Floor) -> None:
    floor.play("return_closing_copy")
    told = ask(floor, "S1", "where", document=floor.case)
    assert (told["ended"], {copy["state"] for copy in told["copies"]}) == ("completed", {"filed"})
    floor.apply()
    floor.do("S2", "withdraw", reason="changed their mind")
    told = ask(floor, "S1", "where", document=floor.case)
    assert (told["ended"], {copy["state"] for copy in told["copies"]}) == ("withdrawn", {"void"})


@pytest.mark.parametrize("copy", ["", "/1", "/6"])
def test_where_takes_a_serial_or_any_of_its_copies(floor: Floor, copy: str) -> None:
    floor.apply()
    assert ask(floor, "S1", "where", document=floor.case + copy)["document"] == floor.case


@pytest.mark.parametrize("document", ["GX26-999999", "GX26-000001/[/b]", "V-100", "[/b]", "1" * 18])
def test_a_document_nobody_wrote_is_refused_by_the_name_it_was_asked_for(floor: Floor, document: str) -> None:
    floor.apply()
    with pytest.raises(Refused) as refused:
        ask(floor, "S1", "where", document=document)
    assert (refused.value.code, refused.value.arguments["serial"]) == ("document_unknown", document)


def test_where_a_desk_is_asked_for_what_is_due_there_and_what_lies_there_astray(floor: Floor) -> None:
    floor.play("authorise")
    planning = ask(floor, "P1", "where")
    assert ([len(planning[key]) for key in ("due", "astray")], planning["desk"]) == ([5, 0], "planning")
    floor.do("K1", "found_here", [2])
    store = ask(floor, "P1", "where", desk="finished_store")
    assert [(row["copy"], row["due"], row["seen"]) for row in store["astray"]] == [
        (f"{floor.case}/2", "planning", "finished_store")
    ]
    with pytest.raises(Refused) as refused:
        ask(floor, "P1", "where", desk="nowhere")
    assert refused.value.code == "desk_unknown"


# Stock


def test_free_is_what_lies_there_less_what_is_reserved_and_held(floor: Floor) -> None:
    assert free(floor) == {"quantity": "50", "held": "0", "reserved": "0", "free": "50"}
    floor.play("authorise")
    assert free(floor) == {"quantity": "50", "held": "0", "reserved": "10", "free": "40"}
    floor.do("Q1", "hold_lot", case="", lot="L26-000001", reason="doubtful")
    assert free(floor) == {"quantity": "50", "held": "50", "reserved": "10", "free": "0"}


def test_a_draw_consumes_its_own_reservation_and_the_new_model_is_promised_to_the_customer(floor: Floor) -> None:
    floor.play("receive")
    assert free(floor) == {"quantity": "40", "held": "0", "reserved": "0", "free": "40"}
    assert free(floor, "V-200") == {"quantity": "10", "held": "0", "reserved": "10", "free": "0"}


def test_stock_in_the_workshop_names_the_case_it_lies_there_for(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    rows = ask(floor, "K1", "stock", item="V-200")["stock"]
    assert [(row["place"], row["case"], row["quantity"], bool(row["hold"])) for row in rows] == [
        ("workshop_converted", floor.case, "10", True)
    ]


def test_stock_as_of_any_past_moment_is_what_it_was_then(floor: Floor) -> None:
    before = floor.clock.now()
    floor.play("rework")
    during = floor.clock.now()
    floor.play("receive")

    def lay(at: int, item: str) -> dict[str, str]:
        rows = lookups.stock(floor.site, item, "", at)["stock"]
        return {row["place"]: row["quantity"] for row in rows}

    assert lay(before, "V-100") == {"finished_store": "50"}
    assert lay(during, "V-100") == {"finished_store": "40"}
    assert lay(during, "V-200") == {"workshop_converted": "10"}
    assert lay(floor.clock.now(), "V-200") == {"finished_store": "10"}
    assert lay(before - DAY, "V-100") == {}


def test_stock_as_of_now_is_the_stock_there_is(floor: Floor) -> None:
    floor.play("rework", WITH_PARTS)
    columns = ("item", "place", "lot", "quantity")
    now, then = (lookups.stock(floor.site, at=at)["stock"] for at in (None, floor.clock.now()))
    assert [tuple(row[name] for name in columns) for row in now] == [tuple(row[name] for name in columns) for row in then]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"item": "nothing"}, "item_unknown"),
        ({"place": "nowhere"}, "place_unknown"),
        ({"item": ""}, "code_unreadable"),
        ({"at": "yesterday"}, "date_unreadable"),
        ({"at": "0001-01-01"}, "date_unreadable"),
        ({"at": "2026-13-01"}, "date_unreadable"),
        ({"at": 20260101}, "text_expected"),
        ({"item": ["V-100"]}, "code_unreadable"),
    ],
)
def test_what_stock_cannot_answer_is_refused(floor: Floor, asked: Json, code: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(floor, "K1", "stock", **asked)
    assert refused.value.code == code


def test_a_moment_may_name_its_zone_and_is_local_otherwise() -> None:
    zoned = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert lookups.read_at("2026-03-02T08:00:00+00:00") == lookups.read_at("2026-03-02T08:00Z")
    assert lookups.read_at("2026-03-02T08:00Z") == int(zoned.timestamp()) * SECOND
    assert lookups.read_at("2026-03-02T08:00") == int(datetime(2026, 3, 2, 8, 0).astimezone().timestamp()) * SECOND
    assert lookups.read_at("2026-03-02T16:00+08:00") == lookups.read_at("2026-03-02T08:00Z")


# Registers


def test_pages_of_a_register_hold_every_document_once_by_serial(floors: FloorMaker) -> None:
    floor = floors(OTHER_PAGE)
    cases = [floor.apply(quantity="1") for _ in range(7)]
    found, after = [], None
    while True:
        told = ask(floor, "S1", "register", form="application", after=after)
        found += [each["serial"] for each in told["documents"]]
        after = told["next"]
        if after is None:
            break
    assert found == cases


@pytest.mark.parametrize(
    ("looked_for", "found"), [("100%", 1), ("%", 1), ("_", 1), ("Acme", 1), ("\\", 0), ("'; --", 0), ("é", 1)]
)
def test_a_filter_looks_for_exactly_what_is_typed(floor: Floor, looked_for: str, found: int) -> None:
    for customer in ("Acme", "a 100% b", "under_score", "Café"):
        floor.apply(quantity="1", fields={"customer": customer})
    assert len(ask(floor, "S1", "register", form="application", filter=looked_for)["documents"]) == found


def test_a_register_tells_void_and_ended_documents_apart(floor: Floor) -> None:
    floor.play("return_closing_copy")
    floor.apply()
    floor.do("S2", "withdraw", reason="changed their mind")
    floor.apply()
    rows = ask(floor, "S1", "register", form="application")["documents"]
    assert [(row["void"], row["ended"]) for row in rows] == [(False, "completed"), (True, "withdrawn"), (False, None)]
    assert [row["fields"] for row in rows] == [{"customer": "Acme"}] * 3


def test_a_form_nobody_has_written_yet_has_an_empty_register_and_one_that_does_not_exist_is_refused(floor: Floor) -> None:
    assert ask(floor, "S1", "register", form="parts")["documents"] == []
    for form in ("nonsense", "applications", "GX"):
        with pytest.raises(Refused) as refused:
            ask(floor, "S1", "register", form=form)
        assert refused.value.code == "form_unknown"


def test_a_register_beyond_its_last_document_is_empty(floor: Floor) -> None:
    floor.apply()
    assert ask(floor, "S1", "register", form="application", after="ZZ99-999999")["documents"] == []


def test_every_step_of_the_plain_way_shows_in_exactly_one_inbox_before_it_is_done(floor: Floor) -> None:
    floor.apply()
    for step in PLAIN[1:]:
        waiting = floor.rows("SELECT step FROM waiting WHERE in_case = ?", floor.case)
        assert (step,) in waiting
        floor.play(step)
    assert floor.rows("SELECT step FROM waiting WHERE in_case = ?", floor.case) == []


def test_what_is_cut_off_is_said_and_no_sum_is_told_of_half_its_rows(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ask(floor, "K1", "stock")
    assert whole["more"] is False
    for most in range(1, len(whole["stock"])):
        monkeypatch.setattr(lookups, "MOST_ROWS", most)
        told = ask(floor, "K1", "stock")
        assert (told["stock"], told["more"]) == (whole["stock"][:most], True)
        assert [row for row in told["free"] if row not in whole["free"]] == []
        then = ask(floor, "K1", "stock", at="2026-03-02T08:00")
        assert (len(then["stock"]), then["more"]) == (most, True)


def test_a_desk_with_more_copies_than_are_told_says_so(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    floor.apply()
    assert ask(floor, "S1", "where")["more"] is False
    monkeypatch.setattr(lookups, "MOST_ROWS", 5)
    told = ask(floor, "S1", "where")
    assert (len(told["due"]), told["more"]) == (5, True)


def test_what_belongs_to_a_customer_is_not_free(floors: FloorMaker) -> None:
    described = description()
    described["stock"].append({"item": "V-100", "place": "finished_store", "quantity": "5", "owner": "Acme"})
    floor = floors(described=described)
    assert free(floor) == {"quantity": "55", "held": "5", "reserved": "0", "free": "50"}
    assert {row["owner"] for row in ask(floor, "K1", "stock", item="V-100")["stock"]} == {None, "Acme"}


def test_stock_in_the_terminal_says_what_is_promised_and_what_is_free(floor: Floor, words: Words) -> None:
    floor.play("authorise")
    said = StringIO()
    tell_stock(floor.site, "V-100", "", "", words, Console(width=80, file=said, markup=False))
    heads = [words.say(f"column.{name}") for name in ("item", "place", "quantity", "not_free", "reserved", "free")]
    lines = [line.split() for line in said.getvalue().splitlines() if line.strip()]
    assert any(line[0] == "V-100" and line[-4:] == ["50", "0", "10", "40"] for line in lines)
    assert [head for head in heads if head not in said.getvalue()] == []


@pytest.mark.parametrize("width", [40, 60])
def test_where_words_have_no_room_nothing_is_cut_off(floor: Floor, words: Words, width: int) -> None:
    floor.play("authorise")
    said = StringIO()
    tell_where(floor.site, floor.case, words, Console(width=width, file=said, markup=False))
    digits = "".join(re.findall("[0-9]", said.getvalue()))
    assert len(digits) >= 6 * len("26000001103020801")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_is_broken_in_a_terminal_of_80_columns(floor: Floor, language: str) -> None:
    words = Words.load(language)
    floor.play("inspect")
    said = StringIO()
    out = Console(width=80, file=said, markup=False)
    tell_where(floor.site, floor.case, words, out)
    tell_where(floor.site, "sales", words, out)
    tell_stock(floor.site, "", "", "", words, out)
    factory = floor.site.factory
    named = [desk.title for desk in factory.desks.values()] + [place.title for place in factory.places.values()]
    titles = [*(title.in_(language) for title in named), "originator's file", "issue voucher"]
    known = {word for title in titles for word in re.findall(r"[A-Za-z]+", title)}
    printed = set(re.findall(r"[A-Za-z]+", said.getvalue()))
    printed -= set(re.findall(r"[A-Za-z]+", Words.load("en").say("title.astray")))  # "are" is no part of "area" there
    printed -= known
    assert [word for word in known for part in printed if len(part) > 2 and word.startswith(part)] == []
    assert max(cell_len(line) for line in said.getvalue().splitlines()) <= 80
