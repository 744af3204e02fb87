"""Items, stock and registers as screens leaf through them: page by page, everything once, and never all at once."""

from __future__ import annotations

from typing import Any

import pytest
from factory_floor import P01, WITH_PARTS, Floor, FloorMaker, Json, description

from qdesk import lookups, registers, searching
from qdesk.desk.book import in_force
from qdesk.errors import Refused
from qdesk.registers import forms_of, register_page
from qdesk.searching import find_items, stock_page
from qdesk.words import Words

NAMED = (
    ("VLV-25", "闸阀", "DN25 PN16", "Z41H"), ("VLV-25A", "不锈钢截止阀", "DN25 PN40", "J41W"),
    ("vlv-9", "球阀", "DN9", "Q41F"), ("X-VLV-25", "旧闸阀", "100%_DN25", "Z40"), ("A B", "配件", "", ""),
)  # fmt: skip


def with_items(floors: FloorMaker) -> Floor:
    described = description()
    columns = ("code", "name", "spec", "model")
    described["items"] += [{**dict(zip(columns, row, strict=True)), "unit": "台"} for row in NAMED]
    return floors(described=described)


def codes(rows: list[Json]) -> list[str]:
    return [row["code"] for row in rows]


# Items


def test_the_very_code_comes_first_then_codes_that_begin_so_then_the_rest(floors: FloorMaker) -> None:
    floor = with_items(floors)
    assert codes(find_items(floor.site, "VLV-25")) == ["VLV-25", "VLV-25A", "X-VLV-25"]
    assert codes(find_items(floor.site, "vlv")) == ["VLV-25", "VLV-25A", "vlv-9", "X-VLV-25"]
    assert codes(find_items(floor.site, "A B"))[0] == "A B"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("闸阀", ["VLV-25", "X-VLV-25"]), ("dn25", ["VLV-25", "VLV-25A", "X-VLV-25"]), ("阀 pn16", ["VLV-25"]),
        ("pn16 闸", ["VLV-25"]), ("j41", ["VLV-25A"]), ("100%", ["X-VLV-25"]), ("%", ["X-VLV-25"]), ("_", ["X-VLV-25"]),
        ("\\", []), ("' OR 1=1 --", []), ("DN25 nothing", []), ("  dn9  ", ["vlv-9"]),
    ],
)  # fmt: skip
def test_every_word_has_to_be_found_somewhere_exactly_as_typed(floors: FloorMaker, text: str, found: list[str]) -> None:
    assert codes(find_items(with_items(floors).site, text)) == found


def test_an_item_is_told_with_all_that_a_line_needs(floor: Floor) -> None:
    assert find_items(floor.site, "VS-1") == [
        {"code": "VS-1", "name": "", "spec": "", "model": "", "unit": "台", "decimals": 0, "serialised": True,
         "certified": False},
    ]  # fmt: skip
    assert [row["decimals"] for row in find_items(floor.site, "oil")] == [3]


def test_no_more_items_are_told_than_were_asked_for_and_none_twice(floors: FloorMaker) -> None:
    floor = with_items(floors)
    assert codes(find_items(floor.site, "VLV-25", limit=2)) == ["VLV-25", "VLV-25A"]
    everything = codes(find_items(floor.site, ""))
    assert everything == sorted(everything)
    assert len(everything) == len(set(everything)) == floor.rows("SELECT COUNT(*) FROM items")[0][0]


def test_what_cannot_be_looked_for_is_refused(floor: Floor) -> None:
    for text in ("a\u202eb", 5, "x" * 2000):
        with pytest.raises(Refused):
            find_items(floor.site, text)


# Stock


def pages(floor: Floor, limit: int, **asked: Any) -> list[Json]:
    """All rows of all pages."""
    found: list[Json] = []
    after = None
    while True:
        told = stock_page(floor.site, floor.site.words, after=after, limit=limit, **asked)
        assert len(told["rows"]) <= limit
        found += told["rows"]
        after = told["next"]
        if after is None:
            return found


