"""A stack is signed with one PIN over the list that is shown; each document is judged and booked for itself."""

from __future__ import annotations

import asyncio

from factory_floor import PIN, Floor
from terminal import Terminal, at


def applications(floor: Floor, number: int) -> list[str]:
    """Write some applications."""
    cases = []
    for _ in range(number):
        floor.case = ""
        floor.play("apply")
        cases.append(floor.case)
    return cases


def test_three_applications_are_signed_with_one_pin(floor: Floor) -> None:
    cases = applications(floor, 3)

    async def story(terminal: Terminal) -> None:
        assert "Stack: Sign the application" in terminal.text
        await terminal.press("f2")
        assert all(case in terminal.text for case in cases)
        assert terminal.text.count("Acme") == 3
        await terminal.type(f"{PIN}\r")
        assert terminal.said == "3 documents done."
        assert "Nothing waits here" in terminal.text

    at(floor, "sales", story, "S2")
    assert floor.site.database.rows("SELECT COUNT(*) FROM signatures")[0][0] == 3
    assert floor.site.database.rows("SELECT COUNT(*) FROM prints")[0][0] == 18


def test_one_is_left_out_and_stays(floor: Floor) -> None:
    cases = applications(floor, 3)

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2", "down", "f3")
        assert f"[-] {cases[1]}" in terminal.text
        await terminal.type(f"{PIN}\r")
        assert terminal.said == "2 documents done."

    at(floor, "sales", story, "S2")
    assert floor.site.database.rows("SELECT in_case FROM waiting WHERE step = 'authorise'")[0][0] == cases[1]


def test_a_wrong_pin_signs_nothing_and_the_list_stays(floor: Floor) -> None:
    applications(floor, 2)

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        await terminal.type("555544\r")
        assert terminal.said == "The PIN of 人S2 is wrong."
        await terminal.type(f"{PIN}\r")
        assert terminal.said == "2 documents done."

    at(floor, "sales", story, "S2")


def test_what_another_desk_did_meanwhile_is_refused_alone_and_says_why(floor: Floor) -> None:
    cases = applications(floor, 2)

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        lines = [{"item": "V-100", "becomes": "V-200", "quantity": "9"}]
        amended = {"document": cases[0], "fields": {"customer": "Other"}, "lines": lines}
        await asyncio.to_thread(floor.do, "S1", "amend", case=cases[0], **amended)
        await terminal.type(f"{PIN}\r")
        assert "1 done, 1 refused" in terminal.said
        assert "Since you looked" in terminal.text

    at(floor, "sales", story, "S2")
    assert floor.site.database.rows("SELECT in_case FROM signatures")[0][0] == cases[1]


def test_printed_paper_is_scanned_onto_the_stack(floor: Floor) -> None:
    floor.play("authorise")
    first = floor.case
    floor.case = ""
    floor.play("authorise")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f2")
        assert "scan one of" in terminal.text
        await terminal.scan(floor.code(f"{first}/2"))
        await terminal.scan(floor.code(2))
        assert "scan one of" not in terminal.text
        await terminal.scan("V-100")
        assert "does not belong on this stack" in terminal.said
        await terminal.type(f"{PIN}\r")
        assert terminal.said == "2 documents done."

    at(floor, "planning", story, "P1")
    assert floor.site.database.rows("SELECT COUNT(*) FROM acts WHERE step = 'plan'")[0][0] == 2
