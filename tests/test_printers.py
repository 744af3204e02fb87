from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaign_printers import SOUND, campaign
from hypothesis import given, settings
from hypothesis import strategies as st
from printers_at_hand import FakePrinter, fake_printer, machine, not_printed, numbered, picture

from qdesk.errors import Refused
from qdesk.factory import load_factory
from qdesk.machines import PAPERS
from qdesk.site import Site
from qdesk.slips.formats import FORMATS
from qdesk.slips.printers import chosen_printer, paper_for, printer_for, printer_named
from qdesk.slips.raster import Bitmap
from qdesk.slips.sending import Job, NotPrinted, send
from qdesk.words import Words

PRINTERS = """
[printers.office]
kind = "cups"
title = { zh = "办公室", en = "office" }
paper = "a5"
queue = "office"
options = ["sides=one-sided"]

[printers.counter]
kind = "escpos"
title = { zh = "柜台", en = "counter" }
paper = "roll80"
address = "[fe80::1]:9101"
patience = "5s"

[printers.labels]
kind = "zpl"
title = { zh = "标签", en = "labels" }
paper = "label"
address = "labels.works"
dots = 12
asked = "never"

[printers.own]
kind = "command"
title = { zh = "自备", en = "our own" }
command = ["print-it", "--quiet", "{file}"]

[desks.finished_store.printers]
default = "office"
application = "counter"
lot_label = "labels"
"""
SICK = """
[printers.one]
kind = "fax"
title = { zh = "一", en = "one" }

[printers.two]
kind = "escpos"
title = { zh = "二", en = "two" }
paper = "a4"
address = "two:99999"
queue = "none of its own"

[printers.three]
kind = "cups"
title = { zh = "三", en = "three" }
queue = "-h elsewhere"
patience = "soon"

[printers.four]
kind = "command"
title = { zh = "四", en = "four" }
command = ["print-it"]

[printers.five]
kind = "zpl"
title = { zh = "五", en = "five" }
paper = "label"
address = "five"
dots = 10
patience = "0s"

[desks.sales.printers]
default = "six"
"""


# Which printer


def test_without_any_setting_everything_lands_in_the_folder(site: Site) -> None:
    for desk in site.factory.desks:
        printer = printer_for(site, desk, "application", "slip")
        assert (printer.kind, printer.folder, paper_for(printer, ("a5", "a4")).name) == ("folder", "prints", "a5")


def test_a_desk_prints_by_form_then_by_kind_then_as_usual(tmp_path: Path) -> None:
    (tmp_path / "factory.toml").write_text(PRINTERS, encoding="utf-8")
    factory = load_factory(tmp_path)
    wanted = [("application", "slip"), ("parts", "slip"), ("", "lot_label"), ("", "badge")]
    chosen = [chosen_printer(factory, "finished_store", form, kind).name for form, kind in wanted]
    assert chosen == ["counter", "office", "labels", "office"]
    assert chosen_printer(factory, "sales", "application", "slip").name == "folder"
    assert factory.printers["counter"].place == ("fe80::1", 9101)
    assert factory.printers["counter"].patience == 5
    assert factory.printers["labels"].place == ("labels.works", 9100)
    assert (factory.printers["labels"].dots, factory.printers["labels"].asked) == (12, "never")


def test_what_a_desk_without_a_terminal_does_not_say_its_stand_in_says(tmp_path: Path) -> None:
    rows = '\n[desks.planning]\nterminal = false\nstand_in = "finished_store"\n'
    (tmp_path / "factory.toml").write_text(PRINTERS + rows, encoding="utf-8")
    assert chosen_printer(load_factory(tmp_path), "planning", "application", "slip").name == "counter"


