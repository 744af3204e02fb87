"""The papers of nonconformity, rejection and first article as they are printed: one slip a copy, with what stands on the form."""

from __future__ import annotations

from typing import Any

import pytest
from quality_floor import DRIVER, NINE, Quality
from sheet_reader import words_on

from qdesk.quarantine import QUARANTINE
from qdesk.slips.kinds import kind_of_paper
from qdesk.slips.typesetting import typesetter
from qdesk.stock import Portion, Stock


def printed(quality: Quality, serial: str, language: str = "zh") -> list[str]:
    """The text of each copy of a document, as it comes out of the printer."""
    site, kind = quality.floor.site, kind_of_paper("slip")
    pieces = site.database.rows("SELECT piece FROM copies WHERE serial = ? ORDER BY number", serial)
    with site.database.reading() as cursor:
        sheets = [kind.build(site, cursor, piece, site.languages[language], False) for (piece,) in pieces]
    with typesetter() as pen:
        return ["".join(words_on(pen, kind, sheet, "a5")) for sheet in sheets]


def queued(quality: Quality, form: str) -> int:
    """How many slips of a form were sent to the printer."""
    return int(quality.floor.rows("SELECT COUNT(*) FROM prints WHERE form = ?", form)[0][0])


def test_the_report_goes_with_the_goods_as_soon_as_it_is_written(quality: Quality) -> None:
    lot = quality.apart()
    serial = quality.report(lot, kind="incoming", nature="functional", cause="渗漏")
    assert queued(quality, "nonconforming") == 2
    file, goods = printed(quality, serial)
    assert all(text in file for text in ("不合格品处理单", serial, "来料不良", "功能失效", "渗漏", lot, "V-100"))
    assert "随物联" in goods


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_application_for_a_concession_has_room_for_the_customer(quality: Quality, language: str) -> None:
    [page] = printed(quality, quality.conceded(use_until="2026-06-30"), language)
    wanted = {
        "zh": ("让步接收申请", "海河机械", "2026-06-30", "顾客", "V-100"),
        "en": ("Applicationforaconcession", "Customer", "2026-06-30", "V-100"),
    }
    assert [text for text in wanted[language] if text not in page] == []


def test_scrap_and_the_return_to_the_supplier_have_papers_of_their_own(quality: Quality) -> None:
    quality.disposed("scrap", reason="裂纹")
    quality.do("I1", "scrap", "2")
    assert "报废品集中登记单" in printed(quality, quality.yard.serials["scrapping"])[0]
    quality.report(quality.apart("NEW-PART", 10, "parts_store", purchased=1), item="NEW-PART")
    quality.assess()
    quality.do("Q1", "dispose", "1", "return", returned_to="华北铸造")
    quality.do("RK1", "load#1", "2", signers=DRIVER)
    _, load = printed(quality, quality.yard.serials["return_load#1"])
    assert all(text in load for text in ("退货单", "华北铸造", "NEW-PART", "10"))
    quality.do("RK1", "issue_pass#1", "2", fields={"plate": "晋A12345", "driver": "赵师傅", "packages": "3"})
    assert "华北铸造" in printed(quality, quality.yard.serials["pass#1"])[1]


def slip(quality: Quality, copy: str) -> dict[str, Any]:
    """What the slip of a copy says."""
    site = quality.floor.site
    [(piece,)] = site.database.rows("SELECT piece FROM copies WHERE name = ?", copy)
    with site.database.reading() as cursor:
        return kind_of_paper("slip").build(site, cursor, piece, site.languages["zh"], False)


def way(quality: Quality, copy: str) -> str:
    """The desks that the slip of a copy names, and who keeps it."""
    said = slip(quality, copy)
    return f"{' '.join(said['way']['value'])}: {said['kept']['value']}"


def test_a_slip_says_the_way_that_the_case_has_really_taken(quality: Quality) -> None:
    quality.report(quality.apart("NEW-PART", 10, "parts_store", purchased=1), item="NEW-PART", home="raw_store")
    assert way(quality, f"{quality.case}/2") == "检验部门 阀车间 检验部门 原材料库: 原材料库"  # where, nobody has said yet
    boxes = [box["step"] for box in slip(quality, f"{quality.case}/2")["boxes"]]
    assert [step for step in boxes if step in ("返工返修（阀车间）", "复检", "合格品入原材料库")] == boxes[-3:]
    quality.assess()
    quality.do("Q1", "dispose", "1", "return", returned_to="华北铸造")
    assert way(quality, f"{quality.case}/2") == "检验部门 原材料库: 原材料库"
    boxes = [box["step"] for box in slip(quality, f"{quality.case}/2")["boxes"]]
    assert "退货装车" in boxes and not any(step.startswith("返工返修") for step in boxes)
    quality.do("RK1", "load#1", "2", signers=DRIVER)
    quality.do("RK1", "issue_pass#1", "2", fields={"plate": "晋A12345", "driver": "赵师傅", "packages": "3"})
    assert way(quality, f"{quality.yard.serials['return_load#1']}/2") == "原材料库 供方: 供方"
    assert way(quality, f"{quality.yard.serials['pass#1']}/2") == "原材料库 门卫: 门卫"
    quality.disposed("scrap", reason="裂纹")
    quality.do("I1", "scrap", "2")
    assert way(quality, f"{quality.yard.serials['scrapping']}/1") == "检验部门 品管部: 品管部"


def test_the_first_article_report_has_its_nine_answers_when_it_is_printed(quality: Quality) -> None:
    quality.procedure = "first_article"
    about = {"drawing": "TZ-200", "process_sheet": "GY-17", "process": "阀体精加工", "operator": "毛建国"}
    serial = quality.begin("AL1", "apply", [{"item": "V-100", "quantity": "1"}], about)
    answers = {**dict.fromkeys(NINE, "yes"), "record_agrees_remark": "件号一致"}
    signers = {"quality_manager": "Q1", "production_officer": "PO1"}
    quality.do("T1", "appraise", "1", "positive", signers=signers, **answers)
    assert queued(quality, "first_article") == 1
    [page] = printed(quality, serial)
    assert all(text in page for text in ("RCDF-04", "首件鉴定报告", "9操作者、检验员具备资格", "件号一致", "合格", "TZ-200"))


def test_the_feedback_sheet_is_four_slips_one_for_each_department(quality: Quality) -> None:
    lot = quality.apart()
    quality.report(lot, "4")
    quality.procedure = "rejection"
    with quality.floor.site.writing() as entry:
        Stock(entry, quality.floor.site.factory.places).move("", Portion("V-100", lot, 4000), QUARANTINE, "returned_goods")
        entry.seal(by=1, desk="inspection", step="moved")
    fields = {"customer": "海河机械", "complaint": "阀体渗漏"}
    serial = quality.begin("AF1", "register", [{"item": "V-100", "lot": lot, "quantity": "4"}], fields)
    pages = printed(quality, serial)
    for page, use in zip(pages, ("品管部存档", "计划部联", "科技部联", "随物联"), strict=True):
        assert all(text in page for text in ("质检信息反馈跟踪表", use, "海河机械", "阀体渗漏", lot))
