"""The banner of the gate: told apart by shape, in grey, in sixteen colours and without any; whole in every size."""

from __future__ import annotations

import asyncio
from itertools import combinations, pairwise
from typing import Any

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import Monochrome, NoColor

from qdesk.words import LANGUAGES, Words
from screens.app import DeskApp
from screens.gate_banner import GateBanner
from screens.gate_picture import ALARMS, HATCHINGS, HOLD, INK, RELEASE, STOP, Sign, bitmaps, inked, picture
from screens.gate_words import AGAIN, advice_of, reasons_of, rings_of, sign_of
from screens.look import DARK, LIGHT, LOOKS, THEMES

TOLD = [
    {"verdict": RELEASE, "kind": "released", "arguments": {}},
    *({"verdict": STOP, "kind": kind, "arguments": {}} for kind in HATCHINGS),
    *({"verdict": HOLD, "kind": kind, "arguments": {}} for kind in (*AGAIN, "by_guard")),
]
THREE = (Sign(RELEASE, "released", "放行", ""), Sign(STOP, "used", "拒绝", ""), Sign(HOLD, "held", "扣留", ""))
SIZES = ((80, 17), (140, 33), (79, 14), (40, 12), (24, 7), (23, 5), (8, 2), (1, 1), (210, 60))


def signs(language: str) -> list[Sign]:
    """Every sign there is, in one language."""
    words, other = Words.load(language), Words.load(next(each for each in LANGUAGES if each != language))
    return [sign_of(told, words, other) for told in TOLD]


def ink(sign: Sign, width: int, height: int) -> set[tuple[int, int]]:
    """Where a sign has ink."""
    rows = picture(sign, width, height)
    return {(x, y) for y, (row, text) in enumerate(rows) if not text for x, cell in enumerate(row) if cell == INK}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sign_fills_every_size_exactly(language: str, size: tuple[int, int]) -> None:
    for sign in signs(language):
        rows = picture(sign, *size)
        assert len(rows) == size[1]
        assert {cell_len(row) for row, _ in rows} == {size[0]}


