"""Draws every screen as terminals of 80x24 and 140x40 show it, in both languages: SVG files, and PNG where Chromium is found.

python tests/bench/pictures.py --to DIR [--only warehouse] [--language en] [--look dark]
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from rich.cells import cell_len
from stores_at_work import fill_stores
from terminal import Terminal, terminal_at
from yard_at_work import deliver, show_wrong

from qdesk.clock import SECOND, Clock, FixedClock, moment, start_of
from qdesk.demo import prepare
from qdesk.playing import Player, apply, to_the_workshop
from qdesk.site import open_site
from qdesk.words import Words

SIZES = ((80, 24), (140, 40))
CELL = 12.2
"""How wide Textual draws one cell, in the units of its SVG."""
TEXT = re.compile(r'(<text class="terminal-\d+-r\d+" )x="([\d.]+)"([^>]*)>([^<]*)</text>')
Story = Callable[[Terminal, dict[str, Any]], Coroutine[Any, Any, None]]
HOURS = 5
"""How long the factory was at work before the pictures are taken."""


def spaced(svg: str) -> str:
    """Return the picture with every glyph at its own place: browsers squeeze Chinese into single cells otherwise."""

    def glyphs(found: re.Match[str]) -> str:
        at, places = float(found[2]), []
        for letter in html.unescape(found[4]):
            places.append(f"{at:.1f}")
            at += cell_len(letter) * CELL
        rest = re.sub(r' textLength="[\d.]+"', "", found[3])
        return f'{found[1]}x="{" ".join(places)}"{rest}>{found[4]}</text>'

    svg = TEXT.sub(glyphs, svg)
    fonts = '"DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", monospace'
    svg = svg.replace("font-family: Fira Code, monospace;", f"font-family: {fonts};")
    svg = re.sub(r"@font-face \{[^}]*\}", "", svg)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg.replace("font-variant-east-asian: full-width;", "")


def draw(terminal: Terminal, path: Path) -> None:
    """Write the screen as it is now."""
    svg = spaced(terminal.app.export_screenshot(title="qdesk"))
    path.write_text(svg + "\n", encoding="utf-8")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium:
        width, height = (round(float(number)) for number in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += [f"--window-size={width},{height}", f"--screenshot={path.with_suffix('.png')}", path.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


async def nothing(terminal: Terminal, sheet: dict[str, Any]) -> None:
    """The desk as it is after the login."""


def named(*titles: str) -> Story:
    """Press keys by what they are called, wherever they lie."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        for title in titles:
            said = terminal.app.words.say(title)
            await terminal.press(next(f"f{action.key}" for action in terminal.frame.all_actions() if action.title == said))

    return story


def listed(name: str) -> Story:
    """Open a list that the menu names."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        await terminal.go_to(name)

    return story


def then(*keys: str) -> Story:
    """Press keys."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        await terminal.press(*keys)

    return story


def scanned(copy: str, *keys: str) -> Story:
    """Scan a copy, whatever year it was written in, then press keys."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        piece = next(row["piece"] for row in sheet["copies"] if re.sub(r"\d\d-", "-", row["copy"]) == copy)
        await terminal.scan(piece)
        await terminal.press(*keys)

    return story


def at_inspection(*keys: str) -> Story:
    """Scan the two copies of a reworked case, then press keys and enter values."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        for number in (5, 6):
            await terminal.scan(sheet["reworked"][f"{number}"])
        await terminal.press(*keys)
        if keys:
            await terminal.type("1\r1\r0.7\r")

    return story


def ledger_of(item: str) -> Story:
    """Look an item up in the stock and open its ledger."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        await terminal.press("f10", "f2")
        await terminal.type(f"{item}\r")
        await terminal.press("enter")

    return story


def scanned_lot(*keys: str) -> Story:
    """Scan the lot of stock that was modified, the first of all, then press keys."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        await terminal.scan(min(row["lot"] for row in sheet["lots"]))
        await terminal.press(*keys)

    return story