def test_everything_that_is_wrong_with_the_printers_is_named_at_once(tmp_path: Path, words: Words) -> None:
    (tmp_path / "factory.toml").write_text(SICK, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_factory(tmp_path)
    found = {(reason.arguments["entry"], reason.arguments["key"]) for reason in refused.value.because}
    assert found == {
        ("printers.one", "kind"),
        ("printers.two", "paper"),
        ("printers.two", "address"),
        ("printers.two", "queue"),
        ("printers.three", "queue"),
        ("printers.three", "paper"),
        ("printers.three", "patience"),
        ("printers.four", "command"),
        ("printers.five", "dots"),
        ("printers.five", "patience"),
        ("desks.sales.printers", "default"),
    }
    assert all("{" not in words.because(reason)["message"].replace("{file}", "") for reason in refused.value.because)


def test_every_paper_of_the_slips_may_lie_in_a_printer() -> None:
    assert set(PAPERS) == set(FORMATS)


def test_paper_that_does_not_lie_in_the_printer_is_refused(site: Site) -> None:
    with pytest.raises(Refused) as refused:
        paper_for(machine("escpos"), ("label", "a4"))
    assert refused.value.arguments == {"printer": "the_escpos", "paper": "roll58", "papers": ["label", "a4"]}
    with pytest.raises(Refused, match="printer_unknown"):
        printer_named(site, "gone")


# The folder


def test_a_print_in_the_folder_is_whole_and_the_same_name_replaces_it(tmp_path: Path) -> None:
    folder = machine("folder")
    assert send(folder, numbered(1), tmp_path) is None
    assert send(folder, numbered(1), tmp_path) is None
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "prints").iterdir()] == [("000001.pdf", numbered(1).pdf())]


@pytest.mark.parametrize("name", ["../../up", "/etc/passwd", "GX26/4", ".hidden", "", "-rf", "改型\n单", "x" * 300, "字" * 300])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    send(machine("folder"), Job(name, "", False, lambda: b"%PDF", lambda dots: []), tmp_path)
    assert [path.parent for path in tmp_path.rglob("*.pdf")] == [tmp_path / "prints"]
    assert all(not path.name.startswith((".", "-")) and path.name.isprintable() for path in tmp_path.rglob("*.pdf"))


def test_a_full_disk_prints_nothing_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    folder, prints = machine("folder"), tmp_path / "prints"
    prints.mkdir()
    (prints / ".000001.pdf.part").symlink_to("/dev/full")
    assert not_printed(folder, numbered(1), tmp_path) == ("print_disk_full", False)
    assert list(prints.iterdir()) == []
    assert send(folder, numbered(1), tmp_path) is None


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "prints").write_text("in the way")
    assert not_printed(machine("folder"), numbered(1), tmp_path) == ("print_not_written", False)


# Receipt and label printers


