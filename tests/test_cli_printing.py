"""The commands that print: from the demo factory to files, through the command line as people type it."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pipe_client import QDESK, ROOT, environment, heed_interrupts, qdesk

import data
from qdesk.factory import load_factory
from qdesk.site import open_site
from qdesk.slips.kinds import KINDS
from qdesk.slips.queue import BY_ACTS
from qdesk.words import LANGUAGES

UNSAID = re.compile(r"\[[a-z_]+\.[a-z_.]+\]|\{[a-z_]+\}")
BROKEN = """
[printers.office]
kind = "command"
title = { zh = "办公室", en = "Office" }
command = ["sh", "-c", "echo no toner >&2; exit 3", "{file}"]
[desks.sales.printers]
default = "office"
"""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo factory as `qdesk demo --prepare` leaves it."""
    folder = tmp_path_factory.mktemp("printing") / "factory"
    told = qdesk("demo", "--prepare", "--site", str(folder), "--language", "en")
    assert (told.returncode, told.stderr) == (0, "")
    assert f"12 slips lie as PDFs in {folder / 'prints'}" in told.stdout
    return folder


@pytest.fixture
def waiting(prepared: Path, tmp_path: Path) -> Path:
    """The same with everything still to be printed, at a printer that does not work."""
    folder = Path(shutil.copytree(prepared, tmp_path / "site"))
    shutil.rmtree(folder / "prints")
    (folder / "factory.toml").write_text((folder / "factory.toml").read_text(encoding="utf-8") + BROKEN, encoding="utf-8")
    site = open_site(folder)
    with site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET state = 'waiting', printer = '', tries = 0")
    site.close()
    return folder


def at(folder: Path, *words: str, columns: int = 80) -> subprocess.CompletedProcess[str]:
    """Run one command at a site, in English; whatever it says is words."""
    told = qdesk(*words, "--site", str(folder), "--language", "en", COLUMNS=str(columns))
    assert UNSAID.findall((told.stdout + told.stderr).replace("{file}", "")) == []
    assert "Traceback" not in told.stderr
    return told


def pieces(folder: Path) -> dict[str, str]:
    """The number of every copy."""
    site = open_site(folder)
    found: dict[str, str] = dict(site.database.rows("SELECT name, piece FROM copies ORDER BY name"))
    site.close()
    return found


def cases(folder: Path) -> tuple[str, str]:
    """The two running cases, as the sheet names them: their year is that of the day they were made."""
    late, fresh = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))["cases"]
    return late, fresh