def at_gate(vehicle: str, text: str = "", *keys: str) -> Story:
    """Scan the pass of a vehicle, type what is seen, then press keys."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        await terminal.scan(sheet["passes"][vehicle])
        await terminal.type(text)
        await terminal.press(*keys)

    return story


async def at_gate_held(terminal: Terminal, sheet: dict[str, Any]) -> None:
    """Differ until the vehicle is held: twice, or once where it has differed before."""
    await at_gate("open", "a11111\r3\r", "f2")(terminal, sheet)
    if terminal.app.focused is not terminal.of("ScanLine"):
        await terminal.type("a11112\r")
        await terminal.press("f2")


def paper(*names: str, keys: tuple[str, ...] = (), codes: tuple[str, ...] = (), text: str = "") -> Story:
    """Scan papers of the stores, press keys, scan goods or bins, then type."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        for name in names:
            await terminal.scan(sheet["papers"][name])
        await terminal.press(*keys)
        for code in codes:
            await terminal.scan(code)
        await terminal.type(text)

    return story


async def putting_away(terminal: Terminal, sheet: dict[str, Any]) -> None:
    """Put two rows together, one of them against a rule, try, and begin a third."""
    await terminal.press("f7", "f3")
    for code, quantity in (("R-03", ""), ("SEAL-25", "200\r"), ("CEMENT-P42", "10\r"), ("RUBBER-O", "")):
        await terminal.scan(code)
        await terminal.type(quantity)


async def putting_away_despite(terminal: Terminal, sheet: dict[str, Any]) -> None:
    """Put two rows together that speak against a rule, press the key that does them, and say why all the same."""
    await terminal.press("f7", "f3")
    for code, quantity in (("R-03", ""), ("CEMENT-P42", "10\r"), ("ADD-FA2", "5\r")):
        await terminal.scan(code)
        await terminal.type(quantity)
    await terminal.press("f2")
    await terminal.type("当天移走\r")


def at_paper(name: str, *keys: str, codes: tuple[str, ...] = ()) -> Story:
    """Scan a paper of a delivery, press keys, then scan goods."""

    async def story(terminal: Terminal, sheet: dict[str, Any]) -> None:
        await terminal.scan(sheet["passes"][name])
        await terminal.press(*keys)
        for code in codes:
            await terminal.scan(code)

    return story


async def held(terminal: Terminal, sheet: dict[str, Any]) -> None:
    """Have a vehicle held at the gate and look at the home of dispatch."""
    show_wrong(terminal.app.engine.site, sheet)
    await terminal.frame.changed()
    await terminal.settled()


def within_a_day(now: int) -> int:
    """Return a time five hours ago, or as long before midnight where the day has changed since: all is played on one day."""
    begun, midnight = now - HOURS * 3600 * SECOND, start_of(moment(now).date())
    return begun if begun >= midnight else midnight - (HOURS + 1) * 3600 * SECOND


def factory(folder: Path, language: str) -> dict[str, Any]:
    """Make the demo factory with one more case, which waits for inspection, and vehicles at the gate, and return its sheet."""
    prepare(folder, language)
    sheet: dict[str, Any] = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
    clock = FixedClock(within_a_day(Clock().now()))
    site = open_site(folder, clock)
    player = Player(site, clock, Words.load(language), lambda line: None, keys=100)
    case = apply(player, "VLV-25A", "VLV-25B", "3", "东海船舶")
    to_the_workshop(player, case)
    player.do("finished_store", "E041", "draw", case, [4], signers={"reworker": "E033"})
    player.do("valve_shop", "E033", "rework", case, [5])
    sheet["reworked"] = {name.partition("/")[2]: piece for name, piece in player.pieces.items() if name.startswith(case)}
    for customer in ("华北管道", "长江炼化"):
        apply(player, "VLV-25A", "VLV-25B", "2", customer)
    sheet["passes"] = deliver(player)
    sheet["papers"] = fill_stores(player)
    site.close()
    return sheet


