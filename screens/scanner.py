"""Scans: told from typing by what they are, never by how fast they come, and handed to the screen whatever has the focus.

A scanner types. Told to send its AIM prefix (`]C1` before the code, Enter behind it) its scans are framed and never reach a
field. Without the prefix a scan is collected where no text field has the focus; in a field it is typed text, and `split_scan`
finds it there.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import Literal

from textual import events
from textual._time import get_time
from textual.message import Message
from textual.widgets import Input

from qdesk.scan import PIECE, kind_of
from screens.codes import action_of, character_of, command_of, plain_form, split_scan
from screens.keys import SerialKeys

How = Literal["framed", "stray", "paste", "typed"]

RETURN = "enter"
LINE_FEED = "ctrl+j"
END_OF_TEXT = "ctrl+c"
ENDS = {RETURN, END_OF_TEXT}
"""What a scanner may send behind a code; a line feed has become a return before."""
PREFIX_LENGTH = 3
PREFIX_BEGUN = re.compile(r"\][A-Za-z][0-9A-Za-z]?")


class Scanned(Message):
    """A whole scan, posted to the topmost screen; a screen that does not stop it leaves it to the App.

    `code` is as it was read (NFKC where it did not come framed), not yet judged: a control character in it is kept for the
    entry gate to refuse. `how` says which way it came; `time` is when it was read, also if it waited in line since.
    """

    def __init__(self, code: str, how: How) -> None:
        super().__init__()
        self.code = code
        self.how: How = how


class FrameDue(Message, bubble=False):
    """Says that a frame was silent for its time, behind all keys that had arrived by then."""

    def __init__(self, frame: ScanFrame, now: float) -> None:
        super().__init__()
        self.frame = frame
        self.time = now


class ScanFrame:
    """The keys since a `]` that may be a scan."""

    def __init__(self, first: events.Key) -> None:
        self.keys = [first]

    def takes(self, key: events.Key) -> bool:
        """Return whether a key goes on with the frame; once the prefix is whole, control characters do too."""
        character = character_of(key)
        if character is None or (self.is_begun() and key.key in ENDS):
            return False
        if self.is_begun():
            return True
        return PREFIX_BEGUN.fullmatch(self.text() + character) is not None

    def ends_with(self, key: events.Key) -> bool:
        """Return whether a key makes a scan of the frame; nothing but a prefix is not a scan."""
        return key.key in ENDS and len(self.keys) > PREFIX_LENGTH

    def is_begun(self) -> bool:
        """Return whether the prefix is whole."""
        return len(self.keys) >= PREFIX_LENGTH

    def text(self) -> str:
        """Return what was read so far."""
        return "".join(character_of(key) or "" for key in self.keys)

    def code(self) -> str:
        """Return what stands behind the prefix."""
        return self.text()[PREFIX_LENGTH:]

    def typed(self) -> list[events.Key]:
        """Return the keys to give to the focus after all; control keys of a broken scan must not press anything."""
        return [key for key in self.keys if not key.key.startswith("ctrl+")]


class DeskKeys(SerialKeys):
    """An App that takes scans whatever has the focus and posts each as `Scanned`, in order with the keys around it."""

    PATIENCE = 1.0
    """Seconds without a further key after which a `]` and what followed it were typed by a person."""
    STOOD_STILL = 0.25
    """Seconds a timer is late when the machine stood still, which says nothing about the scanner."""
    ONE_SCAN = 0.3
    """Seconds within which a scanner may send the same piece a second time for one pull of the trigger."""

    _scan_frame: ScanFrame | None = None
    _stray_text = ""
    _latest_scan: Scanned | None = None
    _after_return = False

    def now(self) -> float:
        """Return the time on the clock that keys are read by."""
        return get_time()

    def is_code(self, text: str) -> bool:
        """Return whether pasted text is a scan; the plain form is given, without blanks around it."""
        return kind_of(text) != "other" or command_of(text) is not None or action_of(text) != ""

    async def on_event(self, event: events.Event) -> None:
        """Forget what was typed at nothing once a person takes the mouse."""
        if isinstance(event, events.MouseDown):
            self._stray_text = ""
        await super().on_event(event)

    def _receive(self, event: events.Key | events.Paste) -> None:
        """Line up keys and whole scans; of CR and LF behind one scan only the first counts, alone LF is Enter."""
        line_feed_again = self._after_return and isinstance(event, events.Key) and event.key == LINE_FEED
        self._after_return = isinstance(event, events.Key) and event.key == RETURN
        if line_feed_again:
            return
        if isinstance(event, events.Paste):
            self._give_up_frame()
            self._receive_paste(event)
        else:
            self._receive_key(_return_for(event) if event.key == LINE_FEED else event)

    def _receive_paste(self, paste: events.Paste) -> None:
        """Line up the scan a paste is, or the scans if every line is one; anything else goes to the focus as it came."""
        lines = [line.strip() for line in unicodedata.normalize("NFKC", paste.text).splitlines() if line.strip()]
        if not lines or not all(self.is_code(line) for line in lines):
            self._line_up(paste)
            return
        for line in lines:
            self._line_up(_scan_at(paste, line, "paste"))

    def _receive_key(self, key: events.Key) -> None:
        frame = self._scan_frame
        if frame is None:
            if character_of(key) == "]":
                self._open_frame(key)
            else:
                self._line_up(key)
        elif frame.takes(key):
            frame.keys.append(key)
        elif frame.ends_with(key):
            self._scan_frame = None
            self._line_up(_scan_at(key, frame.code(), "framed"))
        else:
            self._give_up_frame()
            self._receive_key(key)

    def _open_frame(self, key: events.Key) -> None:
        self._scan_frame = frame = ScanFrame(key)
        self._look_at_frame_in(self.PATIENCE, frame)

    def _give_up_frame(self) -> None:
        """Line up what was kept back: a person typed it, or the scan broke off."""
        frame, self._scan_frame = self._scan_frame, None
        for key in frame.typed() if frame else ():
            self._line_up(key)

    def _look_at_frame_in(self, seconds: float, frame: ScanFrame) -> None:
        asyncio.get_running_loop().call_later(seconds, self._look_at_frame, frame, self.now() + seconds)

    def _look_at_frame(self, frame: ScanFrame, planned: float) -> None:
        if frame is not self._scan_frame or not self.is_running:
            return
        if self.now() - planned > self.STOOD_STILL:
            self._look_at_frame_in(self.PATIENCE, frame)
        else:
            self.post_message(FrameDue(frame, self.now()))

    async def _on_frame_due(self, due: FrameDue) -> None:
        if due.frame is not self._scan_frame:
            return
        silent = due.time - due.frame.keys[-1].time
        if silent < self.PATIENCE:
            self._look_at_frame_in(self.PATIENCE - silent, due.frame)
        else:
            self._give_up_frame()
            await self._go_on()

    async def _give_out(self, item: Message) -> None:
        """Give scans to the screen, collect what is typed at nothing, and let everything else go its way."""
        if isinstance(item, Scanned):
            self._stray_text = ""
            self._post_scan(item)
        elif not (isinstance(item, events.Key) and self._collect(item)):
            self._stray_text = ""
            await super()._give_out(item)

    def _collect(self, key: events.Key) -> bool:
        """Keep a printable key that no text field has asked for; the Enter behind such keys ends a scan and presses nothing.

        A scan begun so is collected to its end, even if a field gets the focus meanwhile: its rest would look like a quantity.
        """
        if self._stray_text and key.key in ENDS:
            self._finish_stray(key)
            return True
        if not (self._stray_text or self._outside_text_fields()):
            return False
        character = character_of(key)
        if key.is_printable or (self._stray_text and key.key.startswith("ctrl+")):
            self._stray_text += character or ""
            return True
        return False

    def _finish_stray(self, end: events.Key) -> None:
        text, self._stray_text = self._stray_text, ""
        code = split_scan(text)[1] or plain_form(text)
        if code:
            self._post_scan(_scan_at(end, code, "stray"))

    def _outside_text_fields(self) -> bool:
        focused = self.focused
        if isinstance(focused, Input):
            return False
        from textual.widgets import TextArea  # slow to import, and most desks have none

        return not isinstance(focused, TextArea)

    def _post_scan(self, scan: Scanned) -> None:
        """Post a scan to the topmost screen, unless it is the same piece read twice by one pull of the trigger."""
        before, self._latest_scan = self._latest_scan, scan
        twice = before is not None and before.code == scan.code and abs(scan.time - before.time) <= self.ONE_SCAN
        if twice and PIECE.fullmatch(scan.code):
            return
        if not self.screen.post_message(scan):
            self.post_message(scan)


def _return_for(key: events.Key) -> events.Key:
    """Return Enter in place of a line feed: a scan read before the terminal was ready ends so."""
    enter = events.Key(RETURN, "\r")
    enter.time = key.time
    return enter


def _scan_at(event: events.Event, code: str, how: How) -> Scanned:
    scan = Scanned(code, how)
    scan.time = event.time
    return scan
