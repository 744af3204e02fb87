"""The frame of every screen: title, body, scan line, what happened, and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from qdesk.errors import Refused
from qdesk.scan import names_nothing, without_pin
from screens.codes import action_of, command_of, split_scan
from screens.faults import Guarded
from screens.fields import PinField
from screens.keybar import Action, KeyBar
from screens.lettering import cut, plain, shown, stacked, styled
from screens.scanner import Scanned

if TYPE_CHECKING:
    from screens.actions import ActionCard
    from screens.app import DeskApp

MARKS = {"told": ("=", "bold $success"), "refused": ("!", "bold $error"), "hint": ("-", "$quiet")}


class StatusLine(Static):
    """What happened last: one line, and under it every reason when something was refused."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__("", markup=False)
        self.said = ""
        self.working = False

    def say(self, text: str, kind: str = "told", reasons: Sequence[str] = ()) -> None:
        """Say something; `kind` is told, refused or hint, and is seen without colour by its mark."""
        mark, style = MARKS[kind]
        self.said = "\n".join([text, *reasons])
        self.working = False
        lines = [Content.assemble(Content.styled(f"{mark} ", style), Content.styled(shown(text), style))]
        lines += [plain("   ·", reason) if self.app.theme != "plain" else plain("   -", reason) for reason in reasons]
        self.update(stacked(lines))


    def work(self, text: str) -> None:
        """Say that something takes a moment, without forgetting what was said before."""
        self.working = True
        self.update(styled(f"{MARKS['hint'][0]} {shown(text)}", MARKS["hint"][1]))

    def rest(self) -> None:
        """Say nothing more of work that said nothing itself."""
        if self.working:
            self.working = False
            self.update("")


class ScanLine(Input):
    """Where codes are typed or scanned; a framed scan never comes here, it goes straight to the screen."""

    def __init__(self) -> None:
        """Start empty; completion and validation are not wanted here."""
        super().__init__(id="scan", compact=True, select_on_focus=False)


