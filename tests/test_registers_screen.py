"""The registers, played by keys on the real app."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest
from factory_floor import WITH_PARTS, Floor
from terminal import Terminal, at

from qdesk.exporting import TableFile
from qdesk.registers import forms_of
from qdesk.words import Words
from screens.filtering import FilterScreen
from screens.registers import RegisterScreen


async def open_registers(terminal: Terminal) -> None:
    await terminal.press("f10", "f3")
    assert isinstance(terminal.frame, RegisterScreen)


def serials(terminal: Terminal) -> list[str]:
    return re.findall(r"^ [> ] ([A-Z]+26-[0-9]{6})", terminal.text, re.MULTILINE)


def test_a_register_lists_the_documents_of_a_form_newest_first(floor: Floor) -> None:
    cases = [floor.apply(quantity="1") for _ in range(3)]

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        assert serials(terminal) == cases[::-1]
        assert "Acme" in terminal.text and "open" in terminal.text

    at(floor, "sales", story, "S1")


def test_an_ended_case_and_a_void_document_say_so(floor: Floor) -> None:
    floor.play("return_closing_copy")
    floor.apply()
    floor.do("S1", "reverse", act=floor.rows("SELECT MAX(seq) FROM acts WHERE step = 'apply'")[0][0], reason="typed wrong")

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        lines = [line for line in terminal.text.splitlines() if "26-0000" in line]
        assert "void" in lines[0]
        assert "Completed" in lines[1]

    at(floor, "sales", story, "S1")


def test_f2_turns_to_the_next_form_and_f3_to_the_one_before(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        count = len(forms_of(floor.site, floor.site.words))
        found = []
        for _ in range(count):
            found += serials(terminal)
            await terminal.press("f2")
        assert found[0] == floor.parts and sorted(found) == sorted([floor.parts, floor.case])
        await terminal.press("f3", "f2")
        assert serials(terminal) == [floor.parts]

    at(floor, "valve_shop", story, "R1")


BEGINNINGS = [("valve_shop", "R1", "parts"), ("sales", "S1", "case"), ("quality", "Q1", "parts")]


@pytest.mark.parametrize(("desk", "who", "first"), BEGINNINGS)
def test_a_desk_begins_with_what_it_writes_itself_and_any_other_with_the_newest(
    floor: Floor, desk: str, who: str, first: str
) -> None:
    floor.play("open_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        assert serials(terminal) == [getattr(floor, first)]

    at(floor, desk, story, who)


def test_a_word_looks_through_every_field_and_enter_opens_the_chosen_document(floor: Floor) -> None:
    wanted = floor.apply(quantity="1", fields={"customer": "海河[b]机械[/b]"})
    floor.apply(quantity="1", fields={"customer": "北方石化"})

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        assert "海河[b]机械[/b]" in terminal.text
        await terminal.type("海河\r")
        assert serials(terminal) == [wanted]
        await terminal.press("enter")
        assert wanted in terminal.said
        assert len(terminal.app.screen_stack) == 2

    at(floor, "sales", story, "S1")


def test_a_serial_that_is_typed_goes_to_the_desk_as_everywhere(floor: Floor) -> None:
    case = floor.apply()

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await terminal.type(f"{case}\r")
        assert len(terminal.app.screen_stack) == 2
        assert case in terminal.said

    at(floor, "sales", story, "S1")


def test_down_goes_on_to_the_next_page(floor: Floor) -> None:
    cases = [floor.apply(quantity="1") for _ in range(52)]

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await terminal.press(*["pagedown"] * 4)
        assert f"> {cases[0]}" in terminal.text
        assert "Row 52 of 52" in terminal.text
        await terminal.press("home")
        assert f"> {cases[-1]}" in terminal.text

    at(floor, "sales", story, "S1")


def test_a_document_that_another_desk_writes_comes_into_the_list(floor: Floor) -> None:
    first = floor.apply(quantity="1")

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        second = floor.apply(quantity="1")
        await terminal.frame.changed()
        assert serials(terminal) == [second, first]
        assert f"> {first}" in terminal.text

    at(floor, "sales", story, "S1")


def test_whoever_goes_back_while_the_list_is_asked_anew_breaks_nothing(floor: Floor) -> None:
    floor.apply(quantity="1")

    async def story(terminal: Terminal) -> None:
        for keys in ("f10 f3", "f10 f2", "f10 f4", "f10 f5", "f10 f9", "f2 f4"):
            await terminal.press(*keys.split())
            gone = threading.Event()
            terminal.app.thread.submit(gone.wait, 10)
            asked = asyncio.create_task(terminal.frame.changed())
            await asyncio.sleep(0)
            await terminal.app.pop_screen()
            assert not asked.done()
            gone.set()
            await asked
            await terminal.press("f12")
        assert "Something went wrong" not in terminal.text

    at(floor, "sales", story, "S1")


# Narrowing


async def narrowed(terminal: Terminal, *answers: str) -> None:
    """Open the page of the filters from the first field on, answer each, and show what fits."""
    await terminal.press("f5")
    assert isinstance(terminal.frame, FilterScreen)
    for answer in answers:
        await terminal.type(f"{answer}\r")
    await terminal.press("f2")


def test_filters_are_typed_on_one_page_and_the_register_says_what_it_is_narrowed_to(floor: Floor) -> None:
    first = floor.apply(quantity="1", fields={"customer": "海河机械"})
    floor.apply(quantity="1", fields={"customer": "北方石化"})
    floor.apply(item="VS-1", becomes="VS-2", quantity="1", fields={"customer": "海河机械"}, line={"serial": "S-0001"})

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await narrowed(terminal, "2026-03-01", "2026-03-31", "海河", "V-100", "", "")
        assert serials(terminal) == [first]
        for part in ("from 2026-03-01", "to 2026-03-31", "customer 海河", "item V-100"):
            assert part in terminal.text
        await terminal.press("f12")
        assert len(serials(terminal)) == 3 and "Narrowed" not in terminal.text

    at(floor, "sales", story, "S1")


def test_what_was_typed_stands_there_again_and_can_be_emptied(floor: Floor) -> None:
    floor.apply(quantity="1", fields={"customer": "海河机械"})
    floor.apply(quantity="1", fields={"customer": "北方石化"})

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await narrowed(terminal, "", "", "nobody")
        assert serials(terminal) == [] and "Nothing is found" in terminal.text
        await terminal.press("f5")
        assert "nobody" in terminal.text
        await terminal.press("f3", "f2")
        assert len(serials(terminal)) == 2

    at(floor, "sales", story, "S1")


def test_a_slip_of_the_pen_is_said_on_the_page_and_the_register_stays_as_it_was(floor: Floor) -> None:
    floor.apply(quantity="1")

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        for answers, said, where in (
            (("2026-3-1",), "2026-3-1", "from"), (("2026-03-05", "2026-03-01"), "2026-03-05 is after 2026-03-01", "to"),
            (("", "", "", "V-999"), "V-999", "item"),
        ):  # fmt: skip
            await narrowed(terminal, *answers)
            assert isinstance(terminal.frame, FilterScreen)
            assert said in terminal.said or said in terminal.text
            [asked] = [each.asked for each in terminal.frame.questions if each.field is terminal.frame.focused]
            assert asked == where
            await terminal.press("f12")
            assert len(serials(terminal)) == 1 and "Narrowed" not in terminal.text

    at(floor, "sales", story, "S1")


def test_a_document_scanned_on_the_page_of_the_filters_is_opened_and_an_item_fills_its_field(floor: Floor) -> None:
    case = floor.apply(quantity="1")

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await terminal.press("f5")
        await terminal.scan("V-300")
        await terminal.press("f2")
        assert serials(terminal) == [] and "item V-300" in terminal.text
        await terminal.press("f5")
        await terminal.type(floor.pieces[f"{case}/1"] + "\r")  # a scanner without prefix types into the field
        assert len(terminal.app.screen_stack) == 2
        assert case in terminal.text

    at(floor, "sales", story, "S1")


def test_a_form_is_chosen_by_its_number_and_every_form_in_force_is_among_them(floor: Floor, words: Words) -> None:
    floor.play("open_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await terminal.press("f5", "up")
        shown = "".join(terminal.text.split())
        for form in forms_of(floor.site, words):
            assert "".join(form["title"].split()) in shown
        number = [form["form"] for form in forms_of(floor.site, words)].index("application") + 1
        await terminal.press("backspace", "backspace")
        await terminal.type(f"{number}\r")
        await terminal.press("f2")
        assert serials(terminal) == [floor.case]

    at(floor, "valve_shop", story, "R1", language=words.language, size=(80, 60))


def test_filters_stay_while_one_goes_through_the_forms(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await narrowed(terminal, "", "", "acme")
        assert serials(terminal) == [floor.parts]  # the parts form says for whom through its case
        await terminal.press("f3")
        assert serials(terminal) == [floor.case]
        await narrowed(terminal, "", "", "x")
        assert serials(terminal) == []

    at(floor, "valve_shop", story, "R1")


# Taking it away


@pytest.mark.parametrize(("key", "suffix"), [("f6", ".xlsx"), ("f7", ".csv")])
def test_a_key_writes_what_fits_into_the_sites_folder_and_says_where(floor: Floor, key: str, suffix: str) -> None:
    floor.apply(quantity="1", fields={"customer": "=1+1"})
    for _ in range(60):
        floor.apply(quantity="1", fields={"customer": "海河机械"})

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await narrowed(terminal, "", "", "海河")
        await terminal.press(key)
        await terminal.app.workers.wait_for_complete()
        [path] = (floor.folder / "exports").iterdir()
        assert path.suffix == suffix and "60 rows" in terminal.said and path.name in terminal.said.replace("\n", "")
        await terminal.press(key)
        await terminal.app.workers.wait_for_complete()
        assert len(list((floor.folder / "exports").iterdir())) == 2  # nothing is written over

    at(floor, "sales", story, "S1")


def test_a_scan_is_answered_while_a_register_is_written(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    case = floor.apply(quantity="1")
    go_on, steps = threading.Event(), iter(range(2000))

    def held(self: TableFile) -> bool:
        return not go_on.is_set() and next(steps, None) is not None

    monkeypatch.setattr(TableFile, "step", held)

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await terminal.press("f7", "f7")
        assert "written still" in terminal.said
        await terminal.scan(floor.pieces[f"{case}/1"])
        assert len(terminal.app.screen_stack) == 2 and case in terminal.text
        go_on.set()
        await terminal.app.workers.wait_for_complete()
        assert "exports" in terminal.said

    at(floor, "sales", story, "S1")


def test_a_full_disk_is_said_and_leaves_no_half_a_file(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    floor.apply(quantity="1")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        monkeypatch.setattr("qdesk.exporting.os.fsync", full)
        await terminal.press("f6")
        await terminal.app.workers.wait_for_complete()
        assert "No space left" in terminal.said
        monkeypatch.undo()
        assert list((floor.folder / "exports").iterdir()) == []
        await terminal.press("f6")
        await terminal.app.workers.wait_for_complete()
        assert len(list((floor.folder / "exports").iterdir())) == 1

    at(floor, "sales", story, "S1")


def test_f8_puts_what_fits_into_the_print_queue(floor: Floor) -> None:
    for customer in ("海河机械", "北方石化"):
        floor.apply(quantity="1", fields={"customer": customer})

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        await narrowed(terminal, "", "", "海河")
        await terminal.press("f8")
        assert "1 documents" in terminal.said
        await terminal.press("f12", "f12", "f10", "f4")
        assert "application customer=海河"[:12] in terminal.text

    at(floor, "sales", story, "S1")


def test_an_empty_register_says_so_and_exports_and_prints_nothing(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        for key in ("f6", "f7", "f8"):
            await terminal.press(key)
            await terminal.app.workers.wait_for_complete()
            assert "nothing in the register" in terminal.said
        assert not (floor.folder / "exports").exists()

    at(floor, "sales", story, "S1")