def decoded(pdf: bytes) -> set[str]:
    """What a scanner reads from a PDF drawn at 200 dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    read = {each.text for page in document for each in zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())}
    document.close()
    return read


def test_the_prepared_demo_leaves_a_readable_slip_for_every_copy(prepared: Path) -> None:
    files = {path.name: path for path in (prepared / "prints").iterdir()}
    known = pieces(prepared)
    assert sorted(files) == sorted(f"{name.replace('/', '-')}-{piece}.pdf" for name, piece in known.items())
    late, first = cases(prepared)[0], known[f"{cases(prepared)[0]}/3"]
    assert decoded(files[f"{late}-3-{first}.pdf"].read_bytes()) == {first}


def test_print_once_says_when_everything_is_on_paper(prepared: Path) -> None:
    told = at(prepared, "print", "--once")
    assert (told.returncode, told.stdout) == (0, "Everything is on paper.\n")


def test_print_once_tells_what_is_not_on_paper_and_why(waiting: Path) -> None:
    told = at(waiting, "print", "--once", columns=160)
    assert told.returncode == 1
    assert "no toner" in told.stdout and f"{cases(waiting)[0]}/1" in told.stdout and "Not on paper yet: 12" in told.stdout
    assert at(waiting, "print", "--once", "--desk", "planning").returncode == 0
    assert at(waiting, "print", "--once", "--desk", "moon").returncode == 1


def test_a_worker_prints_until_it_is_stopped_and_tells_each_failure_once(waiting: Path) -> None:
    worker = subprocess.Popen(
        [*QDESK, "print", "--site", str(waiting), "--language", "en"], cwd=ROOT, env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_interrupts,
    )  # fmt: skip
    site, until = open_site(waiting), time.monotonic() + 60
    while site.database.rows("SELECT COUNT(*) FROM prints WHERE state = 'failed'") != [(12,)] and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(2.5)
    worker.send_signal(signal.SIGINT)
    said, complained = (each.decode() for each in worker.communicate(timeout=30))
    site.close()
    assert (worker.returncode, complained) == (130, "")
    assert said.count("no toner") == 12


def test_a_slip_is_shown_in_the_terminal_and_nothing_is_written(prepared: Path) -> None:
    before = sorted(prepared.rglob("*"))
    told = at(prepared, "slip", f"{cases(prepared)[0]}/2", columns=120)
    assert told.returncode == 0 and "Copy 2 of 6  planning file" in told.stdout and "Sign the application" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 120
    assert sorted(prepared.rglob("*")) == before


def test_a_slip_written_to_a_file_says_reprint_and_bears_its_number(prepared: Path, tmp_path: Path) -> None:
    told = at(prepared, "slip", f"{cases(prepared)[0]}/2", "--to", str(tmp_path / "two.pdf"))
    assert (told.returncode, told.stdout) == (0, f"Written: {tmp_path / 'two.pdf'}\n")
    pdf = (tmp_path / "two.pdf").read_bytes()
    assert decoded(pdf) == {pieces(prepared)[f"{cases(prepared)[0]}/2"]}
    document = pypdfium2.PdfDocument(pdf)
    assert "REPRINT" in document[0].get_textpage().get_text_bounded()
    document.close()


def test_all_copies_of_a_document_are_written_one_file_each(prepared: Path, tmp_path: Path) -> None:
    fresh = cases(prepared)[1]
    assert at(prepared, "slip", fresh, "--to", str(tmp_path / "set.png"), "--paper", "roll80").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"set-{number}.png" for number in range(1, 7)]
    with Image.open(io.BytesIO((tmp_path / "set-4.png").read_bytes())) as picture:
        assert {each.text for each in zxingcpp.read_barcodes(picture.convert("L"))} == {pieces(prepared)[f"{fresh}/4"]}


def test_a_label_is_written_and_shown(prepared: Path, tmp_path: Path) -> None:
    told = at(prepared, "sheet", "item_label", "VLV-25A", "--to", str(tmp_path / "label.pdf"), "--preview")
    assert told.returncode == 0 and "█" in told.stdout
    assert "VLV-25A" in " ".join(decoded((tmp_path / "label.pdf").read_bytes()))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("slip", "GX26-999999"), "no document"),
        (("slip", "102600000014384940"), "incomplete or wrong"),
        (("slip", "{late}/2", "--paper", "label"), "not made for the paper"),
        (("slip", "{late}/2", "--to", "slip.docx"), "not as slip.docx"),
        (("slip", "{late}/2", "--to", "no/such/folder/slip.pdf"), "cannot be written"),
        (("sheet", "poster"), "no kind of paper"),
        (("sheet", "slip", "102600000014384946"), "printed only by the step"),
        (("printers", "test", "moon"), "no printer"),
        (("printers", "test"), "no printer"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_a_sentence(prepared: Path, words: tuple[str, ...], said: str) -> None:
    told = at(prepared, *(word.replace("{late}", cases(prepared)[0]) for word in words))
    assert told.returncode == 1
    assert said in told.stderr


def test_the_printers_are_listed_with_what_each_desk_prints_where(prepared: Path, waiting: Path) -> None:
    assert "folder of PDFs" in at(prepared, "printers").stdout
    told = at(waiting, "printers", columns=160).stdout
    assert "Office" in told and "default" in told


def test_a_test_page_is_printed_or_says_why_not(waiting: Path) -> None:
    told = at(waiting, "printers", "test", "folder")
    assert told.returncode == 0 and "folder of PDFs" in told.stdout
    assert [path.name for path in (waiting / "prints").iterdir()] == ["test_page-folder.pdf"]
    told = at(waiting, "printers", "test", "office")
    assert told.returncode == 1 and "no toner" in told.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printers_of_the_handbook_can_be_set_up_as_they_stand_there(language: str, tmp_path: Path) -> None:
    text = data.read(f"handbook/{language}/printing.md")
    (tmp_path / "factory.toml").write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    printers = load_factory(tmp_path).printers
    assert {name: each.kind for name, each in printers.items()} == {
        "folder": "folder", "office": "cups", "store": "escpos", "labels": "zpl", "archive": "command",
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_handbook_names_every_sheet_that_can_be_asked_for(language: str) -> None:
    text = data.read(f"handbook/{language}/printing.md")
    assert [name for name in KINDS if name not in BY_ACTS and f"`{name}`" not in text] == []
