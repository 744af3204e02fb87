"""The look: one quiet design in three themes; plain is for old terminals and for those who see no colours."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.theme import BUILTIN_THEMES, Theme

LOOKS = ("light", "dark", "plain")

BANNER = {
    "release": "#0b3d91", "release-ink": "#ffffff", "stop": "#ffb000", "stop-ink": "#000000", 
    "hold": "#ffffff", "hold-ink": "#000000",
}  # fmt: skip
"""The gate's answers look the same in every theme: dark blue, amber and white are told apart by everybody, and in grey."""

LIGHT = Theme(
    name="light",
    primary="#1f4e79",
    secondary="#4a5d73",
    warning="#8a4b00",
    error="#a1260d",
    success="#1b5e3a",
    accent="#1f4e79",
    foreground="#1a1f24",
    background="#fbfaf7",
    surface="#f1efe9",
    panel="#e4e1d8",
    dark=False,
    variables={"ink": "#000000", "sheet": "#ffffff", "quiet": "#5d6670", **BANNER},
)
DARK = Theme(
    name="dark",
    primary="#8ab4d8",
    secondary="#9fb0bf",
    warning="#e6b35c",
    error="#f08a72",
    success="#86c79b",
    accent="#8ab4d8",
    foreground="#e3e6e8",
    background="#14181c",
    surface="#1c2227",
    panel="#2a3239",
    dark=True,
    variables={"ink": "#000000", "sheet": "#d8d8d8", "quiet": "#95a1ab", **BANNER},
)
PLAIN = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="plain",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "input-cursor-text-style": "reverse",
        "ink": "ansi_black",
        "sheet": "ansi_white",
        "quiet": "ansi_default",
        "release": "ansi_blue",
        "release-ink": "ansi_bright_white",
        "stop": "ansi_bright_yellow",
        "stop-ink": "ansi_black",
        "hold": "ansi_bright_white",
        "hold-ink": "ansi_black",
    },
)
"""Sixteen colours of the terminal's own; with NO_COLOR none."""
THEMES = (LIGHT, DARK, PLAIN)


class WholeCells(ScrollBarRender):
    """A scroll bar of whole cells: part-filled blocks are of ambiguous width, and no old terminal has them."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


ScrollBar.renderer = WholeCells
