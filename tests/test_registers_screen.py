"""The registers, played by keys on the real app."""

from __future__ import annotations

import asyncio
import re
import threading

from factory_floor import WITH_PARTS, Floor
from terminal import Terminal, at

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


def test_f2_turns_to_the_next_form(floor: Floor) -> None:
    floor.play("open_parts", WITH_PARTS)

    async def story(terminal: Terminal) -> None:
        await open_registers(terminal)
        assert serials(terminal) == [floor.case]
        await terminal.press("f2")
        assert serials(terminal) == [floor.parts]

    at(floor, "valve_shop", story, "R1")


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