class Frame(Guarded, Screen[None]):
    """One full-size screen: what it shows is its body, what its keys do are its actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = ""
    refused = ""
    """The code of what was refused last, which help goes to."""
    put_away = False
    """Whether this screen is never to be seen again, though it may come to the top once more while others are taken down."""
    outlived = False
    """Whether another process has changed the database since this screen was drawn."""

    @property
    def house(self) -> DeskApp:
        """Return the app, by its own type."""
        return cast("DeskApp", self.app)

    def say(self, key: str, /, **arguments: object) -> str:
        """Return a sentence of the screens in the language of the moment."""
        return self.house.words.say(key, **arguments)

    def compose(self) -> ComposeResult:
        """Put the parts below each other."""
        yield Static("", id="title", markup=False)
        if self.house.guide is not None:
            yield self.house.guide.panel()
        with Vertical(id="body"):
            yield from self.body()
        with Horizontal(id="scan-row"):
            yield Static("", id="scan-label", markup=False)
            yield ScanLine()
        yield StatusLine()
        yield KeyBar()

    def body(self) -> ComposeResult:
        """Return what stands between the title and the scan line."""
        yield from ()

    def title_text(self) -> str:
        """Return what this screen is about."""
        return ""

    def actions(self) -> list[Action]:
        """Return what the keys do now; those of every screen are added by `all_actions`."""
        return []

    def all_actions(self) -> list[Action]:
        """Return every key: help, map, menu, language and the way back stand on each screen, unless it says otherwise."""
        own = self.actions()
        common = [
            Action(1, self.say("key.help"), self.help),
            Action(11, self.say("key.language"), self.house.switch_language),
            Action(12, self.say("key.back"), self.back),
        ]
        taken = {action.key for action in own}
        return own + [action for action in common if action.key not in taken]

    def on_mount(self) -> None:
        """Draw for the first time; the focus is set at once, not later when a screen may have sent it elsewhere."""
        self.redraw()
        self.set_focus(self.query_one(ScanLine))

    def on_screen_resume(self) -> None:
        """Draw again what may have changed while another screen was shown."""
        if self.is_mounted:
            self.redraw()

    def on_unmount(self) -> None:
        """Let Textual forget how this screen was painted: one cache of its own would keep the last thousand widgets whole."""
        StylesCache.get_inner_outer.cache_clear()

    def redraw(self) -> None:
        """Draw everything in the language and look of the moment; nothing while the screen is being taken down."""
        if self.put_away or not (self.query("#title") and self.query(KeyBar)):  # the first of its parts and the last
            return
        self.set_class(self.app.theme == "plain", "-plain")
        self.query_one("#scan-label", Static).update(plain(self.say("screen.scan")))
        self.draw_title()
        self.draw_body()
        self.show_keys()

    def draw_title(self) -> None:
        """Draw the title line: desk and subject on the left, who sits here and the time on the right."""
        seat, width = self.house.seat, self.app.size.width
        right = "  ".join(part for part in (shown(seat.name) if seat else "", self.house.time_of_day()) if part)
        left = "  ".join(part for part in (self.house.desk_title(), self.title_text()) if part)
        space = max(1, width - 2 - Content(right).cell_length)
        left = cut(shown(left), space - 1)
        for title in self.query("#title").results(Static):  # none while the screen is being taken down
            title.update(plain(left + " " * (space - Content(left).cell_length) + right))

    def draw_body(self) -> None:
        """Draw the body again; a screen with data of its own does it here."""

    def show_keys(self) -> None:
        """Draw the key bar again."""
        self.query_one(KeyBar).show(self.all_actions())
        if self.house.guide is not None:
            self.house.guide.show(self)

    def tell(self, text: str, kind: str = "told", reasons: Sequence[str] = ()) -> None:
        """Say what happened; what was refused before is answered for."""
        self.refused = ""
        for line in self.query(StatusLine):  # none while the screen is being taken down
            line.say(text, kind, reasons)

    def show_working(self, text: str) -> None:
        """Say that something takes a moment; an empty text takes that back."""
        for line in self.query(StatusLine):
            if text:
                line.work(text)
            else:
                line.rest()

    def refuse(self, refused: Refused) -> None:
        """Say a refusal with all its reasons, and ring twice."""
        words = self.house.words
        if names_nothing(refused.code):
            told = {name: without_pin(value) if isinstance(value, str) else value for name, value in refused.arguments.items()}
            refused = Refused(refused.code, refused.because, **told)
        self.tell(words.refusal(refused), "refused", [self.house.reason_text(each) for each in refused.because])
        self.refused = refused.code
        self.house.ring(2)

    @property
    def said(self) -> str:
        """Return what the status line says now."""
        return self.query_one(StatusLine).said

    # Keys and scans

    def press(self, number: int) -> None:
        """Do what an F-key says, if it says anything here."""
        for action in self.all_actions():
            if action.key == number:
                self.house.work(action.run())
                return
        self.app.bell()

    def on_scanned(self, message: Scanned) -> None:
        """Answer a scan, whatever had the focus."""
        message.stop()
        self.scanned(message.code)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Take what was typed in the scan line; fields of a screen judge their own text."""
        if not isinstance(message.input, ScanLine):
            return
        message.stop()
        text, message.input.value = message.value.strip(), ""
        before, code = split_scan(text)
        self.scanned(code if code and not before else text)

    def scanned(self, code: str) -> None:
        """Give a code its meaning: the second way for an F-key, nothing at all, or something to be presented."""
        number = command_of(code)
        if self.house.guide is not None and self.house.guide.takes(code):
            self.house.work(self.house.guide.answer(self))
        elif number is not None:
            self.press(number)
        elif action_of(code) and self.house.seat is not None:
            self.house.work(self.take_action(action_of(code)))
        elif code:
            self.house.work(self.take(code))
        else:
            self.house.work(self.enter())

    async def take(self, code: str) -> None:
        """Answer a code; a screen that only shows something goes back to the desk, which presents it."""
        await self.house.to_desk()
        self.house.frame.scanned(code)

    async def take_action(self, code: str) -> None:
        """Answer an action card: the one that means "back" works on every screen, the others where a paper lies."""
        from screens.actions import find_action  # read with the first card

        action = await find_action(self.house, code)
        if action.outcomes or action.steps:
            await self.do_action(action)
        else:
            await self.leave_page()

    async def leave_page(self) -> None:
        """Go back as the action card says: from this page, and no further."""
        await self.back()

    async def do_action(self, action: ActionCard) -> None:
        """Do what an action card says, where that can be done."""
        raise Refused("action_needs_paper", name=action.title)

    async def enter(self) -> None:
        """Do what Enter means on an empty scan line: nothing, unless a list has a row to be opened."""

    def action_page(self, direction: int) -> None:
        """Scroll the body by a page."""
        body = self.query_one("#body")
        body.scroll_relative(y=direction * max(1, body.size.height - 1), animate=False)

    async def help(self) -> None:
        """Show the page of the handbook that is about this screen."""
        await self.house.show_help(self.help_page(), self.refused)

    def help_page(self) -> str:
        """Return the name of the handbook page for this screen."""
        return "screens"

    async def back(self) -> None:
        """Go back to the screen before; the first one stays."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def drop_pins(self) -> None:
        """Forget a PIN that was typed and not entered: somebody has gone away."""
        for field in self.query(PinField):
            field.value = ""

    async def leave(self) -> None:
        """Keep what was typed, but no PIN: the desk locks, or the program ends."""
        self.drop_pins()

    async def changed(self) -> None:
        """Another desk has changed something: show it anew."""