SCREENS: dict[str, tuple[str, str, Story]] = {
    "login": ("finished_store", "", nothing),
    "warehouse": ("finished_store", "E041", nothing),
    "warehouse_card": ("finished_store", "E041", scanned("GX-000002/4")),
    "warehouse_draw": ("finished_store", "E041", scanned("GX-000002/4", "f2")),
    "warehouse_refused": ("finished_store", "E041", scanned("GX-000001/4")),
    "rework": ("valve_shop", "E033", nothing),
    "rework_card": ("valve_shop", "E033", scanned("GX-000002/5")),
    "inspection": ("inspection", "E051", nothing),
    "inspection_card": ("inspection", "E051", at_inspection()),
    "inspection_values": ("inspection", "E051", at_inspection("f2")),
    "office": ("sales", "E011", nothing),
    "office_stack": ("sales", "E012", then("f2")),
    "office_apply": ("sales", "E011", then("f2")),
    "office_amend": ("sales", "E011", scanned("GX-000001/1", "f7", "f2")),
    "administration": ("administration", "E001", nothing),
    "people": ("administration", "E001", then("f7")),
    "people_enrol": ("administration", "E001", then("f7", "f2")),
    "master": ("administration", "E001", then("f7", "f9")),
    "master_row": ("administration", "E001", then("f7", "f9", "enter")),
    "master_change": ("administration", "E001", then("f7", "f9", "f4")),
    "master_parties": ("administration", "E001", then("f7", "f9", "f2")),
    "master_import": ("administration", "E001", then("f7", "f9", "f6")),
    "master_import_broken": ("administration", "E001", paper(keys=("f7", "f9", "f6"), text="items.csv\r")),
    "planning": ("planning", "E021", nothing),
    "planning_card": ("planning", "E021", scanned("GX-000001/2")),
    "map": ("quality", "E061", scanned("GX-000002/4", "f9")),
    "map_desk": ("planning", "E021", then("f9")),
    "menu": ("quality", "E061", then("f10")),
    "stock": ("finished_store", "E041", then("f10", "f2")),
    "ledger": ("finished_store", "E041", ledger_of("VLV-25A")),
    "ledger_places": ("finished_store", "E041", scanned_lot("f3")),
    "trace": ("finished_store", "E041", scanned_lot("f4")),
    "registers": ("sales", "E011", then("f10", "f3")),
    "registers_filter": ("sales", "E011", then("f10", "f3", "f5")),
    "printing": ("sales", "E011", then("f10", "f4")),
    "printers": ("sales", "E011", then("f10", "f4", "f3")),
    "slip": ("finished_store", "E041", scanned("GX-000002/4", "f9", "f6")),
    "slip_page": ("finished_store", "E041", scanned("GX-000002/4", "f9", "f6", "f4")),
    "slip_close": ("finished_store", "E041", scanned("GX-000002/4", "f9", "f6", "f4", "f5", "f5")),
    "handover": ("finished_store", "E041", then("f10", "f10")),
    "gate": ("gate", "E081", nothing),
    "gate_check": ("gate", "E081", at_gate("open", "a3344", "f5")),
    "gate_hold_why": ("gate", "E081", at_gate("open", "a33445\r", "f7")),
    "gate_stop": ("gate", "E081", at_gate("used")),
    "gate_differs": ("gate", "E081", at_gate("open", "a11111\r3\r", "f2")),
    "gate_hold": ("gate", "E081", at_gate_held),
    "gate_release": ("gate", "E081", at_gate("ready", "a22334\r3\r", "f2")),
    "gate_shift": ("gate", "E081", then("f3")),
    "gate_relief": ("gate", "E081", then("f4")),
    "gate_emergency": ("gate", "E081", then("f6")),
    "dispatch": ("dispatch", "E071", nothing),
    "dispatch_held": ("dispatch", "E072", held),
    "dispatch_slip": ("dispatch", "E071", at_paper("slip")),
    "load": ("dispatch", "E071", at_paper("packing", "f2")),
    "load_counted": ("dispatch", "E071", at_paper("packing", "f2", codes=("VLV-25A",))),
    "check": ("finished_store", "E041", at_paper("check")),
    "check_counting": ("finished_store", "E041", at_paper("check", "f2", codes=("VLV-25A", "VLV-25A"))),
    "come_back": ("sales", "E011", at_paper("slip")),
    "come_back_page": ("sales", "E011", at_paper("slip", "f2")),
    "raw_store": ("raw_store", "E094", nothing),
    "forms": ("raw_store", "E094", then("f2")),
    "hand_out_card": ("raw_store", "E094", paper("requisition")),
    "hand_out": ("raw_store", "E094", paper("requisition", keys=("f2",))),
    "receipt_card": ("finished_store", "E041", paper("receipt", "checked")),
    "receipt_count": ("finished_store", "E041", paper("receipt", "checked", keys=("f2",), codes=("VLV-32D",) * 3)),
    "verdict_card": ("inspection", "E051", paper("arrived")),
    "verdict": ("inspection", "E051", paper("arrived", keys=("f3",))),
    "blind_card": ("finished_store", "E041", paper("count_sheet")),
    "blind_count": ("finished_store", "E041", paper("count_sheet", keys=("f2",), codes=("VLV-50C",))),
    "nonconformity": ("quality", "E061", paper("report")),
    "nonconformity_page": ("quality", "E061", paper("report", keys=("f2",))),
    "bins": ("raw_store", "E094", then("f7")),
    "put_away": ("raw_store", "E094", then("f7", "f3")),
    "put_away_rows": ("raw_store", "E094", putting_away),
    "put_away_despite": ("raw_store", "E094", putting_away_despite),
    "shelf_life": ("raw_store", "E094", then("f7", "f4")),
    "climate": ("raw_store", "E094", then("f7", "f5")),
    "climate_read": ("raw_store", "E094", then("f7", "f5", "f2")),
    "monitoring": ("general_affairs", "E092", then("f2")),
    "inspectors_day": ("inspection", "E051", then("f7")),
    "inspectors_day_apart": ("inspection", "E051", then("f7", "f2", "f2")),
    "inspectors_day_report": ("inspection", "E051", then("f7", "f2", "f2", "enter")),
    "inspectors_day_causes": ("inspection", "E051", then("f7", "f2", "f2", "f2")),
    "monitoring_draw": ("general_affairs", "E092", then("f2", "f4")),
    "returnables": ("dispatch", "E071", then("f10", "enter")),
    "stamps": ("inspection", "E051", named("quality.key_stamps")),
    "instruments": ("inspection", "E051", named("quality.key_stamps", "quality.key_instruments")),
    "replenishing": ("raw_store", "E094", listed("replenishing")),
    "general_affairs": ("general_affairs", "E092", nothing),
    "finance": ("finance", "E091", nothing),
    "production": ("production", "E093", nothing),
    "help": ("finished_store", "E041", then("f1")),
    "locked": ("finished_store", "E041", then("f12")),
}
"""Every screen: at which desk, by whose badge, and what is done to get there."""


