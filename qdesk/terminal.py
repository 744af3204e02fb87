"""The terminal this program was started in: whether somebody sits there, what it can show, and the screens opened in it."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from qdesk.errors import Because, Refused
from qdesk.words import Words

LOOKS = ("light", "dark", "plain")
MANY_COLOURS = ("truecolor", "24bit")
DEVELOPERS = ("TEXTUAL", "TEXTUAL_DEBUG", "TEXTUAL_LOG", "TEXTUAL_PRESS", "TEXTUAL_SCREENSHOT", "TEXTUAL_SHOW_RETURN")


def use_utf8() -> None:
    """Speak UTF-8 whatever the terminal says: Chinese must never end a program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def on_a_terminal() -> bool:
    """Tell whether somebody sits at a terminal; keys come from standard input, the screens are drawn on standard error."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def is_dumb() -> bool:
    """Tell whether the terminal cannot place the cursor, so that no screen can be drawn on it."""
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown")


def has_few_colours() -> bool:
    """Tell whether the terminal says of itself that it has no more than sixteen colours."""
    if sys.platform == "win32" or os.environ.get("COLORTERM", "").strip().lower() in MANY_COLOURS:
        return False
    return not os.environ.get("TERM", "").lower().endswith(("256color", "-direct", "kitty"))


def look_for(wanted: str) -> str:
    """Return the look: asked for, plain where there are few colours or none are wanted, the environment's, light."""
    if wanted:
        return wanted
    if os.environ.get("NO_COLOR") or has_few_colours():
        return "plain"
    usual = os.environ.get("QDESK_LOOK", "")
    return usual if usual in LOOKS else LOOKS[0]


def write_no_keys_down() -> None:
    """Forget what would have Textual write down every key, and so every PIN, or press keys by itself; before it is loaded."""
    for name in DEVELOPERS:
        os.environ.pop(name, None)


def open_desk(folder: Path, desk: str, language: str, look: str) -> int:
    """Open the screens at a desk until somebody leaves or the program is told to end.

    Raises Refused before any screen: terminal_missing, terminal_dumb, site_uninitialised; what else is wrong with a site is shown
    on the first screen.
    """
    if not on_a_terminal():
        raise Refused("terminal_missing")
    if is_dumb():
        raise Refused("terminal_dumb", kind=os.environ["TERM"])
    if not (folder / "site.toml").is_file():
        raise Refused("site_uninitialised", [Because("cli.begin")], folder=str(folder.resolve()))
    write_no_keys_down()
    from screens.app import Opening, run  # Textual is loaded by nothing else

    wanted = desk or os.environ.get("QDESK_DESK", "")
    return run(Opening(folder, desk=wanted, language=language, look=look_for(look)))


def can_be_guided() -> bool:
    """Tell whether the guided demo can be shown here; where not, its story is told."""
    return on_a_terminal() and not is_dumb()


def open_guided(site: Path | None, language: str, look: str) -> int:
    """Make the demo factory, open its desks with the guide, and clear it away where it was made for this only."""
    write_no_keys_down()
    from qdesk.demo import guided_factory
    from screens.app import Opening, run

    with guided_factory(site, language) as folder:
        code = run(Opening(folder, language=language, look=look_for(look), guided=True))
    with contextlib.suppress(OSError):  # the terminal may have been closed
        print(Words.load(language).say("cli.demo_kept" if site else "cli.demo_over", folder=str(folder)), flush=True)
    return code
