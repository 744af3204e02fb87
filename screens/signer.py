"""One who signs, on one row: whoever sits here, somebody who comes with a badge, or somebody who wrote on the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from qdesk.errors import Refused
from screens.answers import narrow
from screens.card import Reader
from screens.faults import Guarded
from screens.fields import Field, PinField
from screens.lettering import cut, fit, plain, shown, styled

if TYPE_CHECKING:
    from screens.acting import ActScreen
    from screens.seat import Seat

Json = dict[str, Any]
PAPER = "paper:"
BADGE_WIDTH, PIN_WIDTH, COPY_WIDTH = 12, 14, 16


class Unsigned(Exception):
    """A signature that is not there yet: what to say, and the field to go to."""

    def __init__(self, refused: Refused, field: Field) -> None:
        """Keep both."""
        super().__init__(refused.code)
        self.refused = refused
        self.field = field


class SignerRow(Guarded, Horizontal):
    """One who signs."""

    DEFAULT_CSS = """
    SignerRow { height: auto; }
    SignerRow Static { height: auto; }
    SignerRow .who { width: 1fr; height: 1; padding: 0 1; }
    """

    def __init__(self, role: str, stamps: bool) -> None:
        """Ask the signature of a role."""
        super().__init__()
        self.role = role
        self.stamps = stamps
        self.label, self.beside, self.last = (Static("", markup=False) for _ in range(3))
        self.who = Static("", markup=False, classes="who")

    @property
    def page(self) -> ActScreen:
        """Return the screen this stands on."""
        return cast("ActScreen", self.screen)

    def fields(self) -> list[Field]:
        """Return the fields in the order they are gone through."""
        return []

    def draw(self, reader: Reader, label: int) -> None:
        """Draw role and name in the language of the moment."""
        self.label.styles.width = label
        self.label.update(plain(cut(self.title(reader), label - 1)))

    def title(self, reader: Reader) -> str:
        """Return the role, and whether it stamps."""
        mark = reader.say("sign.stamps") if self.stamps else ""
        return shown(f"{reader.role(self.role)} {mark}".strip())

    def signer(self) -> Json:
        """Return who signs; raises Unsigned."""
        raise NotImplementedError

    def forget(self) -> None:
        """Forget PIN and second identity."""

    def forget_pin(self) -> str:
        """Return the PIN and forget it."""
        return ""

    @property
    def holds(self) -> bool:
        """Tell whether something stands here that must not stay."""
        return any(field.value for field in self.fields())

    def on_input_changed(self, message: Input.Changed) -> None:
        """Keep in view what is being typed."""
        message.stop()
        self.page.show_focused()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Go on from a field that was entered."""
        message.stop()
        self.submitted(message.input)

    def submitted(self, field: Input) -> None:
        """Go on to the next field; what the last one means the page knows."""
        self.page.entered(field)

    def is_named(self, name: str) -> bool:
        """Tell whether this is the row of a person."""
        return False


class OperatorRow(SignerRow):
    """Whoever sits at the terminal: only the PIN is asked."""

    def __init__(self, role: str, stamps: bool, seat: Seat) -> None:
        """Ask the PIN of a seat."""
        super().__init__(role, stamps)
        self.seat = seat
        self.pin = PinField()
        self.pin.styles.width = PIN_WIDTH

    def compose(self) -> ComposeResult:
        """Role, name, PIN."""
        yield self.label
        yield self.who
        yield self.last
        yield self.pin

    def fields(self) -> list[Field]:
        """Return the PIN."""
        return [self.pin]

    def draw(self, reader: Reader, label: int) -> None:
        """Draw the name."""
        super().draw(reader, label)
        self.who.update(styled(f"{fit(shown(self.seat.badge), BADGE_WIDTH - 1)} {shown(self.seat.name)}", "bold"))
        draw_pin_label(self.last, reader)

    def signer(self) -> Json:
        """Return the operator as signer, with the PIN still to be put in."""
        if not self.pin.value:
            raise Unsigned(Refused("pin_not_typed", name=self.seat.name), self.pin)
        return {"as": self.role, "badge": self.seat.badge}

    def forget(self) -> None:
        """Forget the PIN."""
        self.pin.value = ""

    def forget_pin(self) -> str:
        """Return the PIN and forget it."""
        typed, self.pin.value = self.pin.value.strip(), ""
        return typed

    def is_named(self, name: str) -> bool:
        """Tell whether this is the row of a person."""
        return name == self.seat.name


