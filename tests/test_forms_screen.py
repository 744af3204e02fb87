"""Where more forms may be begun than there are keys, one key lists them all."""

from __future__ import annotations

import pytest
from factory_floor import Floor
from terminal import Terminal, at

from qdesk.desk.openings import openings
from screens.acting import ActScreen
from screens.entering import LinesEditor
from screens.forms import FormsScreen


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_of_a_store_is_listed_and_begun_with_enter(floor: Floor, language: str, size: tuple[int, int]) -> None:
    words = floor.site.languages[language]
    forms = openings(floor.site, floor.token("K1"), words)
    assert len(forms) > 5

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        assert isinstance(terminal.frame, FormsScreen)
        assert [form["step_title"] for form in forms if form["step_title"][:20] not in terminal.text] == []
        await terminal.press("end", "enter")
        page = terminal.frame
        assert isinstance(page, ActScreen) and page.intent.form == forms[-1]["form"]
        await terminal.press("f12")
        assert terminal.frame is terminal.app.screen_stack[0] or not isinstance(terminal.frame, FormsScreen)

    at(floor, "finished_store", story, "K1", language=language, size=size)


def test_a_form_is_found_by_its_words(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("damaged\r")
        await terminal.press("enter")
        page = terminal.frame
        assert isinstance(page, ActScreen) and page.intent.form == "damage_report"

    at(floor, "finished_store", story, "K1")


@pytest.mark.parametrize("way", ["all in order", "something is not"])
def test_each_way_a_form_can_begin_is_a_row_and_keeps_its_name_in_the_other_language(floor: Floor, way: str) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type(f"round {way}\r")
        await terminal.press("enter")
        page = terminal.frame
        assert isinstance(page, ActScreen) and page.intent.title == f"Go round the store: {way}"
        await terminal.press("f11")
        assert page.intent.title == {"all in order": "巡查库房: 完好", "something is not": "巡查库房: 有问题"}[way]
        assert page.intent.outcome == {"all in order": "in_order", "something is not": "not_in_order"}[way]

    at(floor, "finished_store", story, "K1")


def test_a_desk_with_few_forms_has_a_key_for_each(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        titles = [action.title for action in terminal.frame.actions() if 2 <= action.key < 7]
        assert titles == [form["step_title"] for form in openings(floor.site, floor.token("S1"), floor.site.languages["en"])]

    at(floor, "sales", story, "S1")


def test_a_bin_is_scanned_into_its_column_of_the_line_that_is_entered(floor: Floor) -> None:
    [(lot,)] = floor.rows("SELECT code FROM lots WHERE item = 'V-100'")
    floor.do("K1", "open_bin", case="", bin="A-01", place="finished_store", zone="product")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("damaged\r")
        await terminal.press("enter")
        await terminal.type("1\r雨后\r")
        for code in (lot, "A-01"):
            await terminal.scan(code)
        page = terminal.frame
        assert isinstance(page, ActScreen)
        [editor] = [each for each in page.questions if isinstance(each, LinesEditor)]
        entered = {column["name"]: field.value for column, field in zip(editor.columns, editor.entry, strict=True)}
        assert (entered["item"], entered["lot"], entered["bin"]) == ("V-100", lot, "A-01")
        await terminal.scan("finished_store")  # a whole store is no bin
        assert editor.entry[2].value == "A-01" and "finished_store is not asked for here" in terminal.said

    at(floor, "finished_store", story, "K1")
