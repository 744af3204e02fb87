from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pipe_client import qdesk, says

from qdesk.clock import Clock, FixedClock
from qdesk.config import write_site
from qdesk.site import Site, open_site

UNSAID = re.compile(r"\[[a-z_]+\.[a-z_.]+\]|\{[a-z_]+\}")
CHAPTER = re.compile(r"^([1-9]|[一二三四五六七八九])[.、] ?(?=\S)", re.MULTILINE)
NUMBERED = re.compile(r"^ ?(\d+)\. ", re.MULTILINE)


def tables(site: Site) -> dict[str, int]:
    names = ("cases", "documents", "persons", "items", "notices", "attempts")
    return {name: site.database.rows(f"SELECT COUNT(*) FROM {name}")[0][0] for name in names}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_demo_tells_its_story_and_ten_refusals_and_leaves_nothing_behind(language: str, tmp_path: Path) -> None:
    scratch, here = tmp_path / "scratch", tmp_path / "here"
    scratch.mkdir()
    here.mkdir()
    told = qdesk("demo", "--play", "--language", language, cwd=here, TMPDIR=str(scratch))
    assert (told.returncode, told.stderr) == (0, "")
    assert UNSAID.findall(told.stdout) == []
    assert " 1 2 3 4 5 6 7 8 9 10" in " ".join(["", *NUMBERED.findall(told.stdout)])
    assert "".join(CHAPTER.findall(told.stdout)) == {"zh": "一二三四五六七八九", "en": "123456789"}[language]
    assert told.stdout.count("    → ") == 10
    assert list(scratch.iterdir()) == list(here.iterdir()) == []


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A factory after the story, and what was told: no verb is named, there only is no terminal."""
    folder = tmp_path_factory.mktemp("played") / "factory"
    told = qdesk("demo", "--site", str(folder), "--language", "en")
    assert (told.returncode, told.stderr) == (0, "")
    return folder, told.stdout


def test_the_demo_plays_where_there_is_no_terminal_and_its_journal_is_sound(played: tuple[Path, str]) -> None:
    folder, told = played
    assert "10 of the ten were refused." in told
    assert qdesk("verify", "--replay", "--site", str(folder)).returncode == 0


def test_each_forbidden_thing_is_refused_for_its_own_reason_and_recorded(played: tuple[Path, str]) -> None:
    site = open_site(played[0])
    kept = site.database.rows("SELECT code, detail FROM attempts ORDER BY id")
    assert kept == [
        ("step_not_possible", "draw_before_consent"),
        ("step_not_possible", "draw_twice"),
        ("not_inspected", "receive_without_stamp"),
        ("own_work", "stamp_own_work"),
        ("rule_forbids", "out_of_limits"),
        ("scan_missing", "receive_with_one_copy"),
        ("piece_foreign", "forged_number"),
        ("pin_wrong", "wrong_pin"),
        ("rule_forbids", "more_than_there_is"),
        ("key_reused", "same_key_other_contents"),
    ]
    assert site.database.rows("SELECT ended FROM cases WHERE procedure = 'product_modification' ORDER BY code") == [
        ("",), ("",), ("completed",), ("",),
    ]  # fmt: skip
    assert site.database.rows("SELECT ended FROM cases WHERE procedure = 'delivery'") == [("delivered",)]
    site.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "deep" / "factory"
    told = qdesk("demo", "--prepare", "--site", str(folder), "--language", "zh")
    assert (told.returncode, told.stderr) == (0, "")
    assert str(folder / "sheet.json") in told.stdout
    return folder


def test_the_sheet_lets_everyone_in_and_every_code_is_known(prepared: Path) -> None:
    sheet: dict[str, Any] = json.loads((prepared / "sheet.json").read_text(encoding="utf-8"))
    site = open_site(prepared, FixedClock(Clock().now()))
    session = ""
    for person in sheet["people"]:
        assert person["desks"], person
        for desk in person["desks"]:
            (told,) = says(site, {"op": "login", "desk": desk, "badge": person["badge"], "pin": person["pin"]})
            assert told["ok"], told
            session = told["session"]
    codes = [
        *(copy[name] for copy in sheet["copies"] for name in ("copy", "document", "piece")), *sheet["cases"],
        *(item["code"] for item in sheet["items"]), *(lot["lot"] for lot in sheet["lots"]), *sheet["places"],
        *(person["badge"] for person in sheet["people"]),
    ]  # fmt: skip
    cards = says(site, *[{"op": "present", "session": session, "code": code} for code in codes])
    assert [each for each in cards if not each["ok"]] == []
    site.close()


def test_the_prepared_factory_has_a_late_case_and_one_in_the_valve_shop(prepared: Path) -> None:
    told = qdesk("inbox", "--site", str(prepared), "--language", "en")
    rows = [line.split() for line in told.stdout.splitlines() if "GX" in line]
    assert [(row[0], row[-1]) for row in rows if row[-1] == "late"] == [(rows[0][0], "late")]
    assert len({row[0] for row in rows}) == 2


def test_a_second_factory_is_not_made_over_the_first(prepared: Path) -> None:
    before = {path.name: path.read_bytes() for path in prepared.iterdir() if path.is_file()}
    for verb in ("--prepare", "--play"):
        told = qdesk("demo", verb, "--site", str(prepared), "--language", "en")
        assert (told.returncode, told.stdout) == (1, "")
        assert len(told.stderr.splitlines()) == 1 and str(prepared) in told.stderr
    assert {path.name: path.read_bytes() for path in prepared.iterdir() if path.is_file()} == before


def test_the_demo_leaves_no_plan_of_its_own_in_the_folder_of_a_real_site(tmp_path: Path) -> None:
    write_site(tmp_path, "V1", "Real works", "en")
    told = qdesk("demo", "--prepare", "--site", str(tmp_path))
    assert told.returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["site.toml"]


@pytest.mark.parametrize("verb", ["--prepare", "--play"])
def test_a_folder_that_cannot_be_made_is_a_clear_refusal(tmp_path: Path, verb: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = qdesk("demo", verb, "--site", str(tmp_path / "file" / "factory"), "--language", "en")
    assert (told.returncode, told.stdout) == (1, "")
    assert len(told.stderr.splitlines()) == 1 and "cannot be made" in told.stderr


def test_a_prepared_factory_is_a_scratch_site_in_the_language_asked_for(prepared: Path) -> None:
    site = open_site(prepared)
    assert (site.config.scratch, site.config.language) == (True, "zh")
    assert tables(site) == {"cases": 2, "documents": 2, "persons": 29, "items": 17, "notices": 0, "attempts": 0}
    site.close()