@asynccontextmanager
async def shown(
    folder: Path, sheet: dict[str, Any], name: str, language: str, size: tuple[int, int], look: str
) -> AsyncIterator[Terminal]:
    """Open one screen."""
    desk, badge, story = SCREENS[name]
    async with terminal_at(folder, desk, language, size, look=look) as terminal:
        if badge:
            await terminal.log_in(badge, next(row["pin"] for row in sheet["people"] if row["badge"] == badge))
        await story(terminal, sheet)
        yield terminal


async def draw_all(target: Path, names: list[str], languages: list[str], looks: list[str]) -> None:
    """Draw the screens that are wanted."""
    for language in languages:
        for look in looks:
            for width, height in SIZES:
                with tempfile.TemporaryDirectory() as scratch:
                    folder = Path(scratch) / "factory"
                    sheet = factory(folder, language)
                    for name in names:
                        async with shown(folder, sheet, name, language, (width, height), look) as terminal:
                            draw(terminal, target / f"{name}.{language}.{look}.{width}x{height}.svg")
                            await asyncio.sleep(0)


def main() -> None:
    """Read the command line and draw."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--to", type=Path, required=True)
    given.add_argument("--only", nargs="*", default=list(SCREENS))
    given.add_argument("--language", nargs="*", default=["en", "zh"])
    given.add_argument("--look", nargs="*", default=["light"])
    asked = given.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw_all(asked.to, asked.only, asked.language, asked.look))


if __name__ == "__main__":
    main()