@pytest.mark.parametrize(("width", "height"), [(80, 16), (80, 12), (140, 33)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_drawn_wherever_there_is_room(language: str, width: int, height: int) -> None:
    for sign in signs(language):
        assert not any(text for _, text in picture(sign, width, height)), sign


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_no_room_the_word_is_written(language: str) -> None:
    for sign in signs(language):
        rows = picture(sign, 23, 5)
        assert any(text and sign.word in row for row, text in rows)


@pytest.mark.parametrize(("width", "height"), [(80, 17), (80, 14), (140, 33)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_signs_look_alike_without_colour(language: str, width: int, height: int) -> None:
    drawn = {sign: ink(sign, width, height) for sign in signs(language)}
    for one, other in combinations(drawn, 2):
        if one.verdict == other.verdict == HOLD:  # why it waits is read, not seen
            continue
        assert len(drawn[one] ^ drawn[other]) >= 60, (one, other)


def test_each_kind_of_stop_has_a_picture_and_an_edge_of_its_own() -> None:
    edges = {kind: frozenset((x, y) for x in range(3) for y in range(16) if HATCHINGS[kind](x, y)) for kind in HATCHINGS}
    assert len(set(edges.values())) == len(edges)
    drawn = bitmaps()["pictures"]
    assert set(drawn) == {"released", "emergency", "by_guard", *HATCHINGS}
    assert len({drawn[kind] for kind in HATCHINGS}) == len(HATCHINGS)


@pytest.mark.parametrize("size", [(80, 17), (140, 33)])
def test_a_release_has_no_edge_a_stop_and_a_hold_have_one(size: tuple[int, int]) -> None:
    for sign in signs("zh"):
        sides = {(x, y) for x, y in ink(sign, *size) if x < 2 or x >= size[0] - 2}
        assert bool(sides) == (sign.verdict != RELEASE)
        if sign.verdict == HOLD:
            assert {x for x, _ in sides} == {0, 1, size[0] - 2, size[0] - 1}
            assert len(sides) == 4 * size[1]


def test_the_line_round_a_hold_is_double_and_unbroken() -> None:
    sign = Sign(HOLD, "by_guard", "HOLD", "GUARD")
    assert [inked(sign, x, 5, 20) for x in range(4)] == [True, False, True, False]
    assert inked(sign, 1, 0, 20)


def test_bitmaps_are_whole_and_square_where_they_are_characters() -> None:
    tables = bitmaps()
    sizes = {
        "characters_16": (16, 16), "characters_12": (12, 12), "characters_narrow": (16, 12), "pictures": (16, 16),
        "pictures_small": (10, 10),
    }  # fmt: skip
    for name, size in sizes.items():
        drawn = [each.split("\n") for each in tables[name].values()]
        assert {(len(rows), len(row)) for rows in drawn for row in rows} == {size}
    assert set(tables["pictures"]) == set(tables["pictures_small"])
    assert set(tables["characters_12"]) == set(tables["characters_16"]) > set(tables["characters_narrow"])
    letters = [each.split("\n") for each in tables["letters"].values()]
    assert all(len(rows) == 7 and len({len(row) for row in rows}) == 1 for rows in letters)
    assert set("".join("".join(each.values()) for each in tables.values())) == {"#", ".", "\n"}
    assert len(set(tables["letters"].values())) == len(tables["letters"])


def test_in_grey_the_three_grounds_are_far_apart_and_ink_stands_out_on_each() -> None:
    for theme in (LIGHT, DARK):
        grounds = {verdict: Color.parse(theme.variables[verdict]) for verdict in (RELEASE, STOP, HOLD)}
        greys = sorted(ground.brightness for ground in grounds.values())
        assert all(darker + 0.25 < lighter for darker, lighter in pairwise(greys))
        for verdict, ground in grounds.items():
            assert contrast(ground, Color.parse(theme.variables[f"{verdict}-ink"])) >= 7
    assert (LIGHT.variables["release"], LIGHT.variables["stop"]) == ("#0b3d91", "#ffb000")


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, as WCAG has it."""
    dark, light = sorted(luminance(each) for each in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    """How light a colour is."""
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


class Shown(App[None]):
    """The banner alone, in a look of the house."""

    CSS_PATH = DeskApp.CSS_PATH

    def __init__(self, sign: Sign, look: str) -> None:
        super().__init__()
        if self.no_color:
            self._filters = [NoColor() if isinstance(each, Monochrome) else each for each in self._filters]
        for theme in THEMES:
            self.register_theme(theme)
        self.theme, self.sign = look, sign

    def compose(self) -> ComposeResult:
        yield GateBanner()

    def on_mount(self) -> None:
        self.query_one(GateBanner).show(self.sign)


def painted(sign: Sign, look: str) -> list[list[Style]]:
    """How each cell of a banner over a whole terminal is painted."""

    async def paint() -> list[list[Style]]:
        async with Shown(sign, look).run_test(size=(80, 16)) as pilot:
            await pilot.pause()
            strips = pilot.app.screen._compositor.render_strips()
            assert all(set(segment.text) == {" "} for strip in strips for segment in strip), "no glyph is needed"
            return [[segment.style or Style() for segment in strip for _ in segment.text] for strip in strips]

    return asyncio.run(paint())


@pytest.mark.parametrize("sign", THREE, ids=lambda sign: str(sign.verdict))
def test_without_colours_ink_and_ground_differ_by_reverse_video(monkeypatch: pytest.MonkeyPatch, sign: Sign) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    cells = painted(sign, "plain")
    assert all(style.color is None or style.color.is_default for row in cells for style in row)
    assert all(style.bgcolor is None or style.bgcolor.is_default for row in cells for style in row)
    turned = {(x, y) for y, row in enumerate(cells) for x, style in enumerate(row) if style.reverse}
    everything = {(x, y) for y in range(16) for x in range(80)}
    assert turned == (everything - ink(sign, 80, 16) if sign.verdict == STOP else ink(sign, 80, 16))


@pytest.mark.parametrize("sign", THREE, ids=lambda sign: str(sign.verdict))
@pytest.mark.parametrize("look", LOOKS)
def test_every_look_paints_ink_and_ground_in_its_own_two_colours(sign: Sign, look: str) -> None:
    cells, inked_cells = painted(sign, look), ink(sign, 80, 16)
    colours: dict[bool, set[Any]] = {True: set(), False: set()}
    for y, row in enumerate(cells):
        for x, style in enumerate(row):
            colours[(x, y) in inked_cells].add(style.color if style.reverse else style.bgcolor)
    assert len(colours[True]) == len(colours[False]) == 1
    assert colours[True] != colours[False]
    if look == "plain":
        assert all(colour.type.name == "STANDARD" for colour in colours[True] | colours[False])


def test_the_bell_tells_the_answers_apart_too() -> None:
    rings = {told["kind"]: rings_of(told) for told in TOLD if told["verdict"] == STOP}
    assert {rings[kind] for kind in ALARMS} == {5}
    assert {number for kind, number in rings.items() if kind not in ALARMS} == {2}
    assert [rings_of({"verdict": verdict, "kind": "by_guard"}) for verdict in (RELEASE, HOLD)] == [1, 3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_the_gate_has_its_reason_and_its_advice(language: str) -> None:
    words = Words.load(language)
    names = ("pass", "plate", "count", "at", "desk", "since", "why", "valid", "valid_until", "gate", "step", "code", "document")
    for told in TOLD:
        full = dict.fromkeys([*names, "released_plate", "on_pass_plate", "on_pass_count"], "X")
        for arguments in (full, {}):
            said = [*reasons_of({**told, "arguments": arguments}, words), advice_of(told, words)]
            assert all(text and "[gate." not in text and "{" not in text for text in said), said


def test_a_kind_nobody_has_written_of_is_still_an_answer(words: Words) -> None:
    told = {"verdict": STOP, "kind": "never_heard_of", "arguments": {}}
    sign = sign_of(told, words, None)
    assert (sign.word, sign.second) == (words.say("gate.word_stop"), "")
    assert not any(text for _, text in picture(sign, 80, 16))
    assert reasons_of(told, words)
    assert advice_of(told, words)