@pytest.fixture(params=["escpos", "zpl"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("asked", ["in_order", "before", "never"])
@pytest.mark.parametrize("behaviour", ["ok", "slow"])
def test_every_dot_of_every_page_comes_out_as_it_was_set(language: str, asked: str, behaviour: str) -> None:
    pages = [picture(1, rows=300), picture(2, rows=128), picture(3, rows=1)]
    with fake_printer(language, behaviour) as printer:
        job = Job("1", "1", False, lambda: b"", lambda dots: pages if dots == 12 else [])
        assert send(machine(language, address=printer.address, asked=asked, dots=12, cut=False, patience=30), job, Path()) is None
    assert [(paper.rows, paper.row_bytes, paper.whole) for paper in printer.papers] == [(page.rows, 48, True) for page in pages]
    assert printer.strange == []


@pytest.mark.parametrize(
    ("behaviour", "code", "came_out"),
    [
        ("silent", "printer_silent", False),
        ("falls_silent", "printer_silent", True),
        ("no_paper", "printer_no_paper", False),
        ("open", "printer_open", False),
    ],
)
def test_a_printer_that_cannot_print_is_noticed_and_named(language: str, behaviour: str, code: str, came_out: bool) -> None:
    with fake_printer(language, behaviour) as printer:
        patience = 1 if "silent" in behaviour else 30
        assert not_printed(machine(language, address=printer.address, patience=patience), numbered(1)) == (code, came_out)
    assert bool(printer.papers) == came_out


def test_paper_that_ends_in_the_middle_is_noticed_and_the_rest_never_comes_out(language: str) -> None:
    began = time.monotonic()
    with fake_printer(language, "paper_ends", seed=3, chatty=True) as printer:
        job = Job("1", "1", False, lambda: b"", lambda dots: [picture(1, rows=1000)])
        assert not_printed(machine(language, address=printer.address, patience=30), job) == ("printer_no_paper", True)
    assert time.monotonic() - began < 20  # at once, not when its patience is over
    assert printer.forgotten == 1
    assert [paper for paper in printer.papers if paper.whole] == []


def test_a_printer_that_breaks_off_anywhere_never_counts_as_printed_unless_it_is(language: str) -> None:
    for seed in range(12):
        with fake_printer(language, "reset", seed=seed) as printer:
            try:
                assert send(machine(language, address=printer.address, patience=30), numbered(1), Path()) is None
            except NotPrinted as failed:
                assert failed.code == "printer_broke_off"
                assert failed.came_out or printer.papers == []
            else:
                assert [paper.whole for paper in printer.papers] == [True]


def test_a_printer_that_is_not_there_is_named_with_its_address(language: str) -> None:
    with fake_printer(language, "ok") as printer:
        address = printer.address
    assert not_printed(machine(language, address=address), numbered(1)) == ("printer_unreachable", False)


def test_what_only_swallows_is_not_taken_for_printed_where_it_never_hangs_up(language: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        printer = machine(language, address=f"127.0.0.1:{deaf.getsockname()[1]}", asked="never", patience=0.5)
        assert not_printed(printer, numbered(1)) == ("printer_silent", True)


def test_bytes_of_a_picture_that_look_like_a_question_stay_and_their_answers_mislead_nobody() -> None:
    questions = b"".join(bytes([0x10, 0x04, number]) for number in (1, 2, 3, 4)) * 4
    page = Bitmap(48 * 8, 40, questions * 40)
    with fake_printer("escpos", "slow", chatty=True) as printer:  # its paper is near the end, and it says so each time
        job = Job("1", "1", False, lambda: b"", lambda dots: [page])
        for asked in ("in_order", "before"):
            assert send(machine("escpos", address=printer.address, asked=asked, patience=30), job, Path()) is None
    assert [paper.rows for paper in printer.papers] == [page.rows] * 2


COMMANDS = [b"\x1b@", b"\x1dV\x00", b"\x10\x04\x01", b"^XZ", b"^XA", b"~JA", b"~HS", b"\x03", b"\x00"]


@pytest.fixture(scope="module")
def two_printers() -> Iterator[dict[str, FakePrinter]]:
    """One of each language, for many jobs."""
    with fake_printer("escpos", "ok") as receipts, fake_printer("zpl", "ok") as labels:
        yield {"escpos": receipts, "zpl": labels}


@settings(max_examples=40)
@given(st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(COMMANDS)), max_size=30), st.text(max_size=40))
def test_nothing_in_a_picture_or_a_title_becomes_a_command(
    two_printers: dict[str, FakePrinter], dots: list[bytes], title: str
) -> None:
    raw = b"".join(dots)
    rows = len(raw) // 4 + 1
    page = Bitmap(29, rows, raw.ljust(rows * 4, b"\0"))
    for language, printer in two_printers.items():
        printer.papers.clear()
        target = machine(language, address=printer.address, patience=30, asked="before")
        assert send(target, Job(title, title, False, lambda: b"", lambda dots: [page]), Path()) is None
        assert [(paper.rows, paper.row_bytes) for paper in printer.papers] == [(page.rows, 4)]
        assert printer.strange == []


# All together


def test_bad_printers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    found = dict(campaign(tmp_path, 3, random.Random().randrange(1000)))
    assert len(found) == 27
    unsound = {name: {each: figures[each] for each in SOUND if figures[each]} for name, figures in found.items()}
    assert {name: figures for name, figures in unsound.items() if figures} == {}
