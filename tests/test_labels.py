"""What stands on labels, stickers, badges, cards and blank forms, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheet_reader import blanks as blanks
from sheet_reader import built, words_on
from sheet_reader import pen as pen

from data import SHIPPED
from qdesk.desk.book import in_force
from qdesk.errors import Refused
from qdesk.scan import kind_of
from qdesk.site import Site
from qdesk.slips.cards import ACTIONS_FILE, load_actions
from qdesk.slips.formats import FORMATS
from qdesk.slips.kinds import KINDS, kind_of_paper
from qdesk.slips.typesetting import Typesetter, typesetter
from qdesk.verify import check_slip

UNKNOWN = [
    ("item_label", "V-999", "item_unknown"), ("lot_label", "L99", "lot_unknown"), ("place_label", "nowhere", "place_unknown"),
    ("place_label", "customer", "place_unknown"), ("box_label", "GX26-000099", "document_unknown"),
    ("stamp_label", "1", "signature_unknown"), ("stamp_label", "10.9", "signature_unknown"), 
    ("stamp_label", "x", "signature_unknown"), ("stamp_label", "9" * 30, "signature_unknown"),
    ("stickers", "GX26-000099", "document_unknown"),
    ("stickers", "GX26-000001/9", "copy_unknown"), ("badge", "ghost", "badge_unknown"), ("action_cards", "fly", "action_unknown"),
    ("test_page", "a\x1bb", "text_unclean"), ("blank_form", "GX26-000001", "blank_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "subject", "code"), UNKNOWN)
def test_a_subject_nobody_knows_is_refused_by_name(site: Site, name: str, subject: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        built(site, name, subject)
    assert refused.value.code == code


def test_a_kind_nobody_knows_is_refused_with_those_there_are() -> None:
    assert kind_of_paper("badge") is KINDS["badge"]
    with pytest.raises(Refused) as refused:
        kind_of_paper("passport")
    assert (refused.value.code, refused.value.arguments["known"]) == ("print_kind_unknown", sorted(KINDS))


def test_every_kind_has_its_template_papers_and_words_in_both_languages(site: Site) -> None:
    for name, kind in KINDS.items():
        assert kind.name == name
        assert (SHIPPED / "slips" / f"{kind.template}.typ").is_file()
        assert kind.papers and set(kind.papers) <= set(FORMATS)
        for words in site.languages.values():
            assert {f"kind.{name}", f"subject.{name}"} <= words.keys


def test_stickers_bear_the_pieces_of_the_copies_and_void_or_lost_ones_get_none(site: Site) -> None:
    pieces: dict[str, str] = dict(site.database.rows("SELECT name, piece FROM copies WHERE serial = 'GX26-000002'"))
    told = built(site, "stickers")["stickers"]
    assert {each["copy"]: each["code"]["text"] for each in told} == pieces
    [one] = built(site, "stickers", "GX26-000002/4")["stickers"]
    assert (one["copy"], one["purpose"]) == ("GX26-000002/4", "出库凭证")
    with site.database.writing() as cursor:
        cursor.execute("UPDATE copies SET due = 'void' WHERE name = 'GX26-000002/2'")
        cursor.execute("UPDATE copies SET lost_at = 1 WHERE name = 'GX26-000002/3'")
    assert [each["copy"][-1] for each in built(site, "stickers")["stickers"]] == ["1", "4", "5", "6"]
    for gone, code in (("2", "copy_is_void"), ("3", "copy_is_lost")):
        with pytest.raises(Refused) as refused:
            built(site, "stickers", f"GX26-000002/{gone}")
        assert refused.value.code == code


def test_a_signature_label_says_who_and_where_in_the_journal_and_verify_finds_it_there(site: Site) -> None:
    both = built(site, "stamp_label", "10", "en")["labels"]
    assert [each["head"] for each in both] == ["keeper", "reworker"]
    assert built(site, "stamp_label", "10.2", "en")["labels"] == both[1:]
    [[seq, head]] = [text.split() for title, text in both[0]["rows"] if title == "Journal"]
    assert check_slip(site, seq, head) == []
    assert check_slip(site, seq, head[::-1]) != []
    [stamped] = site.database.rows("SELECT act FROM signatures WHERE kind = 'stamp' LIMIT 1")
    [stamp] = built(site, "stamp_label", str(stamped[0]), "en")["labels"]
    assert (stamp["head"], ["Name", "inspector"] in stamp["rows"]) == ("Stamp 07", True)


def test_no_label_is_printed_for_a_signature_that_lapsed(site: Site) -> None:
    with site.database.writing() as cursor:
        cursor.execute("UPDATE signatures SET lapsed_at = 1 WHERE act = 10 AND number = 1")
    assert [each["head"] for each in built(site, "stamp_label", "10")["labels"]] == ["reworker"]
    with pytest.raises(Refused) as refused:
        built(site, "stamp_label", "10.1")
    assert refused.value.code == "signature_lapsed"


def test_a_box_label_says_where_it_goes_and_leaves_room_for_what_nobody_wrote_R083(site: Site) -> None:
    [label] = built(site, "box_label", language="en")["labels"]
    assert label["head"] == "GX26-000001"
    said = [row[start : start + 2] for row in label["rows"] for start in range(0, len(row), 2)]
    assert dict(said) == {
        "Product": "V-100 闸阀", "Quantity": "2 台", "Destination": "", "Consignee": "Acme", "Telephone": "", "Box no.": "",
        "Made on": "", "Shelf life": "", "Transport": "",
    }  # fmt: skip


def test_the_badge_of_someone_who_left_is_not_printed(site: Site) -> None:
    with site.database.writing() as cursor:
        cursor.execute("UPDATE persons SET left_at = 1 WHERE badge = 'S1'")
    with pytest.raises(Refused) as refused:
        built(site, "badge")
    assert refused.value.code == "badge_revoked"


def test_paper_that_may_have_come_out_before_says_reprint_on_every_piece(blanks: Site, pen: Typesetter) -> None:
    for name in ("stickers", "stamp_label", "badge", "blank_form", "item_label"):
        for again in (True, False):
            pages = words_on(pen, KINDS[name], built(blanks, name, language="en", again=again), KINDS[name].papers[0])
            assert all(("REPRINT" in page) == again for page in pages), name


def test_a_blank_form_is_numbered_marked_and_bears_the_pieces_issued_for_it(blanks: Site, pen: Typesetter) -> None:
    issued: dict[int, str] = dict(blanks.database.rows("SELECT copy, number FROM blank_pieces"))
    told = built(blanks, "blank_form")
    assert [sheet["code"]["text"] for sheet in told["sheets"]] == [issued[copy] for copy in sorted(issued)]
    pages = words_on(pen, KINDS["blank_form"], told, "a5")
    assert len(pages) == len(issued) == 6
    for page in pages:
        assert page.count("应急EMERGENCY") == 2 and "GX26-000003" in page  # at the head and at the foot
    [sheet] = built(blanks, "blank_form", issued[4])["sheets"]
    assert (sheet["code"]["text"], sheet["purpose"]) == (issued[4], "出库凭证")


@pytest.mark.parametrize(("column", "code"), [("used_at", "blank_used"), ("void_at", "blank_void")])
def test_no_blank_is_printed_that_was_entered_or_made_void(blanks: Site, column: str, code: str) -> None:
    with blanks.database.writing() as cursor:
        cursor.execute(f"UPDATE blanks SET {column} = issued_at")
    with pytest.raises(Refused) as refused:
        built(blanks, "blank_form")
    assert refused.value.code == code


def test_action_cards_stand_for_steps_and_outcomes_there_are_and_look_like_no_other_code(site: Site) -> None:
    procedures = [running.procedure for running in in_force(site).values()]
    steps = {step.id for procedure in procedures for step in procedure.steps.values()}
    outcomes = {outcome.name for each in procedures for step in each.steps.values() for outcome in step.outcomes}
    actions = load_actions()
    assert {".pass", ".fail", ".issue", ".receive"} <= set(actions)
    for code, action in actions.items():
        assert (kind_of(code), action.code) == ("other", code)
        assert action.title.zh and action.title.en and action.title.zh != action.title.en
        assert set(action.steps) <= steps and set(action.outcomes) <= outcomes
    told = built(site, "action_cards", language="en")["cards"]
    assert [(card["title"]["zh"], card["title"]["en"]) for card in told][:2] == [("合格", "Pass"), ("不合格", "Fail")]
    assert [card["code"]["text"] for card in built(site, "action_cards", "fail")["cards"]] == [".fail"]


def test_a_site_may_have_cards_of_its_own_and_a_broken_file_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    own = tmp_path / "slips"
    own.mkdir()
    title = 'title = { zh = "称重", en = "Weigh" }'
    (own / ACTIONS_FILE).write_text(f'[weigh]\ncode = ".weigh"\nsteps = ["weigh"]\n{title}\n', encoding="utf-8")
    assert [(action.id, action.title.en) for action in load_actions(tmp_path).values()] == [("weigh", "Weigh")]
    broken = f'[a]\ncode = ".5"\n{title}\n[b]\ncode = ".b_b"\n{title}\n[c]\ncode = ".b_b"\n{title}\nkolour = 1\n'
    (own / ACTIONS_FILE).write_text(broken, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_actions(tmp_path)
    assert refused.value.code == "site_broken"
    assert [(each.code, each.arguments["entry"]) for each in refused.value.because] == [
        ("site.bad_value", "card.a"), ("site.unknown_key", "card.c"), ("site.bad_value", "card.c"),
    ]  # fmt: skip


def test_a_site_may_replace_a_template(site: Site, tmp_path: Path) -> None:
    (tmp_path / "slips").mkdir()
    ours = '#import "base.typ": *\n#sheet[OURS #data.labels.first().head]'
    (tmp_path / "slips" / "badge.typ").write_text(ours, encoding="utf-8")
    with typesetter(tmp_path) as own:
        assert words_on(own, KINDS["badge"], built(site, "badge"), "card") == ["OURSsales_clerk"]
