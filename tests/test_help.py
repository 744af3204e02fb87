"""Help: the handbook on the screen, in the language of the moment; nothing in it is live."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

import pytest
from factory_floor import Floor
from rich.cells import cell_len
from terminal import Terminal, at

import data
from screens.handbook import sheet_of_page
from screens.help import HelpScreen, page_text

PAGES = [(language, name.removesuffix(".md")) for language in ("zh", "en") for name in data.names(f"handbook/{language}")]


def set_in(text: str, width: int = 77) -> list[str]:
    return [line.plain for line in sheet_of_page(text, width).lines]


@pytest.mark.parametrize("width", [40, 77, 137])
@pytest.mark.parametrize(("language", "name"), PAGES)
def test_every_page_fits_every_terminal(language: str, name: str, width: int) -> None:
    text = page_text(language, name)
    lines = set_in(text, width)
    assert max(map(cell_len, lines)) <= width
    assert all(line.isprintable() for line in lines)


def test_markup_and_links_of_a_page_are_text_and_nothing_else() -> None:
    text = "# A [b]head[/b]\n\n[@click=app.quit]OK[/] and [a page](errors.md), <b>raw</b>, ![x](http://a.b/c.png) [out](http://a.b)\n"
    sheet = sheet_of_page(text, 120)
    said = "\n".join(line.plain for line in sheet.lines)
    assert "A [b]head[/b]" in said
    assert "[@click=app.quit]OK[/]" in said
    assert "a page [1]" in said
    assert "<b>raw</b>" in said
    assert sheet.links == ["errors"]
    assert not any(span.style and "@click" in str(span.style) for line in sheet.lines for span in line.spans)


def test_a_table_stands_in_columns_where_there_is_room_and_below_each_other_where_not() -> None:
    text = f"| a | b | c |\n|---|---|---|\n| `x` | {'long text ' * 10}| {'other words ' * 10}|\n"
    wide, narrow = set_in(text, 100), set_in(text, 40)
    assert wide[0].split() == ["a", "b", "c"]
    assert narrow[0] == "x"
    assert narrow[1].startswith("  b: long text")
    assert max(map(cell_len, narrow)) <= 40


def test_lists_keep_their_marks_and_hang() -> None:
    lines = set_in("- " + "word " * 20 + "\n- two\n\n1. one\n2. two\n", 40)
    assert lines[0].startswith("- word")
    assert lines[1].startswith("  word")
    assert "- two" in lines and "1. one" in lines and "2. two" in lines


def test_f1_shows_the_page_of_the_desk_and_f12_leads_back(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f1")
        assert isinstance(terminal.frame, HelpScreen)
        assert "Finished goods store" in terminal.text.splitlines()[1]
        await terminal.press("f11")
        assert "成品库" in terminal.text.splitlines()[1]
        await terminal.press("f3", "f12", "f12")
        assert not isinstance(terminal.frame, HelpScreen)

    at(floor, "finished_store", story, "K1")


def test_the_number_of_a_link_opens_its_page_and_f12_the_page_before(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f1", "f3")
        await terminal.type("2\r")
        assert "Planning" in terminal.text.splitlines()[1]
        await terminal.press("f12")
        assert "The qdesk handbook" in terminal.text.splitlines()[1]

    at(floor, "finished_store", story, "K1")


def test_a_word_is_looked_for_and_enter_goes_on_to_the_next(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f1", "f2")
        await terminal.type("damaged\r")
        first = terminal.of("PageView").marked
        await terminal.press("enter")
        assert terminal.of("PageView").marked > first
        await terminal.type("no such word\r")
        assert "is not on this page" in terminal.said

    at(floor, "finished_store", story, "K1")


def test_the_row_of_a_refusal_is_shown_when_its_code_is_known(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.app.push_screen(HelpScreen("finished_store", "piece_foreign"))
        await terminal.press("f2")
        assert "piece_foreign" in "".join(terminal.text.splitlines()[1:6])

    at(floor, "finished_store", story, "K1")


def test_a_page_that_there_is_not_is_the_contents() -> None:
    assert page_text("en", "../../words/en") == page_text("en", "index") == data.read("handbook/en/index.md")


def test_help_before_anybody_has_logged_in_takes_no_paper(floor: Floor) -> None:
    floor.play("plan")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f1")
        await terminal.scan(floor.code(3))
        assert isinstance(terminal.frame, HelpScreen)
        assert "log" in terminal.said.lower()

    at(floor, "shop_dispatch", story)


def test_the_parser_of_the_pages_is_loaded_only_when_help_is_asked_for() -> None:
    async def loaded() -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "import sys, screens.help; print('markdown_it' in sys.modules)", stdout=asyncio.subprocess.PIPE,
            cwd=Path(data.__file__).parent.parent,
        )  # fmt: skip
        return (await process.communicate())[0].decode().strip()

    assert asyncio.run(loaded()) == "False"


def test_no_word_of_a_page_is_lost() -> None:
    text = page_text("en", "screens")
    words = set(re.findall(r"[A-Za-z]{4,}", text))
    said = " ".join(set_in(text))
    assert [word for word in words if word not in said] == []
