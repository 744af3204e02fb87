"""The bin plan of a store (F092): page by page on a screen, whole on paper."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from factory_floor import Floor, FloorMaker, Json, description

from qdesk import bin_plan as plans
from qdesk.bin_plan import bin_plan, what_is
from qdesk.errors import Refused
from qdesk.slips.bin_plan_sheet import bin_plan_sheet, sheet_row
from qdesk.slips.formats import FORMATS
from qdesk.slips.queue import ask_for
from qdesk.slips.typesetting import typesetter

MANY = 130


@pytest.fixture
def store(floors: FloorMaker) -> Floor:
    made = description()
    made["items"].append({"code": "BOLT", "name": "螺栓", "unit": "件"})
    made["bins"] = [{"code": f"A-{number:03}", "place": "raw_store", "zone": "product"} for number in range(MANY)]
    filled = [(f"A-{number:03}", str(number + 1)) for number in range(0, MANY, 2)]
    made["stock"] += [{"item": "BOLT", "place": "raw_store", "quantity": many, "bin": code} for code, many in filled]
    made["stock"] += [{"item": "BOLT", "place": "raw_store", "quantity": "1000"} for _ in range(60)]
    return floors(described=made)


def pages(store: Floor, looked_for: str = "", who: str = "RK1", place: str = "") -> list[list[Json]]:
    """Every page, one after the other."""
    found: list[list[Json]] = []
    after: Any = None
    while after is not None or not found:
        told = bin_plan(store.site, store.token(who), store.site.words, place, looked_for, after)
        found.append(told["rows"])
        after = told["next"]
    return found


def test_every_bin_and_all_that_lies_in_none_comes_once_page_by_page(store: Floor) -> None:
    rows = [row for page in pages(store) for row in page]
    bins = [row["bin"] for row in rows if row["bin"]]
    assert bins == [f"A-{number:03}" for number in range(MANY)]
    assert len({row["lot"] for row in rows if not row["bin"]}) == len([row for row in rows if not row["bin"]]) == 60
    assert all(len(page) <= 2 * plans.PAGE for page in pages(store))


def test_what_is_looked_for_is_found_in_any_bin_and_an_empty_one_by_its_code(store: Floor) -> None:
    assert [row["bin"] for page in pages(store, "a-127") for row in page] == ["A-127"]
    assert {row["quantity"] for page in pages(store, "bolt A-128") for row in page} == {"129"}
    assert pages(store, "nothing like it")[-1] == []


def test_a_closed_bin_is_on_no_plan(store: Floor) -> None:
    store.do("RK1", "close_bin", case="", bin="A-001", reason="拆除")
    assert "A-001" not in [row["bin"] for page in pages(store) for row in page]


def test_a_store_is_shown_where_it_is_kept_and_to_offices_all_of_them(store: Floor) -> None:
    with pytest.raises(Refused, match="place_unknown"):
        pages(store, who="K1", place="raw_store")
    assert pages(store, who="Q1", place="raw_store")[0]
    wrong: list[Any] = [["a", "b", "c"], [1], []]
    for after in wrong:
        with pytest.raises(Refused, match="request_unreadable"):
            bin_plan(store.site, store.token("RK1"), store.site.words, "", "", after)


def test_a_code_is_what_it_is_to_whoever_puts_away(store: Floor) -> None:
    token = store.token("RK1")
    assert what_is(store.site, token, "A-002")["kind"] == "bin"
    found = what_is(store.site, token, "BOLT")
    assert (found["item"], found["lot"], len(found["lies"])) == ("BOLT", "", MANY // 2 + 60)
    lot = found["lies"][0]["lot"]
    assert [row["lot"] for row in what_is(store.site, token, lot)["lies"]] == [lot]
    assert what_is(store.site, store.token("K1"), lot)["lies"] == []
    for code, refusal in (("A-002", "place_not_kept"), ("nobody", "code_unknown"), ("RK1", "code_unknown")):
        with pytest.raises(Refused, match=refusal):
            what_is(store.site, store.token("K1"), code)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_plan_on_paper_has_every_bin_on_as_many_pages_as_it_takes(store: Floor, language: str) -> None:
    site = store.site
    with site.database.reading() as cursor:
        told = bin_plan_sheet(site, cursor, "raw_store", site.languages[language])
    assert [row[0] for row in told["rows"]][:MANY] == [f"A-{number:03}" for number in range(MANY)]
    assert str(MANY) in told["filter"]
    with typesetter(site.config.folder) as setter:
        printed = pypdfium2.PdfDocument(setter.pdf("register", told, FORMATS["a4"]))
    text = [page.get_textpage().get_text_range() for page in printed]
    assert len(text) > 1 and "A-000" in text[0] and all(("F092" in each) == ("F092" in text[0]) for each in text)


def test_a_customers_goods_on_hold_say_whose_they_are_and_why_on_the_plan(store: Floor) -> None:
    row = {"bin": "A-1", "zone_title": "", "item": "V", "name": "", "lot": "L", "quantity": "1", "unit": ""}
    told = [sheet_row({**row, "hold": hold, "owner": owner}, store.site.languages["en"])[-1] for hold in ("", "held")
            for owner in ("", "Haihe")]  # fmt: skip
    assert told == ["", "Haihe", "on hold", "on hold; Haihe"]


def test_only_a_store_has_a_plan(store: Floor) -> None:
    for place in ("supplier", "arrivals", "cellar"):
        with pytest.raises(Refused, match="place_unknown"):
            ask_for(store.site, store.token("RK1"), "bin_plan", place)
    assert ask_for(store.site, store.token("RK1"), "bin_plan", "raw_store")
