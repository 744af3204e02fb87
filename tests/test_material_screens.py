"""Material and transfers at the desks: scanned, counted and signed by keys, in both languages; and the papers they make."""

from __future__ import annotations

import re

import pytest
from factory_floor import PIN
from material_floor import EARLY, HELD, LATE, NEVER, Stores
from material_floor import stores as stores
from slips_at_hand import setter as setter
from slips_at_hand import slip, text_of
from terminal import Terminal, at

from qdesk.slips.typesetting import Typesetter
from screens.desk import DeskScreen


def key_of(terminal: Terminal, *titles: str) -> str:
    """The key that is called so, in whichever language, wherever it stands."""
    found = re.search(rf"F(\d+) (?:{'|'.join(map(re.escape, titles))})", terminal.text)
    assert found, terminal.text
    return f"f{found[1]}"


async def sign(terminal: Terminal, *others: str) -> None:
    """Type one's own PIN, then scan the badge of whoever else signs and let them type theirs; the last Enter does it."""
    await terminal.type(f"{PIN}\r")
    for badge in others:
        await terminal.scan(badge)
        await terminal.type(f"{PIN}\r")
    assert isinstance(terminal.frame, DeskScreen), terminal.text


# The raw-material store


@pytest.mark.parametrize(("language", "told"), [
    ("en", ("Hand out material, time 1: all that is wanted", "GLUE 10", "GLUE 15")),
    ("zh", ("发料（第 1 次）: 全部", "GLUE 10", "GLUE 15")),
])  # fmt: skip
def test_the_store_sees_what_to_fetch_first_expired_first(stores: Stores, language: str, told: tuple[str, ...]) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    piece = stores.yard.pieces[f"{stores.case}/2"]

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        assert [text for text in told if text not in terminal.text] == []

    at(stores.floor, "raw_store", story, "RK1", language=language)


def test_the_store_sees_in_which_bin_it_lies_and_until_which_year_it_is_good(stores: Stores) -> None:
    stores.put_into("R-07", EARLY, 4)
    stores.approved({"item": "GLUE", "quantity": "25"})

    async def story(terminal: Terminal) -> None:
        await terminal.scan(stores.yard.pieces[f"{stores.case}/2"])
        text = " ".join(terminal.text.split())
        assert f"GLUE 4 Lot {stores.lots[EARLY]} Use by 2026-04-01 raw-material store R-07" in text
        assert f"GLUE 6 Lot {stores.lots[EARLY]} Use by 2026-04-01 raw-material store GLUE" in text

    at(stores.floor, "raw_store", story, "RK1")


