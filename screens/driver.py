"""What the terminal sends: read so that no byte of it, however broken, ends the program, and none is written down anywhere."""

from __future__ import annotations

import os
import selectors
import time
from codecs import getincrementaldecoder
from typing import TYPE_CHECKING

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Paste

if TYPE_CHECKING:
    from screens.app import DeskApp

AT_ONCE = 4096
LOOK_EVERY = 0.1
"""Seconds after which a lone Esc is known to be one, and the end is looked for."""
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
PASTE_BREAKS_OFF = 1.0
"""Seconds of silence in which a paste whose end never comes is over."""


class SteadyDriver(LinuxDriver):
    """The driver of Textual, but for reading: there a byte that is not UTF-8, or a number too large, is the end."""

    pasted: list[str] | None = None
    """What has come of a paste so far; a control character in it presses no key."""
    read_at = 0.0

    def run_input_thread(self) -> None:
        """Read what is typed until the program ends or the terminal is gone."""
        self.decode = getincrementaldecoder("utf-8")("replace").decode
        self.parser = XTermParser(debug=False)
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(LOOK_EVERY) and not self.read():
                    return
                self.look()

    def read(self) -> bool:
        """Take what has been typed; tell whether the terminal is still there, else have the program end."""
        try:
            typed = os.read(self.fileno, AT_ONCE)
        except OSError:
            typed = b""
        if typed:
            self.read_at = time.monotonic()
            self.take(self.decode(typed))
        else:
            app: DeskApp = self._app  # type: ignore[assignment]  # Textual's own type is any app
            app.call_later(app.end)
        return bool(typed)

    def take(self, text: str) -> None:
        """Give out keys and pastes in the order they came."""
        if self.pasted is None:
            typed, begins, text = text.partition(PASTE_BEGINS)
            self.feed(typed)
            if not begins:
                return
            self.pasted = []
        self.pasted.append(text)
        end = "".join(self.pasted[-2:]).rfind(PASTE_ENDS)  # the mark may have come in two parts
        if end >= 0:
            whole, _, rest = "".join(self.pasted).partition(PASTE_ENDS)
            self.end_paste(whole)
            self.take(rest)

    def end_paste(self, text: str) -> None:
        """Give out a paste as plain text."""
        self.pasted = None
        self.process_message(Paste("".join(letter for letter in text if letter.isprintable() or letter in "\r\n\t")))

    def look(self) -> None:
        """Give out what only silence makes whole: a lone Esc, and a paste that was broken off."""
        if self.pasted is None:
            self.feed("")
        elif time.monotonic() - self.read_at > PASTE_BREAKS_OFF:
            self.end_paste("".join(self.pasted))

    def feed(self, text: str) -> None:
        """Give out the keys in some text; what is no key of any terminal is passed over with what came with it."""
        try:
            for event in self.parser.feed(text) if text else self.parser.tick():
                self.process_message(event)
        except (ValueError, OverflowError):
            self.parser = XTermParser(debug=False)
