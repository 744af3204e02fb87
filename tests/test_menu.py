"""The menu: every key says what it is for, and does it."""

from __future__ import annotations

import pytest
from factory_floor import Floor
from terminal import Terminal, at

from screens.administration import AdministrationScreen
from screens.desk import DeskScreen
from screens.handover import HandoverScreen
from screens.login import LoginScreen
from screens.menu import MenuScreen
from screens.monitoring import MonitoringScreen
from screens.papermap import PaperMap
from screens.printing import PrintQueue
from screens.registers import RegisterScreen
from screens.returnables import ReturnablesScreen
from screens.stock import StockScreen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_key_stands_in_the_body_with_what_it_is_for(floor: Floor, language: str) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10")
        keys = [line.split()[0] for line in terminal.text.splitlines()[2:20] if line.strip().startswith("F")]
        assert keys == [f"F{number}" for number in range(1, 13)]
        assert {f"F{action.key}" for action in terminal.frame.all_actions()} == set(keys)

    at(floor, "finished_store", story, "K1", language=language)


@pytest.mark.parametrize(
    ("key", "screen"),
    [("f2", StockScreen), ("f3", RegisterScreen), ("f4", PrintQueue), ("f5", PaperMap), ("f7", AdministrationScreen),
     ("f8", LoginScreen), ("f9", PaperMap), ("f10", HandoverScreen), ("f12", DeskScreen)],
)  # fmt: skip
def test_each_key_leads_where_it_says(floor: Floor, key: str, screen: type) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", key)
        assert isinstance(terminal.frame, screen)

    at(floor, "finished_store", story, "K1")


def test_look_and_language_change_at_once(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f6")
        assert terminal.app.theme == "dark"
        await terminal.press("f6", "f11")
        assert terminal.app.theme == "plain"
        assert "库存" in terminal.text
        await terminal.type(".11\r")
        assert "Stock" in terminal.text

    at(floor, "finished_store", story, "K1")


def test_letters_that_are_typed_press_nothing(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10")
        await terminal.type("qyn2x")
        assert isinstance(terminal.frame, MenuScreen)

    at(floor, "finished_store", story, "K1")


def test_a_locked_desk_is_not_opened_by_any_key(floor: Floor) -> None:
    floor.play("hand_out")

    async def story(terminal: Terminal) -> None:
        await terminal.press("f10", "f8")
        for number in range(2, 13):
            await terminal.press(f"f{number}")
        await terminal.press("escape")
        assert isinstance(terminal.frame, LoginScreen)
        await terminal.press("f1")
        await terminal.scan(floor.code(4))
        assert floor.case not in terminal.text.replace(terminal.said, "")
        await terminal.press("f12")
        assert isinstance(terminal.frame, LoginScreen)

    at(floor, "finished_store", story, "K1")


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
def test_screens_without_a_key_are_chosen_with_the_arrows_and_opened_with_enter(floor: Floor, size: tuple[int, int]) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10")
        assert "> Goods that return" in terminal.text
        await terminal.press("right", "down", *["left"] * 20, "up", "enter")
        assert isinstance(terminal.frame, ReturnablesScreen)
        await terminal.press("f12", "f12")
        await terminal.go_to("monitoring")
        assert isinstance(terminal.frame, MonitoringScreen)

    at(floor, "general_affairs", story, "GA1", size=size)


def test_the_menu_names_only_what_belongs_to_the_desk(floor: Floor) -> None:
    async def story(terminal: Terminal) -> None:
        await terminal.press("f10")
        assert "Goods that return" in terminal.text and "Delivery monitoring" not in terminal.text

    at(floor, "finished_store", story, "K1")