def test_a_step_of_several_rounds_is_named_once_as_what_has_to_be_done_first(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    card = stores.floor.card("RK1", stores.yard.pieces[f"{stores.case}/2"])
    [reason] = next(each["because"] for each in card["cannot"] if each["step"] == "return_unused")
    assert reason["message"].count("发料") == 1, reason


def test_material_is_handed_out_with_one_scan_one_key_and_the_receivers_badge(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    piece = stores.yard.pieces[f"{stores.case}/2"]

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        await terminal.press("f2")
        await terminal.type("\r")
        await sign(terminal, "AS2")

    at(stores.floor, "raw_store", story, "RK1")
    assert stores.lies(EARLY) == {"shop_material": 10} and stores.lies(LATE) == {"raw_store": 5, "shop_material": 15}


@pytest.mark.parametrize(("language", "waits"), [("en", "Hand out material, time 2"), ("zh", "发料（第 2 次）")])
def test_the_rest_of_a_short_issue_waits_at_the_store_and_that_of_a_whole_one_does_not(
    stores: Stores, language: str, waits: str
) -> None:
    stores.approved({"item": "BOX", "quantity": "60"})
    stores.hand_out(stores.line(NEVER, "20"), outcome="part")

    async def before(terminal: Terminal) -> None:
        assert waits in terminal.text

    async def after(terminal: Terminal) -> None:
        assert stores.case not in terminal.text

    at(stores.floor, "raw_store", before, "RK1", language=language)
    stores.hand_out(number=2)
    at(stores.floor, "raw_store", after, "RK1", language=language)


def test_what_comes_back_is_scanned_as_a_lot_and_said_to_be_opened(stores: Stores) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"})
    stores.hand_out()
    piece = stores.yard.pieces[f"{stores.case}/1"]

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        await terminal.press(re.findall(r"(F\d)  Bring back what", terminal.text)[0].lower())
        await terminal.scan(stores.lots[LATE])
        await terminal.type("2.5\r\ropened\r\r")
        await sign(terminal, "AS2")

    at(stores.floor, "raw_store", story, "RK1")
    assert stores.lies(LATE) == {"raw_store": 5, "shop_material": 12.5}
    [(quantity,)] = stores.floor.rows(
        "SELECT SUM(b.quantity) FROM balances b JOIN lots l ON l.code = b.lot WHERE b.place = 'raw_store' AND l.opened_at > 0"
    )
    assert quantity == 2500


@pytest.mark.parametrize(("language", "told"), [("en", "Opened: 2026-03-02"), ("zh", "开封: 2026-03-02")])
def test_the_card_of_an_opened_lot_says_since_when_R044(stores: Stores, language: str, told: str) -> None:
    stores.approved({"item": "GLUE", "quantity": "10"})
    stores.hand_out()
    stores.bring_back(EARLY, "3", "opened")
    [(lot,)] = stores.floor.rows("SELECT code FROM lots WHERE opened_at IS NOT NULL")

    async def story(terminal: Terminal) -> None:
        await terminal.scan(lot)
        assert told in terminal.text
        await terminal.press("f12")
        await terminal.scan(stores.lots[EARLY])
        assert told not in terminal.text

    at(stores.floor, "raw_store", story, "RK1", language=language)


# The shop


def test_the_shop_writes_what_it_needs_and_its_leader_approves_it(stores: Stores) -> None:
    async def write(terminal: Terminal) -> None:
        await terminal.press(key_of(terminal, "Write the requisition"))
        await terminal.type("2\rRW-7\r\r")
        await terminal.type("BOX\r12\r\r")
        await terminal.press("f2")
        assert isinstance(terminal.frame, DeskScreen), terminal.text

    async def approve(terminal: Terminal) -> None:
        await terminal.press("enter", "f2")
        await sign(terminal)

    at(stores.floor, "assembly", write, "AS1")
    [(case,)] = stores.floor.rows("SELECT code FROM cases WHERE procedure = 'material_issue'")
    at(stores.floor, "assembly", approve, "AL1")
    assert stores.floor.rows("SELECT quantity FROM reservations WHERE in_case = ?", case) == [(12000,)]


# Two stores


@pytest.mark.parametrize(("language", "waits"), [("en", "Count and take over"), ("zh", "点收移库")])
def test_a_transfer_waits_at_the_other_store_and_is_counted_by_scanning(stores: Stores, language: str, waits: str) -> None:
    stores.transfer(stores.line(NEVER, "2"), stores.line(HELD, "5"))
    stores.send()
    piece = stores.yard.pieces[f"{stores.case}/2"]

    async def story(terminal: Terminal) -> None:
        assert waits in terminal.text
        await terminal.scan(piece)
        await terminal.press("f2")
        await terminal.type("2\r5\r")
        await sign(terminal)

    at(stores.floor, "finished_store", story, "K1", language=language)
    assert stores.lies(NEVER) == {"raw_store": 98, "finished_store": 2}


def test_what_was_sent_is_expected_and_never_filled_in(stores: Stores) -> None:
    stores.transfer(stores.line(NEVER, "2"))
    stores.send()
    piece = stores.yard.pieces[f"{stores.case}/2"]

    async def story(terminal: Terminal) -> None:
        await terminal.scan(piece)
        await terminal.press("f2")
        assert "expected 2" in terminal.text
        await terminal.press("f2")
        assert terminal.frame.refused == "answer_missing"

    at(stores.floor, "finished_store", story, "K1")


def test_the_card_of_a_transfer_does_not_speak_of_other_stores_ways_of_writing_one(stores: Stores) -> None:
    stores.transfer(stores.line(NEVER, "2"))
    stores.send()
    for who in ("K1", "RK2", "PK1"):
        steps = {each["step"] for each in stores.floor.card(who)["cannot"]}
        assert not steps & {"write_finished", "write_parts", "send_finished", "send_parts", "withdraw_finished", "withdraw_parts"}


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize(("language", "store"), [("en", "5 brought back, to be inspected"), ("zh", "5 退回待检区")])
def test_the_stores_to_choose_from_are_listed_each_in_one_piece(
    stores: Stores, language: str, store: str, size: tuple[int, int]
) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("移库\r" if language == "zh" else "transfer\r")
        await terminal.press("enter")
        assert store in terminal.text

    at(stores.floor, "raw_store", story, "RK1", language=language, size=size)


# On paper


def test_the_papers_say_what_was_handed_out_and_what_was_sent(stores: Stores, setter: Typesetter) -> None:
    stores.approved({"item": "GLUE", "quantity": "25"}, task="RW-7")
    stores.hand_out()
    settled = paper(stores, setter, f"{stores.yard.serials['settlement#1']}/2")
    lots = (stores.lots[EARLY], stores.lots[LATE])
    for text in ("材料领发结算单", "领料单号", stores.case, "RW-7", "GLUE", *lots, "10", "15", "退回"):
        assert text in settled, settled
    assert "密封胶" in settled
    stores.transfer(stores.line(NEVER, "30"))
    sent = paper(stores, setter, f"{stores.case}/2")
    for text in ("移库单", "移入库", "成品库", "移出库", "原材料库", "BOX", "30", stores.lots[NEVER]):
        assert text in sent, sent


def test_the_copies_of_a_transfer_say_their_way_between_these_two_stores_and_who_signs_there(
    stores: Stores, setter: Typesetter
) -> None:
    stores.transfer(stores.line(NEVER, "30"), to="parts_store")
    mine, theirs = (paper(stores, setter, f"{stores.case}/{copy}") for copy in (1, 2))
    assert "留存原材料库流转原材料库" in mine
    assert "留存阀车间成品零件库流转原材料库→阀车间成品零件库" in theirs
    for text in (mine, theirs):
        assert "原材料库保管员人RK1" in text and "移库保管员" not in text
    assert "点收移库零件库保管员" in theirs


def paper(stores: Stores, setter: Typesetter, copy: str) -> str:
    """What can be read on the slip of a copy, blanks left out."""
    contents = slip(stores.floor, stores.yard.pieces[copy])
    return "".join("".join(text_of(setter, contents)).split())
