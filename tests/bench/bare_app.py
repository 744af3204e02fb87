"""The least a screen of this kind can cost: Textual alone, with the widgets of the login, painting as much text."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input, Static


class BareScreen(Screen[None]):
    """A title, some lines, two fields, a line for what happened, two lines of keys."""

    CSS = """
    #title, #row, #label, #status, Input { height: 1; border: none; }
    #title, #keys { background: $panel; padding: 0 1; }
    #keys { height: 2; }
    #body { height: 1fr; padding: 0 1; }
    #text { height: auto; }
    #label { width: auto; padding: 0 1; }
    #pin { width: 24; }
    #line { width: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """Put the parts below each other."""
        yield Static("a bare screen                                                           12:00", id="title", markup=False)
        with Vertical(id="body"):
            yield Static("\nOpening the files of the factory\n\nBadge: scan it\n\nPIN:", id="text", markup=False)
            yield Input("", id="pin", password=True, compact=True)
        with Horizontal(id="row"):
            yield Static("Badge", id="label", markup=False)
            yield Input("", id="line", compact=True)
        yield Static("", id="status", markup=False)
        yield Static("\nF11 中文  F12 End the program", id="keys", markup=False)

    def on_mount(self) -> None:
        """Put the cursor where something is typed."""
        self.query_one("#line").focus()


class BareApp(App[int]):
    """One screen and nothing else."""

    ENABLE_COMMAND_PALETTE = False

    def get_default_screen(self) -> Screen[None]:
        """Begin with the only screen."""
        return BareScreen()


def main() -> None:
    """Paint it until the terminal is closed."""
    BareApp().run(mouse=False)
