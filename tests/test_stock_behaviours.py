"""Forty behaviours of stock, held against a model in plain Python while acts of chance are done and refused.

    QDESK_STOCK_EXAMPLES=500 pytest -n0 tests/test_stock_behaviours.py      a longer campaign, QDESK_STOCK_STEPS turns each
    QDESK_STOCK_SHORTEN=1 pytest -n0 tests/test_stock_behaviours.py         what failed made as short as it can be

``BEHAVIOURS`` says each in a sentence. Whoever proves one calls :meth:`StockMachine.proved`; the last test refuses a behaviour
that its tour does not come by.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import argon2
import hypothesis.strategies as st
import pytest
from factory_audit import contents
from factory_floor import DAY, MINUTE, Floor, Works
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from stock_model import COUNTERS, LotOf, Model, Spot

from qdesk import people
from qdesk.choosing import choose
from qdesk.clock import SECOND
from qdesk.database import driver
from qdesk.errors import Refused
from qdesk.ledger import ledger_page
from qdesk.lookups import stock
from qdesk.scan import format_quantity, parse_quantity
from qdesk.stock import Portion, Stock, free
from qdesk.tracing import trace
from qdesk.verify import verify

BEHAVIOURS = {
    "zero_sum": "Over all places, counter-places too, every item sums to nothing.",
    "never_negative": "No real place ever holds less than nothing of any lot.",
    "balances_are_moves": "The balances are exactly what the moves add up to, by item, place, lot, bin and case.",
    "as_the_model": "What lies where is what plain addition says.",
    "decimals_exact": "Quantities with decimals stay exact to the thousandth, however often some is added or taken.",
    "whole_pieces": "A part of a piece that comes only whole is refused.",
    "place_known": "Goods move only between places that the factory has.",
    "no_more_than_there": "More than lies at a spot is refused and says how much there is.",
    "bins_sum_to_store": "What lies in the bins of a store is together what lies in the store.",
    "bin_to_bin": "What goes from bin to bin changes nothing of what the store holds.",
    "bin_gives_its_own": "A bin gives no more than lies in it, though the store has more.",
    "floor_of_its_case": "What lies on a floor for one case is not taken for another.",
    "lot_of_its_item": "A lot is never taken as another item's.",
    "lot_code_once": "No code of a lot is ever given twice.",
    "serial_once": "Two pieces of an item never bear the same serial number in stock.",
    "serial_comes_back": "A piece that has left and comes back keeps its lot.",
    "split_conserves": "Splitting a lot makes and loses nothing.",
    "split_keeps": "A part split off keeps all that is known of its lot: expiry, owner, batch, maker, origin, opening.",
    "merge_conserves": "Two bins of a lot put together hold exactly their sum.",
    "conversion_conserves": "What goes into conversion comes out as something else, and both items still sum to nothing.",
    "first_expired_first": "What expires first is taken first.",
    "oldest_first": "Of what expires together, or never, the oldest lot is taken first.",
    "expired_never": "An expired lot is never given out.",
    "held_never": "A held lot is never given out.",
    "owned_never": "What belongs to a customer is never given out for others.",
    "chosen_exactly": "What is taken adds up to what was wanted, and no lot gives more than it has.",
    "serial_as_named": "A line that names a piece gets that piece and no other.",
    "promise_respected": "What is promised to one case is not given to another.",
    "promise_for_its_case": "What is promised to a case is free for that case.",
    "promise_no_move": "A promise moves nothing.",
    "promise_not_negative": "A promise taken back more than once is no debt.",
    "refused_changes_nothing": "A refused act changes nothing at all.",
    "whole_or_nothing": "An act whose last move is refused has made none of its moves.",
    "key_once": "The same key sent again gives the same answer and does nothing again.",
    "key_of_its_contents": "The same key with other contents is refused.",
    "reversal_exact": "An act taken back leaves every balance and promise as it was before.",
    "reversal_once": "No act is taken back twice.",
    "no_back_dating": "Nothing is booked into the past, by a clock set back or by hand.",
    "history_kept": "Moves are never changed or deleted, and what lay where at any past moment stays known.",
    "ledger_and_replay": "The ledger closes with what lies there, and the journal replayed gives the same tables.",
}
CAMPAIGN = "QDESK_STOCK_EXAMPLES" in os.environ
"""Other turns each time; else the same every time."""
SHORTENED = "QDESK_STOCK_SHORTEN" in os.environ
"""What failed is made as short as it can be, which takes minutes; else it is told as it was."""
EXAMPLES = int(os.environ.get("QDESK_STOCK_EXAMPLES", "30"))
STEPS = int(os.environ.get("QDESK_STOCK_STEPS", "40"))
PLACES = ("finished_store", "raw_store")
BINS = ("", "A-1", "A-2")
ITEMS = ("V-100", "V-300", "OIL")
ASKED = st.sampled_from((*ITEMS, "V-300", "V-300"))
AMOUNTS = st.sampled_from((1000, 2000, 3000, 3000, 7000, 40_000))
WHERE = st.sampled_from((*PLACES, "customer", "scrap"))
TYPED = st.sampled_from(("0.5", "1.5", "0.001", "0.0001", "1", "2.125", "0", "-1"))
SPOTS = st.integers(0, 10_000)
PROVED: Counter[str] = Counter()
SUMMED = """SELECT item, place, lot, bin, SUM(q) FROM (
    SELECT item, target AS place, lot, to_bin AS bin, quantity AS q FROM moves
    UNION ALL SELECT item, source, lot, bin, -quantity FROM moves)
  GROUP BY item, place, lot, bin HAVING SUM(q) <> 0 ORDER BY 1, 2, 3, 4"""
LOTS = "SELECT code, item, serial, owner, expires_at, since FROM lots"
KEPT = """SELECT item, place, lot, bin, SUM(quantity) FROM balances GROUP BY item, place, lot, bin
  HAVING SUM(quantity) <> 0 ORDER BY 1, 2, 3, 4"""


@contextmanager
def refused(*codes: str) -> Iterator[list[Refused]]:
    """What happens inside is refused with one of these codes."""
    caught: list[Refused] = []
    with pytest.raises(Refused) as raised:
        yield caught
    assert raised.value.code in codes, (raised.value.code, raised.value.arguments)
    caught.append(raised.value)


class StockMachine(RuleBasedStateMachine):
    """Keepers who do what comes to their minds, and a model that keeps count."""

    works: Works
    folder: Path

    def __init__(self) -> None:
        """Begin at a floor that was just founded."""
        super().__init__()
        self.home = Path(tempfile.mkdtemp(dir=self.folder))
        self.floor: Floor = self.works.floor(self.home / "floor", {}, "")
        self.model = Model()
        self.cases: list[str] = []
        self.history: list[tuple[int, dict[tuple[str, str, str], int]]] = []
        self.keys: list[tuple[str, dict[str, str], Any]] = []
        self.serials = 0

    @initialize()
    def opened(self) -> None:
        """Read what was there when the site was founded, and open two cases that promises can be made to."""
        for item, place, lot, quantity, counter in self.rows("SELECT item, place, lot, quantity, counter FROM balances"):
            assert counter == (place in COUNTERS)
            self.model.lies[item, place, "", lot, ""] = quantity
        for code, item, serial, owner, expires, since in self.rows(LOTS):
            self.model.lots[code] = LotOf(item, serial or "", owner, expires, since)
        self.cases = [self.floor.apply(quantity="1"), self.floor.apply(quantity="1")]
        self.later()
        for place in PLACES:
            for days, owner in ((None, ""), (None, ""), (3, ""), (1, ""), (None, "海河"), (1, "海河")):
                self.receive_lot("V-300", place, 3000, "A-1" if days else "", days, owner)
        first, second, *_ = (spot for spot in self.model.lots_at(PLACES[:1]) if spot[0] == "V-300")
        self.do(("V-300", first[3], 1000, *PLACES[:1] * 2, "", "", "A-2"))
        self.do(("V-300", second[3], 1000, PLACES[0], "workshop_product", self.cases[0], "", ""))
        self.promise("V-300", PLACES[0], 3000, 1, False)
        self.hold_or_release(self.model.lots_at(PLACES).index(second), False)

    # What helps to play

    def proved(self, *names: str) -> None:
        """Note that a behaviour was tried and held."""
        assert set(names) <= set(BEHAVIOURS)
        PROVED.update(names)

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Look into the tables."""
        return self.floor.rows(sql, *parameters)

    @property
    def now(self) -> int:
        """The time on the wall."""
        return self.floor.clock.now()

    def places(self) -> Any:
        """The places of the factory."""
        return self.floor.site.factory.places

    def do(self, *moves: tuple[str, str, int, str, str, str, str, str]) -> None:
        """Do one act of some moves (item, lot, quantity, from, to, case, bin, to bin), in the house and in the model."""
        with self.floor.site.writing() as entry:
            shelf = Stock(entry, self.places())
            for item, lot, quantity, source, target, case, bin_, to_bin in moves:
                shelf.move(case, Portion(item, lot, quantity, bin_), source, target, to_bin=to_bin)
            self.seal(entry)
        for item, lot, quantity, source, target, case, bin_, to_bin in moves:
            self.model.move(item, lot, quantity, source, target, case, bin_, to_bin)
        self.later()

    def seal(self, entry: Any) -> None:
        """Write an act down as a desk's own."""
        entry.insert("acts", seq=entry.seq, at=entry.at, step="moved", outcome="", person=1, desk="finished_store", request="")
        entry.seal(by=1, desk="finished_store", case="", step="moved")

    def later(self) -> None:
        """A minute later; what lies where now is remembered."""
        self.remember()
        self.floor.clock.advance(MINUTE)

    def remember(self) -> None:
        """Keep what lies where at this moment."""
        there: dict[tuple[str, str, str], int] = {}
        for (item, place, _, lot, _), quantity in self.model.there().items():
            if place not in COUNTERS:
                there[item, place, lot] = there.get((item, place, lot), 0) + quantity
        self.history.append((self.now, {key: quantity for key, quantity in there.items() if quantity}))

    def spot(self, number: int, places: tuple[str, ...] = PLACES, item: str = "") -> Any:
        """Some spot where something lies, None where there is none."""
        found = [spot for spot in self.model.lots_at(places) if item in ("", spot[0])]
        return found[number % len(found)] if found else None

    def some(self, spot: Spot, part: int) -> int:
        """Some of what lies at a spot; a piece with a number only whole."""
        there = self.model.lies[spot]
        return there if self.model.lots[spot[3]].serial else max(1, there // part)

    def untouched(self) -> Any:
        """Everything that is written, to be compared after a refusal."""
        return contents(self.floor.site)

    # Coming and going

    @rule(
        item=st.sampled_from(ITEMS), place=st.sampled_from(PLACES), amount=AMOUNTS, to_bin=st.sampled_from(BINS),
        days=st.sampled_from((None, None, 1, 3, 30)), owner=st.sampled_from(("", "", "", "海河")),
    )  # fmt: skip
    def receive(self, item: str, place: str, amount: int, to_bin: str, days: int | None, owner: str) -> None:
        """A lot comes in."""
        self.receive_lot(item, place, amount, to_bin, days, owner)

    def receive_lot(self, item: str, place: str, amount: int, to_bin: str, days: int | None, owner: str) -> None:
        """A lot comes in, in the house and in the model."""
        expires = None if days is None else self.now + days * DAY
        with self.floor.site.writing() as entry:
            shelf = Stock(entry, self.places())
            code = shelf.new_lot(
                item, self.cases[0], expires_at=expires, owner=owner, batch=f"B{len(self.model.lots)}",
                party="厂", made_at=self.now - DAY, opened_at=self.now if days else None,
            )  # fmt: skip
            shelf.move("", Portion(item, code, amount), "supplier", place, to_bin=to_bin)
            self.seal(entry)
        assert code not in self.model.lots
        self.model.lots[code] = LotOf(item, "", owner, expires, self.now)
        self.model.move(item, code, amount, "supplier", place, to=to_bin)
        self.proved("lot_code_once")
        self.later()

    @rule(number=SPOTS, part=st.integers(1, 4), where=WHERE, to_bin=st.sampled_from(BINS))
    def carry(self, number: int, part: int, where: str, to_bin: str) -> None:
        """Some of a lot goes somewhere else."""
        self.bring(self.spot(number), part, where, to_bin)

    @rule(number=SPOTS, part=st.integers(1, 4), to_bin=st.sampled_from(BINS))
    def put_away(self, number: int, part: int, to_bin: str) -> None:
        """Some of a lot goes from bin to bin."""
        spot = self.spot(number)
        self.bring(spot, part, spot[1] if spot else "", to_bin)

    def bring(self, spot: Spot | None, part: int, where: str, to_bin: str) -> None:
        """Bring some of what lies at a spot somewhere else."""
        to_bin = "" if where in COUNTERS else to_bin
        if spot is None or (spot[1], spot[4]) == (where, to_bin):
            return
        item, place, _, lot, bin_ = spot
        quantity, before = self.some(spot, part), self.model.sum_of(item, place)
        self.do((item, lot, quantity, place, where, "", bin_, to_bin))
        if where == place:
            assert self.model.sum_of(item, place) == before
            assert self.sum_there(item, place) == before
            self.proved("bin_to_bin")

    def sum_there(self, item: str, place: str) -> int:
        """How much of an item the house says lies at a place."""
        summed: int = self.rows("SELECT COALESCE(SUM(quantity), 0) FROM balances WHERE item = ? AND place = ?", item, place)[0][0]
        return summed

    @rule(number=SPOTS)
    def put_together(self, number: int) -> None:
        """Two bins of one lot at one place are put together."""
        spots = self.model.lots_at(PLACES)
        pairs = [(one, two) for one in spots for two in spots if one[:4] == two[:4] and one[4] < two[4]]
        if not pairs:
            return
        one, two = pairs[number % len(pairs)]
        together = self.model.lies[one] + self.model.lies[two]
        self.do((one[0], one[3], self.model.lies[one], one[1], one[1], "", one[4], two[4]))
        assert self.rows(
            "SELECT quantity FROM balances WHERE item = ? AND place = ? AND lot = ? AND bin = ?", two[0], two[1], two[3], two[4]
        ) == [(together,)]
        self.proved("merge_conserves")

    @rule(item=ASKED, place=st.sampled_from(PLACES), amount=AMOUNTS, whose=st.sampled_from((0, 1, None)))
    def give_out(self, item: str, place: str, amount: int, whose: int | None) -> None:
        """A store gives out what may be used, first expired first; what is not free is refused."""
        case = "" if whose is None else self.cases[whose]
        with self.floor.site.database.reading() as cursor:
            left = free(cursor, item, place, self.now, case)
            assert left == self.model.free(item, place, self.now, case)
            if left < amount:
                with refused("not_enough"):
                    choose(cursor, item, place, amount, self.now, case)
                self.why_not(item, place, amount, case)
                return
            chosen = choose(cursor, item, place, amount, self.now, case)
        assert [(p.lot, p.bin, p.quantity) for p in chosen] == self.model.chosen(item, place, amount, self.now)
        assert sum(portion.quantity for portion in chosen) == amount
        assert all(portion.quantity <= self.model.lies[item, place, "", portion.lot, portion.bin] for portion in chosen)
        self.proved("chosen_exactly")
        self.note_order(item, place, [portion.lot for portion in chosen])
        target = "workshop_product" if case else "customer"
        self.do(*((item, p.lot, p.quantity, place, target, case, p.bin, "") for p in chosen))

    def why_not(self, item: str, place: str, amount: int, case: str) -> None:
        """Note what a refusal shows: there would be enough but for promises, holds, owners or expiry."""
        there = self.model.sum_of(item, place)
        others = self.model.of_others(item, place, case)
        usable_here = sum(quantity for *_, quantity in self.model.usable(item, place, self.now))
        if usable_here >= amount > usable_here - others:
            self.proved("promise_respected")
        if there < amount:
            self.proved("no_more_than_there")

    def note_order(self, item: str, place: str, given: list[str]) -> None:
        """Note which rules of choosing a choice has shown."""
        lots, model = {spot[3] for spot in self.model.lots_at([place]) if spot[0] == item}, self.model.lots
        left = [model[code] for code in lots - set(given)]
        last = model[given[-1]]
        for lot in left:
            if lot.expires is not None and lot.expires <= self.now:
                self.proved("expired_never")
            if lot.hold:
                self.proved("held_never")
            if lot.owner:
                self.proved("owned_never")
            if not lot.hold and not lot.owner and (lot.expires or 2**62) > (last.expires or 2**62):
                self.proved("first_expired_first")
            if lot.expires == last.expires and lot.since > last.since:
                self.proved("oldest_first")
        for code in given:
            lot = model[code]
            assert not lot.hold and not lot.owner and (lot.expires is None or lot.expires > self.now)

    # What is refused

    @rule(number=SPOTS, more=st.integers(1, 5000), wrong=st.sampled_from(("much", "bin", "item", "place", "last")))
    def ask_for_too_much(self, number: int, more: int, wrong: str) -> None:
        """What cannot be done is refused, and nothing of it is done."""
        spot = self.spot(number)
        if spot is None:
            return
        item, place, _, lot, bin_ = spot
        there, before = self.model.lies[spot], self.untouched()
        asked = {
            "much": [Portion(item, lot, there + more, bin_)], "bin": [Portion(item, lot, 1, "Z-9")],
            "item": [Portion("V-200" if item != "V-200" else "V-100", lot, 1, bin_)], "place": [Portion(item, lot, 1, bin_)],
            "last": [Portion(item, lot, there, bin_), Portion(item, lot, 1, bin_)],
        }[wrong]  # fmt: skip
        with refused("place_unknown" if wrong == "place" else "not_enough") as caught, self.floor.site.writing() as entry:
            for portion in asked:
                Stock(entry, self.places()).move("", portion, place, "moon" if wrong == "place" else "customer")
            self.seal(entry)
        if wrong == "much":
            assert caught[0].arguments["free"] == format_quantity(there)
        assert self.untouched() == before
        proofs = {"much": "no_more_than_there", "bin": "bin_gives_its_own", "item": "lot_of_its_item", "place": "place_known"}
        self.proved("refused_changes_nothing", proofs.get(wrong, "whole_or_nothing"))

    @rule(number=SPOTS)
    def take_from_anothers_floor(self, number: int) -> None:
        """What lies on the floor of one case is not there for another."""
        spots = self.model.lots_at(["workshop_product"])
        if not spots:
            return
        item, place, case, lot, _ = spots[number % len(spots)]
        other = next((each for each in self.cases if each != case and not self.model.lies[item, place, each, lot, ""]), None)
        if other is None:
            return
        before = self.untouched()
        with refused("not_enough"), self.floor.site.writing() as entry:
            Stock(entry, self.places()).move(other, Portion(item, lot, 1), place, "finished_store")
            self.seal(entry)
        assert self.untouched() == before
        self.proved("floor_of_its_case")

    @rule(text=TYPED, item=st.sampled_from(("V-100", "OIL")))
    def type_a_quantity(self, text: str, item: str) -> None:
        """What is typed is a quantity of the item's unit or refused."""
        decimals = {"V-100": 0, "OIL": 3}[item]
        places = len(text.partition(".")[2])
        if places > decimals or text in ("0", "-1"):
            with refused("number_too_fine", "number_unreadable", "number_zero"):
                parse_quantity(text, decimals)
            self.proved("whole_pieces")
        else:
            assert format_quantity(parse_quantity(text, decimals)) == text

    # Lots

    @rule(number=SPOTS, part=st.integers(2, 5))
    def split(self, number: int, part: int) -> None:
        """Some of a lot becomes a lot of its own."""
        spot = self.spot(number)
        if spot is None or self.model.lots[spot[3]].serial or self.model.lies[spot] < part:
            return
        item, place, _, lot, bin_ = spot
        quantity, before = self.model.lies[spot] // part, self.model.sum_of(item, place)
        with self.floor.site.writing() as entry:
            made = Stock(entry, self.places()).split(Portion(item, lot, quantity, bin_), place, "", "held")
            self.seal(entry)
        known = self.model.lots[lot]
        self.model.lots[made.lot] = LotOf(item, "", known.owner, known.expires, self.now, "held")
        self.model.move(item, lot, quantity, place, "conversion", bin_=bin_)
        self.model.move(item, made.lot, quantity, "conversion", place, to=bin_)
        assert self.sum_there(item, place) == before
        columns = "SELECT item, expires_at, owner, batch, party, origin, made_from, made_at, opened_at FROM lots WHERE code = ?"
        assert self.rows(columns, lot) == self.rows(columns, made.lot)
        assert [each["lot"]["code"] for each in trace(self.floor.site, self.floor.site.words, made.lot)["from"]] == [lot]
        self.proved("split_conserves", "split_keeps")
        self.later()

    @rule(number=SPOTS)
    def convert(self, number: int) -> None:
        """One item becomes another."""
        spot = self.spot(number, item="V-100")
        if spot is None:
            return
        item, place, _, lot, bin_ = spot
        quantity = self.model.lies[spot]
        with self.floor.site.writing() as entry:
            shelf = Stock(entry, self.places())
            shelf.move("", Portion(item, lot, quantity, bin_), place, "conversion")
            made = shelf.new_lot("V-200", "", made_from=lot)
            shelf.move("", Portion("V-200", made, quantity), "conversion", place)
            self.seal(entry)
        self.model.lots[made] = LotOf("V-200", "", "", None, self.now)
        self.model.move(item, lot, quantity, place, "conversion", bin_=bin_)
        self.model.move("V-200", made, quantity, "conversion", place)
        for each in (item, "V-200"):
            assert self.rows("SELECT SUM(quantity) FROM balances WHERE item = ?", each) == [(0,)]
        self.proved("conversion_conserves")
        self.later()

    @rule(number=st.integers(1, 2))
    def piece_comes(self, number: int) -> None:
        """A piece with a serial number comes in; one that is here already is refused, one that was here keeps its lot."""
        serial = f"P-{number}"
        known = next((code for code, lot in self.model.lots.items() if (lot.item, lot.serial) == ("VS-1", serial)), None)
        here = known is not None and any(
            q > 0 for (_, place, _, lot, _), q in self.model.lies.items() if lot == known and place not in COUNTERS
        )
        if here:
            before = self.untouched()
            with refused("serial_in_stock"), self.floor.site.writing() as entry:
                Stock(entry, self.places()).new_lot("VS-1", "", serial=serial)
                self.seal(entry)
            assert self.untouched() == before
            self.proved("serial_once")
            return
        with self.floor.site.writing() as entry:
            shelf = Stock(entry, self.places())
            code = shelf.new_lot("VS-1", "", serial=serial)
            shelf.move("", Portion("VS-1", code, 1000), "supplier", "finished_store")
            self.seal(entry)
        if known is not None:
            assert code == known
            self.proved("serial_comes_back")
        self.model.lots.setdefault(code, LotOf("VS-1", serial, "", None, self.now)).hold = ""
        self.model.move("VS-1", code, 1000, "supplier", "finished_store")
        self.later()

    @rule(number=st.integers(1, 2))
    def piece_goes(self, number: int) -> None:
        """A line that names a piece gets it, and where it does not lie there, nothing."""
        serial = f"P-{number}"
        lies = [row for row in self.model.usable("VS-1", "finished_store", self.now) if self.model.lots[row[0]].serial == serial]
        with self.floor.site.database.reading() as cursor:
            asked = (cursor, "VS-1", "finished_store", 1000, self.now, "", serial)
            if not lies:
                with refused("serial_not_here"):
                    choose(*asked)
                return
            [portion] = choose(*asked)
        assert self.model.lots[portion.lot].serial == serial
        self.proved("serial_as_named")
        self.do(("VS-1", portion.lot, 1000, "finished_store", "customer", "", portion.bin, ""))

    @rule(number=SPOTS, again=st.booleans())
    def hold_or_release(self, number: int, again: bool) -> None:
        """The quality manager holds a lot or releases it, by an act with a key that may be sent again."""
        spot = self.spot(number)
        if spot is None:
            return
        lot = self.model.lots[spot[3]]
        step, key, inputs = "release_lot" if lot.hold else "hold_lot", f"key-{len(self.keys)}", {"lot": spot[3], "reason": "看"}
        done = self.floor.do("Q1", step, case="", key=key, **inputs)
        lot.hold = "" if lot.hold else "held"
        self.keys.append((step, inputs, done))
        self.later()
        if again:
            self.send_again(len(self.keys) - 1)

    @precondition(lambda self: self.keys)
    @rule(number=SPOTS)
    def send_again(self, number: int) -> None:
        """The same key does nothing again, however late; with other contents it is refused."""
        place = number % len(self.keys)
        step, inputs, done = self.keys[place]
        before = self.untouched()
        assert self.floor.do("Q1", step, case="", key=f"key-{place}", **inputs) == done
        with refused("key_reused"):
            self.floor.do("Q1", step, case="", key=f"key-{place}", **{**inputs, "reason": "别的"})
        assert self.untouched() == before
        self.proved("key_once", "key_of_its_contents", "refused_changes_nothing")

    # Promises

    @rule(item=ASKED, place=st.sampled_from(PLACES), amount=AMOUNTS, whose=st.integers(0, 1), back=st.booleans())
    def promise(self, item: str, place: str, amount: int, whose: int, back: bool) -> None:
        """Something is promised to a case, as far as it is free, or a promise is taken back."""
        case, quantity = self.cases[whose], -amount if back else amount
        with self.floor.site.database.reading() as cursor:
            mine = free(cursor, item, place, self.now, case)
        if not back and self.model.free(item, place, self.now, "") < amount:
            return
        before = self.rows("SELECT * FROM balances ORDER BY 1, 2, 3, 4, 5")
        with self.floor.site.writing() as entry:
            Stock(entry, self.places()).reserve(case, item, place, quantity)
            self.seal(entry)
        if self.model.promised[item, place, case] + quantity < 0:
            self.proved("promise_not_negative")
        self.model.promise(item, place, case, quantity)
        assert self.rows("SELECT * FROM balances ORDER BY 1, 2, 3, 4, 5") == before
        assert self.rows("SELECT quantity FROM reservations WHERE quantity < 0") == []
        with self.floor.site.database.reading() as cursor:
            assert free(cursor, item, place, self.now, case) == mine
        self.proved("promise_no_move", "promise_for_its_case")
        self.later()

    # Time, and taking back

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        """Days go by, and something may expire."""
        self.floor.clock.advance(days * DAY)

    @rule(number=SPOTS)
    def set_the_clock_back(self, number: int) -> None:
        """A clock that runs behind books nothing into the past, nor does a hand at the tables."""
        spot = self.spot(number)
        if spot is None:
            return
        item, place, _, lot, bin_ = spot
        [(latest, newest)] = self.rows("SELECT MAX(at), MAX(act) FROM moves")
        back = self.now - latest + SECOND
        self.floor.clock.advance(-back)
        with suppress(Refused), self.floor.site.writing() as entry:  # a clock that is far behind is refused
            quantity = self.some(spot, 7)
            Stock(entry, self.places()).move("", Portion(item, lot, quantity, bin_), place, "customer")
            self.seal(entry)
            assert entry.at >= latest
            self.model.move(item, lot, quantity, place, "customer", bin_=bin_)
            self.history = [each for each in self.history if each[0] < entry.at]
        self.floor.clock.advance(back)
        row = """INSERT INTO moves(act, number, in_case, item, lot, quantity, source, target, at)
          VALUES(?, 99, '', ?, ?, 1, 'supplier', 'customer', ?)"""
        for wrong in ((newest - 1, latest), (newest + 1, latest - 1)):
            with pytest.raises(driver.IntegrityError), self.floor.site.database.writing() as cursor:
                cursor.execute(row, (wrong[0], item, lot, wrong[1]))
        self.proved("no_back_dating")
        self.later()

    @rule(amount=st.sampled_from((1000, 2000, 5000)))
    def draw_and_take_back(self, amount: int) -> None:
        """A keeper draws for an application and takes that back: all is as it was, and it is taken back once."""
        if self.model.free("V-100", "finished_store", self.now, "") < amount:
            return
        floor = self.floor
        case = floor.apply(quantity=format_quantity(amount))
        floor.play("hand_out")
        self.model.promise("V-100", "finished_store", case, amount)
        before, promised = self.rows(KEPT), self.rows("SELECT * FROM reservations WHERE quantity > 0 ORDER BY 1, 2, 3")
        token = floor.token("K1")
        expected = self.model.chosen("V-100", "finished_store", amount, self.now)
        done = floor.step("draw", token=token)
        drawn = self.rows("SELECT lot, bin, quantity FROM moves WHERE act = ? ORDER BY number", done.act)
        assert drawn == expected
        floor.do("K1", "reverse", token=token)
        assert self.rows(KEPT) == before
        assert self.rows("SELECT * FROM reservations WHERE quantity > 0 ORDER BY 1, 2, 3") == promised
        untouched = self.untouched()
        with refused("reversed_already"):
            floor.do("Q1", "reverse", act=done.act, reason="再来")
        assert self.untouched() == untouched
        assert self.rows("SELECT COUNT(*) FROM moves WHERE act = ?", done.act) == [(len(drawn),)]
        self.proved("reversal_exact", "reversal_once", "refused_changes_nothing")
        floor.do("S2", "withdraw", reason="取消")
        self.model.promised.pop(("V-100", "finished_store", case))
        self.later()

    @rule(number=SPOTS)
    def look_back(self, number: int) -> None:
        """What lay where at some past moment is known, and no move can be changed."""
        at, there = self.history[number % len(self.history)]
        item = ITEMS[number % len(ITEMS)]
        told = {(row["item"], row["place"], row["lot"]): row["quantity"] for row in stock(self.floor.site, item, at=at)["stock"]}
        expected = {key: format_quantity(quantity) for key, quantity in there.items() if key[0] == item}
        assert told == expected
        for sql in ("UPDATE moves SET quantity = 1", "DELETE FROM moves"):
            with pytest.raises(driver.IntegrityError), self.floor.site.database.writing() as cursor:
                cursor.execute(sql)
        self.proved("history_kept")

    @rule(item=st.sampled_from(ITEMS), place=st.sampled_from(PLACES))
    def open_the_ledger(self, item: str, place: str) -> None:
        """The ledger of an item at a place, and of each of its bins, closes with what lies there."""
        asked = {"item": item, "place": place}
        page = ledger_page(self.floor.site, self.floor.site.words, asked, limit=500, newest=False)
        running = 0
        for row in page["rows"]:
            running += parse(row["came"]) - parse(row["went"])
            assert parse(row["balance"]) == running
        assert running == self.model.sum_of(item, place) == parse(page["closing"])
        in_bins = 0
        for bin_ in BINS[1:]:
            found = ledger_page(self.floor.site, self.floor.site.words, {**asked, "bin": bin_}, limit=1)
            in_bins += parse(found["closing"])
        loose = sum(q for (i, p, _, _, b), q in self.model.lies.items() if (i, p, b) == (item, place, ""))
        assert in_bins + loose == running
        self.proved("bins_sum_to_store")

    # What always holds

    @invariant()
    def holds(self) -> None:
        """After every turn the house and the model say the same."""
        there = self.rows("SELECT item, place, in_case, lot, bin, quantity FROM balances WHERE quantity <> 0")
        assert {tuple(row[:5]): row[5] for row in there} == self.model.there()
        assert self.rows("SELECT item FROM balances GROUP BY item HAVING SUM(quantity) <> 0") == []
        assert all(quantity > 0 for _, place, _, _, _, quantity in there if place not in COUNTERS)
        assert self.rows(SUMMED) == self.rows(KEPT)
        self.proved("zero_sum", "never_negative", "balances_are_moves", "as_the_model")
        if any(item == "OIL" and quantity % 1000 for item, _, _, _, _, quantity in there):
            self.proved("decimals_exact")

    def teardown(self) -> None:
        """The journal tells it all once more."""
        try:
            assert [finding.code for finding in verify(self.floor.site, replay=True).findings] == []
            self.proved("ledger_and_replay")
        finally:
            self.floor.site.close()
            shutil.rmtree(self.home)


def parse(text: str | None) -> int:
    """Return the thousandths of a quantity that is told, which may be none, nothing or less."""
    whole, _, part = (text or "0").removeprefix("-").partition(".")
    value = int(whole) * 1000 + int(part.ljust(3, "0"))
    return -value if (text or "").startswith("-") else value


def test_there_are_forty_behaviours() -> None:
    assert len(BEHAVIOURS) == 40
    assert all(sentence.endswith(".") for sentence in BEHAVIOURS.values())


@pytest.fixture
def machine(works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[StockMachine]:
    """The machine, at floors of its own, with nothing proved."""
    monkeypatch.setattr(people, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    StockMachine.works, StockMachine.folder = works, tmp_path
    PROVED.clear()
    return StockMachine


def test_whatever_is_done_with_stock_it_is_as_the_model(machine: type[StockMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, derandomize=not CAMPAIGN, suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, *([Phase.shrink] if SHORTENED else [])], database=None,
        ),
    )  # fmt: skip
    assert len(PROVED) > len(BEHAVIOURS) / 2


def test_a_tour_comes_by_every_behaviour(machine: type[StockMachine]) -> None:
    keeper = machine()
    keeper.opened()
    for turn in tour(keeper):
        turn()
        keeper.holds()
    keeper.teardown()
    assert sorted(set(BEHAVIOURS) - set(PROVED)) == [], "what nothing comes by is not proved"


def tour(keeper: StockMachine) -> Iterator[Callable[[], None]]:
    """Everything a keeper may do, each at least once."""
    place = PLACES[0]
    for wrong in ("much", "bin", "item", "place", "last"):
        yield partial(keeper.ask_for_too_much, 0, 1, wrong)
    for text in ("0.5", "2.125", "0", "-1"):
        yield partial(keeper.type_a_quantity, text, "V-100")
        yield partial(keeper.type_a_quantity, text, "OIL")
    for visit in (keeper.piece_comes, keeper.piece_comes, keeper.piece_goes, keeper.piece_goes, keeper.piece_comes):
        yield partial(visit, 1)
    yield partial(keeper.put_together, 0)
    yield partial(keeper.put_away, 0, 2, "A-2")
    yield partial(keeper.take_from_anothers_floor, 0)
    for whose, amount, back in ((0, 1000, False), (0, 1000, True), (0, 1000, True)):
        yield partial(keeper.promise, "V-300", place, amount, whose, back)
    for amount in (1000, 7000, 3000, 40_000, 1000):
        for taker in (None, 0):
            yield partial(keeper.give_out, "V-300", place, amount, taker)
        yield partial(keeper.receive, "V-300", place, 1000, "", None, "")
        yield partial(keeper.receive, "V-300", place, 1000, "", 2, "")
        yield partial(keeper.wait, 1)
    for number in range(3):
        yield partial(keeper.hold_or_release, number, True)
        yield partial(keeper.look_back, number)
    yield partial(keeper.draw_and_take_back, 1000)
    yield partial(keeper.convert, 0)
    for number in splittable(keeper):
        yield partial(keeper.split, number, 2)
    yield partial(keeper.set_the_clock_back, 0)
    yield partial(keeper.carry, 0, 2, "customer", "")
    yield partial(keeper.open_the_ledger, "V-300", place)


def splittable(keeper: StockMachine) -> Iterator[int]:
    """Where a lot lies of each kind: one that ends and is a customer's, one made from another, one that never ends."""
    for known in (
        lambda lot: lot.owner and lot.expires, lambda lot: lot.item == "V-200", lambda lot: not (lot.owner or lot.expires),
    ):  # fmt: skip
        spots = keeper.model.lots_at(PLACES)
        yield next(number for number, spot in enumerate(spots) if known(keeper.model.lots[spot[3]]))