def key(row: Json) -> tuple[str, str, str, str]:
    return row["item"], row["place"], row["lot"], row["case"] or ""


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_of_stock_hold_every_balance_once_and_in_order(floor: Floor, limit: int) -> None:
    floor.play("rework", WITH_PARTS)
    whole = lookups.stock(floor.site)["stock"]
    found = pages(floor, limit)
    assert [key(row) for row in found] == [key(row) for row in whole] == sorted(key(row) for row in whole)
    assert [{name: row[name] for name in whole[0]} for row in found] == whole


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_stock_of_one_place_is_just_that(floor: Floor, limit: int) -> None:
    floor.play("rework", WITH_PARTS)
    for place in ("parts_store", "finished_store", "workshop_parts"):
        whole = lookups.stock(floor.site, place=place)["stock"]
        assert [key(row) for row in pages(floor, limit, place=place)] == [key(row) for row in whole]


def test_what_is_free_is_the_same_as_the_stock_tells(floors: FloorMaker) -> None:
    described = description()
    described["stock"].append({"item": "V-100", "place": "finished_store", "quantity": "5", "owner": "Acme"})
    described["stock"].append({"item": "V-100", "place": "finished_store", "quantity": "3", "expires": "2026-03-03"})
    floor = floors(described=described)
    floor.play("authorise")
    floor.clock.advance(5 * 86400 * 1_000_000)
    told = {(row["item"], row["place"]): row for row in lookups.stock(floor.site)["free"]}
    rows = [row for row in pages(floor, 50) if not row["case"]]
    assert {(row["item"], row["place"]) for row in rows} == set(told)
    for row in rows:
        assert {name: told[row["item"], row["place"]][name] for name in ("free", "held", "reserved")} == {
            name: row[name] for name in ("free", "held", "reserved")
        }
    assert {row["reserved"] for row in rows if row["item"] == "V-100"} == {"10"}


def test_what_lies_there_for_a_case_is_free_for_nobody(floor: Floor, words: Words) -> None:
    floor.play("rework", WITH_PARTS)
    (row,) = [each for each in stock_page(floor.site, words, "V-200")["rows"] if each["case"]]
    assert (row["place"], row["free"], row["reserved"]) == ("workshop_converted", None, None)
    assert row["place_title"] == {"zh": "车间改型产品", "en": "workshop, modified product"}[words.language]


@pytest.mark.parametrize(("looked_for", "lots"), [("s-0001", 1), ("VS-1", 2), ("l26-000001", 1), ("VS s-000", 2), ("100%", 0)])
def test_stock_is_found_by_item_serial_or_lot(floor: Floor, looked_for: str, lots: int) -> None:
    assert len(pages(floor, 50, looked_for=looked_for)) == lots


@pytest.mark.parametrize("searched", [1, 2, 3, 7])
@pytest.mark.parametrize("place", ["", "finished_store"])
def test_a_search_looks_through_so_much_at_a_time_and_goes_on(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, searched: int, place: str
) -> None:
    monkeypatch.setattr(searching, "SEARCHED", searched)
    assert [row["serial"] for row in pages(floor, 50, looked_for="S-000", place=place)] == ["S-0001", "S-0002"]
    assert pages(floor, 50, looked_for="nowhere", place=place) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"place": "nowhere"}, "place_unknown"),
        ({"after": ["a"]}, "request_unreadable"),
        ({"after": [1, 2, 3, 4]}, "request_unreadable"),
    ],
)
def test_a_page_of_stock_that_cannot_be_is_refused(floor: Floor, asked: Json, code: str) -> None:
    with pytest.raises(Refused) as refused:
        stock_page(floor.site, floor.site.words, **asked)
    assert refused.value.code == code


# Registers


