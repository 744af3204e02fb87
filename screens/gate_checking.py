"""Checking a vehicle: scan the pass, type the plate and the count as seen, and one key.

Nothing expected is shown before what was seen is typed; a scan never becomes a plate or a count; an old answer is never the
answer to a new scan.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from textual.widgets import Input

from qdesk.errors import Refused
from qdesk.passing import shift_list
from qdesk.scan import clean_code
from screens.desk import DeskScreen
from screens.frame import ScanLine
from screens.gate_check import EMERGENCY, KEPT, PLATE, REASON, Check, CheckPanel, Kept, gate_request
from screens.gate_picture import RELEASE, STOP
from screens.gate_shift import ReliefScreen
from screens.gate_words import AGAIN, advice_of, reasons_of, rings_of
from screens.keybar import Action

Json = dict[str, Any]
CHECK, BEFORE, NEXT, LEFT_BEFORE, HOLD = 2, 4, 5, 6, 7
AWAKE_EVERY = 0.5
"""Seconds between two times that a desk where a vehicle is being checked is kept from locking."""
AFTER_EMERGENCY = "after_emergency"


class CheckingDesk(DeskScreen):
    """A desk at which passes are shown; what the empty gate shows is in :mod:`screens.gate`."""

    def __init__(self) -> None:
        """Begin with no vehicle at the gate."""
        super().__init__()
        self.check: Check | None = None
        self.answer: Json | None = None
        self.shift: Json | None = None

    def on_mount(self) -> None:
        """Go on with a check that was begun before the screens were taken down, and keep the desk from locking while one is."""
        self.set_interval(AWAKE_EVERY, self.keep_awake)
        self.house.work(self.restore())

    @property
    def panel(self) -> CheckPanel:
        """Return where the guard types."""
        return self.query_one(CheckPanel)

    def put_off(self) -> None:
        """Have nothing at the gate any more: no check, no answer, no paper."""
        self.check, self.answer = None, None
        KEPT.pop(self.house, None)
        self.clear()
        self.panel.begin(None)
        self.set_focus(self.query_one(ScanLine))
        self.redraw()

    async def load_shift(self) -> None:
        """Ask what is open at the gate."""
        self.shift = shift = await self.house.engine.ask(shift_list, self.token, self.house.words)
        self.panel.emergencies = [row["serial"] for row in shift["emergencies"] if not row["reviewed"]]

    # Scans

    async def take(self, code: str) -> None:
        """Answer a scan; while a vehicle is being checked only its own pass is anything but wrong."""
        if self.check is not None:
            self.scanned_again(self.check, code)
            return
        self.put_off()
        card = await self.house.engine.present(self.house.present_seat, code, self.house.words)
        if card["kind"] == "gate":
            await self.judge(card)
        elif card["kind"] == "person":
            await self.app.push_screen(ReliefScreen(code))
        else:
            await self.lay(card, code)
            self.tell(self.said_of(card))
            self.house.ring()

    def scanned_again(self, check: Check, code: str) -> None:
        """Go on with the check whose pass was scanned again; raises Refused("gate_check_open") for any other code."""
        if clean_code(code) != check.code:
            raise Refused("gate_check_open")
        self.tell(self.say("gate.same_pass"), "hint")
        self.house.ring()
        self.set_focus(self.panel.first_empty())

    async def judge(self, card: Json) -> None:
        """Ask what is to be seen of the vehicle, or say stop at once and have that written down."""
        if card["verdict"] != STOP:
            self.begin_check(Check(card["code"], tuple(card["asks"])))
            self.house.ring()
            return
        self.say_answer(card["gate"])
        request = gate_request({"code": card["code"]}, uuid.uuid4().hex)
        done = await self.house.engine.act(self.house.present_seat, request)
        if done.gate and done.gate != card["gate"]:
            self.say_answer(done.gate)
        await self.load_shift()

    # The check

    def check_actions(self, check: Check) -> list[Action]:
        """Return the keys of a check: nothing leads away from it but putting it aside."""
        actions = [
            Action(CHECK, self.say("gate.key_hold" if check.holding else "gate.key_check"), self.submit),
            Action(HOLD, self.say("gate.key_no_hold" if check.holding else "gate.key_hold"), self.turn_hold),
            Action(12, self.say("gate.key_aside"), self.back),
        ]
        if not check.holding and (check.left_before or self.panel.emergencies):
            key = "gate.key_no_emergency" if check.left_before else "gate.key_emergency"
            actions.append(Action(LEFT_BEFORE, self.say(key), self.turn_left_before))
        chosen = "reason" if check.holding else "emergency_serial" if check.left_before else "key_province"
        if chosen != "key_province" or PLATE in check.asks:
            title = self.say(f"gate.{chosen}")
            actions += [Action(BEFORE, f"< {title}", self.choose_before), Action(NEXT, f"{title} >", self.choose_next)]
        return actions

    def begin_check(self, check: Check, typed: dict[str, str] | None = None) -> None:
        """Ask what the guard sees."""
        self.check = check
        self.panel.begin(check, typed)
        self.redraw()
        self.say_what_next(check)
        self.set_focus(self.panel.first_empty())

    def say_what_next(self, check: Check) -> None:
        """Say which key is next."""
        self.tell(self.say("gate.press_hold" if check.holding else "gate.press_check"), "hint")

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Lead on to the next field; nothing is checked by Enter, which a scanner sends too."""
        if self.check is None or message.input not in self.panel.fields():
            return
        message.stop()
        text = message.value.strip()
        if not text:
            return
        try:
            self.panel.read(str(message.input.id).removeprefix("field-"), text)
        except Refused as refused:
            self.refuse(refused)
            return
        empty = [each for each in self.panel.fields() if not each.value.strip()]
        if empty:
            self.set_focus(empty[0])
        self.say_what_next(self.check)

    def key_up(self) -> None:
        """Go to the field before, or choose the row before."""
        self.step(-1)

    def key_down(self) -> None:
        """Go to the next field, or choose the next row."""
        self.step(1)

    def step(self, step: int) -> None:
        """Go through the fields of the check, round and round; without one through what is to be noted."""
        fields = self.panel.fields()
        if not fields:
            self.move_cursor(step)
            return
        at = fields.index(self.focused) if isinstance(self.focused, Input) and self.focused in fields else -1
        self.set_focus(fields[(at + step) % len(fields)])

    async def choose_next(self) -> None:
        """Choose the next province, reason or emergency."""
        self.panel.choose(1)

    async def choose_before(self) -> None:
        """Choose the province, reason or emergency before."""
        self.panel.choose(-1)

    async def turn_hold(self) -> None:
        """Begin to hold the vehicle by own decision, or leave that again; what was typed stays."""
        if self.check is not None:
            self.check.holding, self.check.left_before = not self.check.holding, False
            self.turned(self.check, REASON if self.check.holding else "", "hold_first")

    async def turn_left_before(self) -> None:
        """Ask on which emergency pass the vehicle has left already, or leave that again; what was typed stays."""
        if self.check is not None:
            self.check.left_before = not self.check.left_before
            self.turned(self.check, EMERGENCY if self.check.left_before else "", "emergency_first")

    def turned(self, check: Check, name: str, hint: str) -> None:
        """Ask for one thing more, or for one less."""
        self.redraw()
        if name:
            self.tell(self.say(f"gate.{hint}"), "hint")
        else:
            self.say_what_next(check)
        self.set_focus(self.panel.field(name) if name else self.panel.first_empty())

    async def submit(self) -> None:
        """Have what was seen compared; whatever is refused leaves it standing."""
        if self.check is None:
            return
        request = self.check.request(self.panel.inputs())
        done = await self.house.engine.act(self.house.present_seat, request)
        if done.gate:
            self.answered(self.check, done.gate)
        await self.load_shift()

    def answered(self, check: Check, told: Json) -> None:
        """Say the answer; after a first difference what differed is typed once more."""
        differs = AGAIN.get(told["kind"], "") if told["verdict"] == STOP else ""
        if differs in check.asks:
            check.look_again()
            self.panel.field(differs).value = ""
            self.say_answer(told)
            self.set_focus(self.panel.first_empty())
            return
        self.put_off()
        if told["kind"] == AFTER_EMERGENCY:  # nobody is to drive off on it
            self.tell(reasons_of(told, self.house.words)[0])
            self.house.ring()
        else:
            self.say_answer(told)

    def say_answer(self, told: Json) -> None:
        """Say an answer by banner, reason, advice and bell."""
        self.answer = told
        self.redraw()
        self.tell(advice_of(told, self.house.words), "told" if told["verdict"] == RELEASE else "refused")
        self.house.ring(rings_of(told))

    def keep_awake(self) -> None:
        """Keep an idle desk from locking while a vehicle is being checked; it locks afterwards."""
        if self.check is not None and self.house.seat is not None:
            self.house.typed_at = time.monotonic()

    def drop_pins(self) -> None:
        """Take a release down that nobody looks at any more: the next vehicle is not meant by it."""
        super().drop_pins()
        if self.check is None and self.answer is not None and self.answer["verdict"] == RELEASE:
            self.put_off()

    # What is kept over screens that are taken down

    async def leave(self) -> None:
        """Keep the check that was begun."""
        seat, check = self.house.seat, self.check
        if seat is not None and check is not None:
            KEPT[self.house] = Kept(seat.person, check, self.panel.typed())
        await super().leave()

    async def restore(self) -> None:
        """Go on with a check of the same guard; what another began is over."""
        kept = KEPT.pop(self.house, None)
        if kept is not None and kept.person == self.house.present_seat.person:
            self.begin_check(kept.check, kept.typed)
            self.tell(self.say("gate.kept_check"), "hint")
