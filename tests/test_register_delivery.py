"""The registers of a delivery that was really played: two vehicles, each with papers of its own, one note for both."""

from __future__ import annotations

import pytest
from delivery_floor import PLATE, Yard
from delivery_floor import yard as yard
from terminal import Terminal, at

from qdesk.registers import book_of, forms_of, register_page
from screens.registers import RegisterScreen

OTHER = "京B98O76"


@pytest.fixture
def played(yard: Yard) -> Yard:
    """A note for ten, six of it on one vehicle and four on another; only the first has left."""
    yard.announce()
    yard.write()
    yard.do("S2", "approve")
    yard.pick()
    yard.to_the_gate(1, "6")
    yard.start(2, "4", plate=OTHER)
    yard.release()
    return yard


def found(yard: Yard, form: str, **asked: str) -> list[str]:
    return [row["serial"] for row in register_page(yard.floor.site, form, asked=asked)["rows"]]


def test_each_form_of_the_delivery_is_found_by_the_customer_the_item_and_the_day(played: Yard) -> None:
    for form, serials in (
        ("note", [played.note]), ("slip", [played.serials["slip#2"], played.serials["slip#1"]]),
        ("packing", [played.serials["packing#1"]]), ("pass", [played.serials["pass#1"]]), ("notice", [played.serials["notice"]]),
    ):  # fmt: skip
        assert found(played, form, customer="海河") == serials
        assert found(played, form, item="V-100", **{"from": "2026-03-02", "to": "2026-03-02"}) == serials
        for other in ({"customer": "北方"}, {"item": "V-200"}, {"to": "2026-03-01"}, {"from": "2026-03-03"}):
            assert found(played, form, **other) == []


def test_a_vehicle_leads_to_its_own_papers_and_to_the_note(played: Yard) -> None:
    assert found(played, "slip", vehicle="a-12345") == [played.serials["slip#1"]]
    assert found(played, "slip", vehicle="B98076") == [played.serials["slip#2"]]
    assert found(played, "packing", vehicle="12345") == [played.serials["packing#1"]]  # says no plate itself
    assert found(played, "packing", vehicle="98076") == []
    assert found(played, "note", vehicle="12345") == found(played, "note", vehicle="98076") == [played.note]
    [row] = register_page(played.floor.site, "note")["rows"]
    assert (row["customers"], sorted(row["vehicles"])) == (["海河机械"], sorted([PLATE, OTHER]))


def test_every_form_of_every_procedure_has_its_titles_in_both_languages(played: Yard) -> None:
    site = played.floor.site
    for words in site.languages.values():
        for form in forms_of(site, words):
            book = book_of(site, form["form"], words)
            assert all(column["title"] for column in [*book["fields"], *book["lines"]])
            assert len({column["name"] for column in book["fields"]}) == len(book["fields"])
    assert book_of(site, "pass", site.words)["has_vehicles"] and not book_of(site, "application", site.words)["has_vehicles"]


def test_the_desk_sees_customer_vehicle_items_and_state_on_80_columns(played: Yard) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f3")
        assert isinstance(terminal.frame, RegisterScreen)
        line = next(line for line in terminal.text.splitlines() if played.serials["slip#1"] in line)
        assert all(part in line for part in ("海河机械", PLATE, "V-100 6", "open"))
        await terminal.press("f5", "down", "down", "down", "down")
        await terminal.type("98O76\r")
        await terminal.press("f2")
        assert played.serials["slip#2"] in terminal.text and played.serials["slip#1"] not in terminal.text
        await terminal.scan(played.pieces[f"{played.serials['slip#2']}/1"])
        assert len(terminal.app.screen_stack) == 2 and played.serials["slip#2"] in terminal.text

    at(played.floor, "dispatch", story, "DP1")