def leaves(floor: Floor, limit: int, looked_for: str = "") -> list[str]:
    """The serials of all pages of a register."""
    found: list[str] = []
    before = ""
    while True:
        told = register_page(floor.site, "application", looked_for, before, limit)
        found += [row["serial"] for row in told["rows"]]
        before = told["next"]
        if before is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_of_a_register_hold_every_document_once_and_the_newest_first(floor: Floor, limit: int) -> None:
    cases = [floor.apply(quantity="1") for _ in range(6)]
    assert leaves(floor, limit) == cases[::-1]


def test_documents_opened_at_the_same_moment_are_not_lost_between_pages(floor: Floor) -> None:
    cases = []
    for _ in range(5):
        cases.append(floor.apply(quantity="1"))
        floor.clock.advance(-60 * 1_000_000)
    assert leaves(floor, 2) == cases[::-1]


@pytest.mark.parametrize(
    ("looked_for", "found"),
    [
        ("100%", 1), ("%", 1), ("_", 1), ("acme", 1), ("\\", 1), ("'; --", 0), ("é", 1), ("customer", 0), ("GX26-000002", 1),
        ('"', 1), ("b 100", 1), ("{", 0), (":", 0), ("000003 under", 1),
    ],
)  # fmt: skip
def test_a_register_is_searched_by_serial_and_by_what_its_fields_say(floor: Floor, looked_for: str, found: int) -> None:
    for customer in ("Acme", "a 100% b", "under_score", "Café", 'back\\slash "quoted"'):
        floor.apply(quantity="1", fields={"customer": customer})
    assert len(leaves(floor, 50, looked_for)) == found


@pytest.mark.parametrize("searched", [1, 2, 3, 100])
def test_a_search_of_a_register_goes_on_where_it_stopped(floor: Floor, monkeypatch: pytest.MonkeyPatch, searched: int) -> None:
    monkeypatch.setattr(registers, "SEARCHED", searched)
    cases = [floor.apply(quantity="1", fields={"customer": "Acme" if number % 3 else "Other"}) for number in range(7)]
    assert leaves(floor, 2, "other") == [cases[6], cases[3], cases[0]]
    assert leaves(floor, 2, "nowhere") == []


def test_a_row_of_a_register_tells_void_and_ended_and_how_many_lines(floor: Floor) -> None:
    floor.play("return_closing_copy")
    line = {"item": "V-100", "becomes": "V-200", "quantity": "1"}
    floor.apply(lines=[line, line])
    floor.do("S2", "withdraw", reason="changed their mind")
    newest, oldest = register_page(floor.site, "application")["rows"]
    assert [(row["void"], row["ended"], len(row["lines"])) for row in (newest, oldest)] == [
        (True, "withdrawn", 2), (False, "completed", 1),
    ]  # fmt: skip
    named = {"serial", "case", "revision", "opened", "void", "emergency", "ended", "fields", "customers", "vehicles", "lines"}
    assert set(newest) == named
    assert newest["fields"] == {"customer": "Acme"}


def test_a_form_not_written_yet_is_empty_and_one_that_does_not_exist_is_refused(floor: Floor) -> None:
    assert register_page(floor.site, "parts") == {"form": "parts", "rows": [], "next": None}
    assert register_page(floor.site, "parts", "x")["rows"] == []
    for form, before, code in (("nonsense", "", "form_unknown"), ("application", "GX99-000001", "document_unknown")):
        with pytest.raises(Refused) as refused:
            register_page(floor.site, form, before=before)
        assert refused.value.code == code


def test_every_form_has_a_register(floor: Floor, words: Words) -> None:
    told = forms_of(floor.site, words)
    known = {form for each in in_force(floor.site).values() for form in each.procedure.forms}
    assert sorted(row["form"] for row in told) == sorted(known)  # each once, also one that several procedures have
    numbers = {row["form"]: (row["number"], row["title"]) for row in told if row["procedure"] == P01}
    title = {"zh": "产品改型申请单", "en": "Product modification application"}[words.language]
    assert (set(numbers), numbers["application"]) == ({"application", "parts"}, ("XS-72-98", title))
    assert all(register_page(floor.site, row["form"])["rows"] == [] for row in told)
