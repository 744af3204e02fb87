"""The book of procedures at a site: proved before use, overridden by the site, and a running case keeps to its own text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from factory_floor import P01, Floor, FloorMaker

import data
from qdesk.desk import book
from qdesk.desk.beside import BESIDE
from qdesk.desk.book import ROOMS, WRITERS, in_force, known_of, stranded
from qdesk.desk.fixed import FIXED
from qdesk.errors import Refused
from qdesk.language import ProcedureBroken
from qdesk.procedure import load
from qdesk.site import Site, open_site

TEXT = data.read("procedures/product_modification.toml")


def write_own(folder: Path, text: str, name: str = "product_modification.toml") -> None:
    """Put a procedure into the site's own folder."""
    (folder / "procedures").mkdir(exist_ok=True)
    (folder / "procedures" / name).write_text(text, encoding="utf-8")


def reopened(floor: Floor) -> Site:
    """The site as the next process opens it."""
    floor.site.close()
    floor.site = open_site(floor.folder, floor.clock, synchronous="off")
    return floor.site


def test_a_procedure_is_proved_once_and_the_verdict_kept(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    in_force(reopened(floor))
    assert set(floor.rows("SELECT proved FROM verdicts")) == {(1,)}

    def prove_again(*given: object) -> list[object]:
        raise AssertionError(given)

    monkeypatch.setattr(book, "prove", prove_again)
    in_force(reopened(floor))


def test_a_site_overrides_a_procedure_and_new_cases_open_under_it(floor: Floor) -> None:
    write_own(floor.folder, TEXT.replace("填写改型申请单", "写申请"))
    site = reopened(floor)
    floor.apply()
    assert in_force(site)[P01].procedure.steps["apply"].title.zh == "写申请"
    assert "写申请" in floor.rows("SELECT text FROM procedure_texts")[0][0]


def test_a_running_case_keeps_to_the_text_it_was_opened_under(floor: Floor) -> None:
    floor.play("authorise")
    write_own(floor.folder, TEXT.replace('asks = ["plan_undisturbed?"]\n', 'asks = ["plan_undisturbed?", "reason"]\n'))
    reopened(floor)
    floor.play("return_closing_copy")
    assert floor.ended() == "completed"
    floor.case = ""
    floor.play("authorise")
    with floor.refused("answer_missing"):
        floor.step("plan")


def test_a_procedure_that_is_not_proved_opens_no_case(floor: Floor) -> None:
    write_own(floor.folder, TEXT.replace('after = ["inspect_old.pass"]', 'after = ["abandon"]'))
    reopened(floor)
    with floor.refused("procedure_not_proved"):
        floor.apply()
    assert floor.rows("SELECT COUNT(*) FROM verdicts WHERE proved = 0") == [(1,)]


def test_a_broken_procedure_of_the_site_is_refused_with_every_problem(floor: Floor) -> None:
    write_own(floor.folder, TEXT.replace('desk = "planning"', 'desk = "planing"').replace('by = "keeper"', 'by = "keper"'))
    with pytest.raises(Refused) as refused:
        in_force(reopened(floor))
    assert refused.value.code == "procedure_broken"
    told = [floor.site.words.because(reason)["message"] for reason in refused.value.because]
    assert len(told) >= 2 and all(told)


def test_a_file_that_is_no_text_is_refused_by_name(floor: Floor) -> None:
    write_own(floor.folder, "")
    (floor.folder / "procedures" / "product_modification.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused) as refused:
        in_force(reopened(floor))
    assert refused.value.code == "file_unreadable"


def test_open_cases_whose_desk_is_gone_are_named_at_start(floors: FloorMaker) -> None:
    floor: Floor = floors(own='[desks.annex]\nkind = "office"\ntitle = { zh = "分部", en = "Annex" }\nroles = ["planner"]\n')
    write_own(floor.folder, TEXT.replace('desk = "planning"', 'desk = "annex"').replace("{ planning =", "{ annex =")
              .replace('rests = "planning"', 'rests = "annex"').replace("planning = [3, 4, 5, 6]", "annex = [3, 4, 5, 6]"))
    reopened(floor)
    case = floor.apply()
    assert stranded(floor.site) == []
    (floor.folder / "factory.toml").unlink()
    (floor.folder / "procedures" / "product_modification.toml").unlink()
    [(named, broken)] = stranded(reopened(floor))
    assert named == case
    assert any("annex" in floor.site.words.because(reason)["message"] for reason in broken.because)
    (floor.folder / "factory.toml").write_text('[desks.annex]\nkind = "office"\ntitle = { zh = "分部", en = "Annex" }\n'
                                               'roles = ["planner"]\n', encoding="utf-8")
    reopened(floor)


def test_a_name_has_its_meaning_from_one_room() -> None:
    given = [("move", name) for room in ROOMS for name in room.MOVES] + [("rule", name) for room in ROOMS for name in room.RULES]
    given += [("question", name) for room in ROOMS for name in room.QUESTIONS]
    given += [("writing", name) for room in WRITERS for name in room.WRITINGS]
    assert [each for each, times in Counter(given).items() if times > 1] == []


def test_no_step_bears_the_name_of_an_act_beside_the_procedures(floor: Floor) -> None:
    assert {*FIXED, "arrive", "found", "restore"} == BESIDE
    text = data.read("procedures/shipping_notice.toml")
    for name in ("arrive", "put_away"):
        with pytest.raises(ProcedureBroken) as broken:
            load(text.replace('id = "announce"', f'id = "{name}"'), "shipping_notice.toml", known_of(floor.site.factory))
        assert "step_beside" in [problem.code.rpartition(".")[2] for problem in broken.value.problems]
