"""The menu: the other screens, the settings of this terminal, and the ways out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from screens.card import Reader
from screens.frame import ScanLine
from screens.further import Further, columns_in, further_at, further_lines, moved
from screens.keybar import Action
from screens.lettering import cut, fit, shown, stacked
from screens.textframe import TextFrame, by_keys

NAMED = 18
"""Cells for what a key is called; what it is for stands behind it."""


class MenuScreen(TextFrame):
    """Every key with what it is for, and below them the screens that have none."""

    BINDINGS: ClassVar[list[BindingType]] = by_keys("up", "down", "left", "right")
    DEFAULT_CSS: ClassVar[str] = "#menu { height: auto; }"

    def __init__(self) -> None:
        """Begin at the first of the screens without a key."""
        super().__init__()
        self.cursor = 0

    def body(self) -> ComposeResult:
        """The keys below each other."""
        yield Static("", id="menu", markup=False)

    def title_text(self) -> str:
        """Return what this screen is about."""
        return self.say("key.menu")

    def named(self) -> list[tuple[Action, str]]:
        """Return every key of the menu and the name of its words."""
        ways = {
            "stock": (2, self.show_stock), "registers": (3, self.show_registers), "printing": (4, self.show_prints),
            "late": (5, self.show_late), "look": (6, self.house.switch_look), "people": (7, self.show_people),
            "lock": (8, self.house.lock), "map": (9, self.show_map), "handover": (10, self.show_handover),
        }  # fmt: skip
        return [(Action(key, self.say(f"menu.{name}"), run), name) for name, (key, run) in ways.items()]

    def actions(self) -> list[Action]:
        """Return the keys of the menu."""
        return [action for action, _ in self.named()]

    def draw_body(self) -> None:
        """Draw every key with what it is for."""
        told = [(action, self.say(f"menu.{name}_for")) for action, name in self.named()]
        common = {1: "help", 11: "language", 12: "back"}
        told += [(action, self.say(f"menu.{common[action.key]}_for")) for action in self.all_actions() if action.key in common]
        reader = self.reader()
        lines = menu_lines(sorted(told, key=lambda each: each[0].key), reader)
        self.query_one("#menu", Static).update(stacked([*lines, *further_lines(self.further, self.cursor, reader)]))

    @property
    def further(self) -> list[Further]:
        """Return the screens without a key that belong to this desk; none once it is locked."""
        seat = self.house.seat
        return further_at(self.house.engine.site.factory.desks[seat.desk].kind) if seat else []

    def action_choose(self, key: str) -> None:
        """Go through the names; in a line that holds text, left and right stay with the text."""
        line = self.query_one(ScanLine)
        if line.value and key in ("left", "right"):
            line.action_cursor_left() if key == "left" else line.action_cursor_right()
            return
        self.cursor = moved(self.cursor, key, len(self.further), columns_in(self.text_width))
        self.redraw()

    async def enter(self) -> None:
        """Open the chosen screen."""
        if self.further:
            await self.app.push_screen(self.further[self.cursor].open())

    async def show_people(self) -> None:
        """Show what may be done with people and stock."""
        await self.house.desk.show_people()

    async def show_stock(self) -> None:
        """Show what lies where."""
        from screens.stock import StockScreen  # the other screens are loaded when they are asked for

        await self.app.push_screen(StockScreen())

    async def show_registers(self) -> None:
        """Show the documents of each form."""
        from screens.registers import RegisterScreen

        await self.app.push_screen(RegisterScreen())

    async def show_prints(self) -> None:
        """Show what is not on paper yet."""
        from screens.printing import PrintQueue

        await self.app.push_screen(PrintQueue())

    async def show_handover(self) -> None:
        """Show what is left to the next shift; from there one logs out."""
        from screens.handover import HandoverScreen

        await self.app.push_screen(HandoverScreen())

    async def show_late(self) -> None:
        """Show what is late or lost anywhere."""
        from screens.papermap import PaperMap

        await self.app.push_screen(PaperMap(late=True))

    async def show_map(self) -> None:
        """Show the paper of this desk."""
        from screens.papermap import PaperMap

        await self.app.push_screen(PaperMap())


def menu_lines(told: Sequence[tuple[Action, str]], reader: Reader) -> list[Content]:
    """Return each key, what it is called, and what it is for."""
    lines = [Content("")]
    for action, purpose in told:
        key = Content.styled(fit(f"F{action.key}", 4), "bold $accent")
        room = reader.width - NAMED - 6
        lines.append(
            Content.assemble(" ", key, fit(shown(action.title), NAMED), Content.styled(cut(shown(purpose), room), "$quiet"))
        )
    return lines
