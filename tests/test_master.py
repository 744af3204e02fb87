"""Master data kept by acts: what may change and what may not, and that nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from factory_floor import PIN, Floor, FloorMaker

from qdesk.searching import find_items

ITEM = {"code": "V-900", "name": "新阀", "unit": "台"}
PARTY = {"code": "C-1", "kind": "customer", "name": "海河机械"}


def act(floor: Floor, step: str, who: str = "A1", **inputs: Any) -> None:
    floor.do(who, step, case="", **inputs)


def item(floor: Floor, code: str = "V-900") -> dict[str, Any]:
    known: dict[str, Any] = floor.card("K1", code)["item"]
    return known


def test_an_item_is_added_with_all_that_is_known_of_it(floor: Floor) -> None:
    more: dict[str, Any] = {"spec": "DN50", "model": "Z41", "decimals": 1, "pack": "2.5", "shelf_days": 365, "least": "10"}
    more["purchased"] = "yes"
    act(floor, "add_item", **ITEM, **more, serialised="no", certified=True)
    known = item(floor)
    assert {name: known[name] for name in more} == {**more, "purchased": True}
    assert (known["serialised"], known["certified"], known["closed_at"]) == (False, True, None)


@pytest.mark.parametrize(("wrong", "code"), [
    ({"pack": "0.25", "decimals": 1}, "number_too_fine"), ({"pack": "-1"}, "number_unreadable"),
    ({"least": "１２"}, "number_unreadable"), ({"shelf_days": 40_000}, "number_over"),
    ({"shelf_days": "1e3"}, "number_unreadable"), ({"purchased": "perhaps"}, "choice_unknown"),
    ({"name": ""}, "answer_missing"), ({"name": "a\x00b"}, "text_unclean"), ({"name": 3.5}, "text_expected"),
    ({"code": "GX26-000123"}, "code_of_paper"), ({"code": "GX26-000123/4"}, "code_of_paper"),
    ({"code": "1" * 18}, "code_of_paper"),
    ({"code": "K1"}, "code_taken"), ({"code": "finished_store"}, "code_taken"), ({"code": "V-100"}, "given_twice"),
    ({"storage": "nowhere known"}, "choice_not_listed"), ({"closed": True}, "field_unknown"),
])  # fmt: skip
def test_what_is_not_fit_is_refused_and_nothing_is_written(floor: Floor, wrong: dict[str, Any], code: str) -> None:
    with floor.refused(code):
        act(floor, "add_item", **{**ITEM, **wrong})
    assert floor.rows("SELECT code FROM items WHERE code = 'V-900'") == []


def test_only_the_administrator_keeps_master_data(floor: Floor) -> None:
    act(floor, "add_item", **ITEM)
    act(floor, "add_party", **PARTY)
    for step, inputs in (
        ("add_item", ITEM), ("change_item", {**ITEM, "name": "x"}), ("close_item", {"code": "V-900"}), ("add_party", PARTY),
        ("change_party", {"code": "C-1", "name": "x"}), ("close_party", {"code": "C-1"}), ("reopen_item", {"code": "V-900"}),
        ("import_items", {"rows": [[2, ITEM]], "file": "a", "sheet": "", "digest": ""}),
    ):  # fmt: skip
        with floor.refused("wrong_person"):
            act(floor, step, "K1", **inputs)


def test_what_is_not_named_stays_as_it_is_and_what_is_empty_becomes_empty(floor: Floor) -> None:
    act(floor, "add_item", **ITEM, spec="DN50", model="Z41", pack="12")
    act(floor, "change_item", code="V-900", name="改名", spec="")
    known = item(floor)
    assert (known["name"], known["spec"], known["model"], known["pack"]) == ("改名", "", "Z41", "12")
    with floor.refused("nothing_to_change"):
        act(floor, "change_item", code="V-900", name="改名")
    with floor.refused("item_unknown"):
        act(floor, "change_item", code="V-901", name="x")


def test_unit_decimals_and_serial_numbers_stay_once_stock_or_paper_depends_on_them(floor: Floor) -> None:
    act(floor, "add_item", **ITEM)
    act(floor, "change_item", code="V-900", unit="件", decimals=2, serialised="yes")
    assert (item(floor)["unit"], item(floor)["decimals"], item(floor)["serialised"]) == ("件", 2, True)
    for wrong in ({"unit": "件"}, {"decimals": 1}, {"serialised": True}):
        with floor.refused("item_in_use"):
            act(floor, "change_item", code="V-100", **wrong)
    act(floor, "change_item", code="V-100", unit="台", spec="DN100")
    assert item(floor, "V-100")["spec"] == "DN100"


def test_an_item_that_stands_on_paper_only_keeps_its_unit_too(floor: Floor) -> None:
    floor.apply()
    [(becomes,)] = floor.rows("SELECT DISTINCT json_extract(other, '$.becomes') FROM lines")
    assert floor.rows(f"SELECT COUNT(*) FROM balances WHERE item = '{becomes}'") == [(0,)]
    with floor.refused("item_in_use"):
        act(floor, "change_item", code=becomes, unit="件")


def test_fewer_decimals_than_a_pack_needs_are_refused(floor: Floor) -> None:
    act(floor, "add_item", **ITEM, decimals=2, pack="0.25")
    with floor.refused("number_too_fine"):
        act(floor, "change_item", code="V-900", decimals=0)
    act(floor, "change_item", code="V-900", decimals=0, pack="1")
    assert item(floor)["pack"] == "1"


def test_an_item_is_closed_when_nothing_of_it_lies_anywhere_and_opened_again(floor: Floor) -> None:
    with floor.refused("item_lies_there"):
        act(floor, "close_item", code="V-100")
    act(floor, "close_item", code="V-300")
    assert item(floor, "V-300")["closed_at"]
    with floor.refused("closed_already"):
        act(floor, "close_item", code="V-300")
    act(floor, "change_item", code="V-300", name="停用的阀")
    assert item(floor, "V-300")["closed_at"]
    act(floor, "reopen_item", code="V-300")
    assert item(floor, "V-300")["closed_at"] is None
    with floor.refused("not_closed"):
        act(floor, "reopen_item", code="V-300")


def test_nothing_new_is_begun_with_a_closed_item_and_what_was_begun_goes_on(floor: Floor) -> None:
    floor.play("hand_out")
    [(becomes,)] = floor.rows("SELECT DISTINCT becomes FROM lines")
    act(floor, "close_item", code=becomes)
    floor.do("K1", "draw", [4], signers={"reworker": "R1"})
    for line in ({"item": becomes, "becomes": "V-300"}, {"item": "V-100", "becomes": becomes}):
        with floor.refused("item_closed"):
            act(floor, "apply", "S1", lines=[{**line, "quantity": "1"}], fields={"customer": "Acme"})


def test_a_closed_item_is_not_offered_for_a_new_form_but_by_its_very_code_it_is_known(floor: Floor) -> None:
    act(floor, "close_item", code="V-300")
    offered = [item["code"] for item in find_items(floor.site, "V-", closed=False)]
    assert "V-200" in offered and "V-300" not in offered
    assert [item["code"] for item in find_items(floor.site, "V-300", closed=False)] == ["V-300"]
    assert "V-300" in [item["code"] for item in find_items(floor.site, "V-")]


def test_customers_and_suppliers_are_added_changed_closed_and_opened_again(floor: Floor) -> None:
    act(floor, "add_party", **PARTY, address="天津", telephone="022-1")
    act(floor, "change_party", code="C-1", kind="supplier", telephone="")
    act(floor, "close_party", code="C-1")
    row = "SELECT code, kind, name, address, telephone, closed_at IS NOT NULL FROM parties"
    assert floor.rows(row) == [("C-1", "supplier", "海河机械", "天津", "", 1)]
    act(floor, "reopen_party", code="C-1")
    assert floor.rows("SELECT closed_at FROM parties") == [(None,)]
    with floor.refused("party_unknown"):
        act(floor, "close_party", code="C-2")


def test_who_has_delivered_lots_stays_a_supplier(floor: Floor) -> None:
    act(floor, "add_party", **{**PARTY, "kind": "supplier"})
    with floor.site.writing() as entry:
        [(lot, party)] = [(code, was) for code, was in floor.rows("SELECT code, party FROM lots ORDER BY code LIMIT 1")]
        entry.change("lots", (lot,), {"party": party}, {"party": "C-1"})
        entry.insert("acts", seq=entry.seq, at=entry.at, step="found", outcome="", desk="", request="")
        entry.seal(by=None, desk="", step="found")
    with floor.refused("party_in_use"):
        act(floor, "change_party", code="C-1", kind="customer")
    act(floor, "change_party", code="C-1", name="另一名称")


def new_of_each_kind(floor: Floor, code: str) -> dict[str, Callable[[], object]]:
    """How something new of each kind would get a code."""
    gauge = {"kind": "gauge", "good_until": "2026-12-31"}
    shelf = {"place": "raw_store", "zone": "product"}
    return {
        "item": lambda: act(floor, "add_item", **{**ITEM, "code": code}),
        "party": lambda: act(floor, "add_party", **{**PARTY, "code": code}),
        "instrument": lambda: act(floor, "add_instrument", "Q1", code=code, **gauge),
        "bin": lambda: act(floor, "open_bin", "RK1", bin=code, **shelf),
        "person": lambda: act(floor, "enrol", badge=code, name="新人", roles=["keeper"], pin=PIN),
    }


TAKEN = {"item": "V-900", "party": "C-1", "instrument": "G-1", "bin": "A-1", "person": "K9"}


@pytest.mark.parametrize("kind", TAKEN)
def test_no_code_means_two_things(floors: FloorMaker, kind: str) -> None:
    floor = floors(own='[instruments.gauge]\ntitle = { zh = "塞尺", en = "feeler gauge" }\n')
    new_of_each_kind(floor, TAKEN[kind])[kind]()
    for code, refusal in ((TAKEN[kind], "code_taken"), ("finished_store", "code_taken"), ("GX26-000001", "code_of_paper")):
        for other, begin in new_of_each_kind(floor, code).items():
            own = "badge_taken" if other == "person" else "given_twice"
            with floor.refused(own if (other, code) == (kind, TAKEN[kind]) else refusal):
                begin()