class SecondRow(SignerRow):
    """Somebody else, who comes to this terminal and leaves it again: badge and PIN."""

    def __init__(self, role: str, stamps: bool) -> None:
        """Ask badge and PIN."""
        super().__init__(role, stamps)
        self.badge, self.pin = Field(), PinField()
        self.badge.styles.width, self.pin.styles.width = BADGE_WIDTH, PIN_WIDTH
        self.person: Json | None = None
        self.known_as = ""
        """The badge that `person` was read from."""

    def compose(self) -> ComposeResult:
        """Role, badge, name, PIN."""
        yield self.label
        yield self.badge
        yield self.who
        yield self.last
        yield self.pin

    def fields(self) -> list[Field]:
        """Return badge and PIN."""
        return [self.badge, self.pin]

    def draw(self, reader: Reader, label: int) -> None:
        """Draw the name as soon as the badge is known, and say when its person does not hold the role."""
        super().draw(reader, label)
        draw_pin_label(self.last, reader)
        if self.person is None:
            self.who.update(styled(reader.say("sign.scan_badge"), "$quiet"))
            return
        name = styled(self.person["name"], "bold")
        lacks = self.role not in self.person["roles"]
        self.who.update(Content("").join([name, styled(f"  ! {reader.say('sign.lacks_role')}", "$error")]) if lacks else name)

    def wear(self, badge: str, person: Json) -> None:
        """Take a badge that is known."""
        self.badge.value, self.person, self.known_as = badge, person, badge

    def signer(self) -> Json:
        """Return the second signer, with the PIN still to be put in."""
        badge = narrow(self.badge.value)
        if not badge:
            raise Unsigned(Refused("badge_not_scanned", role=self.page.reader().role(self.role)), self.badge)
        if not self.pin.value:
            raise Unsigned(Refused("pin_not_typed", name=self.person["name"] if self.person else badge), self.pin)
        return {"as": self.role, "badge": badge}

    def forget(self) -> None:
        """Forget who it was."""
        self.badge.value = self.pin.value = ""
        self.person, self.known_as = None, ""

    def forget_pin(self) -> str:
        """Return the PIN and forget it."""
        typed, self.pin.value = self.pin.value.strip(), ""
        return typed

    def on_input_changed(self, message: Input.Changed) -> None:
        """A badge that is changed is nobody's until it is entered."""
        if message.input is self.badge and self.person is not None and narrow(message.value) != self.known_as:
            self.person = None
            self.page.draw_signers()

    def submitted(self, field: Input) -> None:
        """Look whose badge was typed; a PIN goes on as everywhere."""
        badge = narrow(self.badge.value)
        if field is self.badge and badge and self.person is None:
            self.page.house.work(self.page.take_badge(badge, self))
        else:
            super().submitted(field)

    def is_named(self, name: str) -> bool:
        """Tell whether this is the row of a person."""
        return self.person is not None and name in (self.person["name"], self.known_as)


class PaperRow(SignerRow):
    """Somebody who signed on paper: whose handwriting was seen, and on which copy."""

    def __init__(self, role: str) -> None:
        """Ask name and copy."""
        super().__init__(role, stamps=False)
        self.written, self.copy = Field(), Field()
        self.copy.styles.width = COPY_WIDTH

    def compose(self) -> ComposeResult:
        """Role, name, copy."""
        yield self.label
        yield self.written
        yield self.last
        yield self.copy

    def fields(self) -> list[Field]:
        """Return name and copy."""
        return [self.written, self.copy]

    def draw(self, reader: Reader, label: int) -> None:
        """Say what is asked."""
        super().draw(reader, label)
        self.written.styles.width = max(8, reader.width - label - COPY_WIDTH - 16)
        text = reader.say("sign.seen_on")
        self.last.styles.width = Content(shown(text)).cell_length + 2
        self.last.update(Content(f" {shown(text)}"))

    def signer(self) -> Json:
        """Return whose handwriting it was; raises Unsigned where name or copy is missing."""
        name, copy = self.written.value.strip(), narrow(self.copy.value)
        if not name:
            raise Unsigned(Refused("handwriting_missing", role=self.page.reader().role(self.role)), self.written)
        if not copy:
            raise Unsigned(Refused("handwriting_missing", role=self.page.reader().role(self.role)), self.copy)
        if copy.isascii() and copy.isdigit() and len(copy) <= 2:
            copy = self.page.copy_named(copy)
        return {"as": self.role, "paper": True, "name": name, "copy": copy}

    def forget(self) -> None:
        """Forget whose it was."""
        self.written.value = self.copy.value = ""

    def is_named(self, name: str) -> bool:
        """Tell whether this is the row of a person."""
        return name == self.written.value.strip()


def draw_pin_label(label: Static, reader: Reader) -> None:
    """Draw the word before a PIN."""
    text = f"{reader.say('sign.pin')} "
    label.styles.width = Content(text).cell_length
    label.update(Content(text))
