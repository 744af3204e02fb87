"""The print queue and the spool: what waits becomes paper once, what does not says why, and nothing is doubled unsaid."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factory_floor import Floor

from qdesk.errors import Refused
from qdesk.machines import Printer
from qdesk.slips import spool as spool_module
from qdesk.slips.queue import kept, said
from qdesk.slips.sending import Job, NotPrinted
from qdesk.slips.spool import (
    Spool,
    alone_at,
    ask_for,
    cancel_print,
    confirm_print,
    failed_prints,
    print_again,
    queue_rows,
)
from qdesk.slips.typesetting import Typesetter, typesetter
from qdesk.words import Title, Words

OFFICE = """
[printers.office]
kind = 'command'
title = { zh = '办公室', en = 'office' }
command = ['sh', '-c', 'exit 1', '{file}']
"""
AT_SALES = "[desks.sales.printers]\ndefault = 'office'\n"
Sent = list[tuple[str, str, bool]]


@pytest.fixture(scope="session")
def setter() -> Iterator[Typesetter]:
    """One typesetter for all."""
    with typesetter() as made:
        yield made


class Bench:
    """A floor with its spool, and printers that do what a test says."""

    def __init__(self, floor: Floor, setter: Typesetter, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stand beside a factory."""
        self.floor, self.site = floor, floor.site
        self.spool = Spool(floor.site, setter)
        self.sent: Sent = []
        self.patch = monkeypatch

    def answers(self, answer: Callable[[Printer, Job], str | None]) -> None:
        """Let every printer answer so; what it was sent is kept."""

        def send(printer: Printer, job: Job, folder: Path) -> str | None:
            self.sent.append((printer.name, job.name, job.again))
            return answer(printer, job)

        self.patch.setattr(spool_module, "send", send)

    def fails(self, code: str, came_out: bool) -> None:
        """Let every printer fail."""

        def fail(printer: Printer, job: Job) -> str | None:
            raise NotPrinted(Refused(code, printer=printer.name), came_out)

        self.answers(fail)

    def follows(self, answer: object) -> None:
        """Let every job that a printer took end so."""

        def follow(printer: Printer, number: str) -> bool:
            if isinstance(answer, Exception):
                raise answer
            return bool(answer)

        self.patch.setattr(spool_module, "follow", follow)

    def work(self, *desks: str) -> int:
        """Work once."""
        return self.spool.work(desks or ("sales",))

    def states(self, *columns: str) -> list[Any]:
        """How the rows stand, in their order."""
        rows = self.floor.rows(f"SELECT {', '.join(columns or ('state',))} FROM prints ORDER BY id")
        return [row if len(columns) > 1 else row[0] for row in rows]

    def rows(self, desk: str = "sales") -> list[dict[str, Any]]:
        """The queue as a screen shows it."""
        return queue_rows(self.site, desk, Words.load("en"))

    def first(self) -> int:
        """The number of the first row."""
        return int(self.floor.rows("SELECT MIN(id) FROM prints")[0][0])

    def keep_one(self) -> str:
        """Leave only the slip of copy 1 in the queue, and return its piece."""
        with self.site.database.writing() as cursor:
            cursor.execute("DELETE FROM prints WHERE number > 1")
        return str(self.floor.rows("SELECT subject FROM prints")[0][0])


@pytest.fixture
def bench(floor: Floor, setter: Typesetter, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A set of six slips waits at the sales desk."""
    floor.play("authorise")
    return Bench(floor, setter, monkeypatch)


@pytest.fixture
def office(floors: Callable[..., Floor], setter: Typesetter, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The same where the sales desk has a printer of its own."""
    floor = floors(own=OFFICE + AT_SALES)
    floor.play("authorise")
    return Bench(floor, setter, monkeypatch)


def test_a_set_becomes_six_pdfs_with_nothing_set_up(bench: Bench) -> None:
    assert bench.work() == 6
    assert bench.states() == ["done"] * 6
    files = sorted((bench.floor.folder / "prints").iterdir())
    assert [path.name[:13] for path in files] == [f"{bench.floor.case}-{number}" for number in range(1, 7)]
    assert {path.read_bytes()[:5] for path in files} == {b"%PDF-"}
    assert bench.work() == 0


def test_only_what_waits_at_the_desks_named_is_printed(bench: Bench) -> None:
    bench.answers(lambda printer, job: None)
    assert bench.work("planning", "quality") == 0
    assert bench.states() == ["waiting"] * 6 and bench.sent == []


def test_a_row_says_sent_before_the_first_byte_goes_out(bench: Bench) -> None:
    seen: list[list[Any]] = []
    bench.answers(lambda printer, job: seen.append(bench.states("state", "printer", "tries")))
    bench.work()
    assert seen[0][0] == ("sent", "folder", 1) and seen[0][1] == ("waiting", "", 0)


def test_a_failure_keeps_its_reason_and_is_counted_at_its_desk(office: Bench) -> None:
    office.fails("printer_no_paper", came_out=False)
    assert office.work() == 1  # the others wait: a dead printer is not tried six times in a row
    assert office.states()[:2] == ["failed", "waiting"]
    assert (failed_prints(office.site, "sales"), failed_prints(office.site, "planning")) == (1, 0)
    row = office.rows()[0]
    assert row["why"] == Words.load("en").say("error.printer_no_paper", printer="office")
    assert (row["printer"], row["maybe"], row["copy"]) == ("office", False, f"{office.floor.case}/1")
    while office.work():
        pass
    assert office.states() == ["failed"] * 6


def test_printers_that_work_come_before_one_that_failed(floors: Callable[..., Floor], setter: Typesetter,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    floor = floors(own=f"{OFFICE}[desks.sales.printers]\ndefault = 'office'\nitem_label = 'folder'\n")
    floor.play("authorise")
    bench = Bench(floor, setter, monkeypatch)
    bench.fails("printer_no_paper", came_out=False)
    bench.work()
    ask_for(floor.site, floor.token("S1"), "item_label", "V-100")
    bench.sent.clear()
    bench.answers(lambda printer, job: None)
    bench.work()
    assert [name for name, _, _ in bench.sent][:2] == ["folder", "office"]


def test_printing_again_at_another_printer_says_reprint_only_where_paper_may_have_come_out(office: Bench) -> None:
    for came_out in (False, True):
        office.fails("printer_silent", came_out)
        office.work()
        print_again(office.site, office.floor.token("S1"), office.first(), printer="folder")
        office.answers(lambda printer, job: None)
        office.sent.clear()
        while office.work():
            pass
        assert office.sent[0][0] == "folder" and office.sent[0][2] is came_out
        with office.site.database.writing() as cursor:
            cursor.execute("UPDATE prints SET state = 'waiting', printer = ''")


def test_a_second_attempt_stands_as_reprint_on_the_paper(office: Bench) -> None:
    told: list[dict[str, Any]] = []

    def send(printer: Printer, job: Job) -> str | None:
        [contents] = [cell.cell_contents for cell in job.pdf.__closure__ or () if isinstance(cell.cell_contents, dict)]
        told.append(contents)
        raise NotPrinted(Refused("printer_broke_off", printer=printer.name), came_out=True)

    office.answers(send)
    office.work()
    print_again(office.site, office.floor.token("S1"), office.first())
    office.work()
    assert [bool(each["again"]) for each in told] == [False, True]


def test_what_a_queue_took_is_followed_until_it_is_paper(office: Bench) -> None:
    office.keep_one()
    office.answers(lambda printer, job: "office-17@1")
    office.follows(False)
    office.work()
    assert office.states("state", "job") == [("sent", "office-17@1")]
    assert office.work() == 0 and len(office.sent) == 1
    office.follows(True)
    assert office.work() == 1
    assert office.states("state", "maybe") == [("done", 0)]


def test_a_job_that_ends_badly_is_told_and_printed_again_as_a_reprint(office: Bench) -> None:
    office.keep_one()
    office.answers(lambda printer, job: "office-17@1")
    office.follows(NotPrinted(Refused("print_job_failed", printer="office", job="office-17", said="aborted"), came_out=True))
    office.work()
    office.work()
    assert office.states("state", "maybe") == [("failed", 1)]
    assert "aborted" in office.rows()[0]["why"]


def test_a_print_that_was_interrupted_is_not_printed_again_by_itself(office: Bench) -> None:
    office.keep_one()

    def dies(printer: Printer, job: Job) -> str | None:
        raise KeyboardInterrupt

    office.answers(dies)
    with pytest.raises(KeyboardInterrupt):
        office.work()
    assert office.states() == ["sent"]
    office.answers(lambda printer, job: None)
    office.work()
    assert office.states("state", "maybe") == [("failed", 1)]
    assert "REPRINT" not in office.rows()[0]["why"] and "office" in office.rows()[0]["why"]
    print_again(office.site, office.floor.token("S1"), office.first())
    office.work()
    assert office.sent[-1][2] is True and office.states() == ["done"]


def test_a_folder_is_certain_also_when_the_program_was_interrupted(bench: Bench) -> None:
    bench.keep_one()

    def dies(printer: Printer, job: Job) -> str | None:
        raise KeyboardInterrupt

    with bench.patch.context() as within:
        within.setattr(spool_module, "send", lambda printer, job, folder: dies(printer, job))
        with pytest.raises(KeyboardInterrupt):
            bench.work()
    bench.work()
    assert bench.states("state", "maybe") == [("done", 0)]
    assert len(list((bench.floor.folder / "prints").iterdir())) == 1


def test_two_processes_never_work_at_one_printer(bench: Bench) -> None:
    with alone_at(bench.floor.folder / "printers" / "folder.lock") as alone:
        assert alone
        assert bench.work() == 0 and bench.states() == ["waiting"] * 6
    assert bench.work() == 6


def test_a_full_machine_leaves_a_row_that_says_so(office: Bench) -> None:
    def full(printer: Printer, job: Job) -> str | None:
        raise OSError(28, "No space left on device", "/tmp/print.pdf")

    office.answers(full)
    office.work()
    assert office.states("state", "maybe")[0] == ("failed", 1)
    assert "/tmp/print.pdf" in office.rows()[0]["why"]


def test_a_printer_that_is_gone_from_the_settings_is_named(bench: Bench) -> None:
    with bench.site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET printer = 'gone' WHERE number = 1")
    bench.answers(lambda printer, job: None)
    bench.work()
    assert bench.states() == ["failed", *["done"] * 5]
    assert "gone" in bench.rows()[0]["why"]


def test_paper_that_a_kind_is_not_made_for_is_refused_before_it_is_printed(bench: Bench) -> None:
    ask_for(bench.site, bench.floor.token("S1"), "badge", "S1")
    bench.patch.setattr(
        spool_module, "printer_for", lambda site, *what: dataclasses.replace(site.factory.printers["folder"], paper="a5")
    )
    bench.answers(lambda printer, job: None)
    bench.work()
    assert bench.states() == [*["done"] * 6, "failed"]


def test_characters_without_a_glyph_are_named_first_and_printed_when_somebody_asks_again(bench: Bench) -> None:
    bench.keep_one()
    bench.patch.setattr(spool_module, "missing_glyphs", lambda contents, fonts: ["𠮷"])
    bench.answers(lambda printer, job: None)
    bench.work()
    assert bench.states("state", "maybe") == [("failed", 0)] and bench.sent == []
    assert "𠮷" in bench.rows()[0]["why"]
    print_again(bench.site, bench.floor.token("S1"), bench.first())
    bench.work()
    assert bench.states() == ["done"]


def test_what_is_paper_is_not_printed_a_second_time(bench: Bench) -> None:
    bench.work()
    with bench.floor.refused("print_done"):
        print_again(bench.site, bench.floor.token("S1"), bench.first())
    with bench.floor.refused("print_done"):
        cancel_print(bench.site, bench.floor.token("S1"), bench.first())


def test_a_label_may_be_printed_as_often_as_one_likes(bench: Bench) -> None:
    number = ask_for(bench.site, bench.floor.token("S1"), "item_label", "V-100")
    bench.work()
    print_again(bench.site, bench.floor.token("S1"), number)
    assert bench.states()[-1] == "waiting"
    bench.work()
    assert [row["copy"] for row in bench.rows() if row["kind"] == "item_label"] == [""]


def test_only_an_act_prints_a_slip_and_unknown_things_are_refused_when_asked_for(bench: Bench) -> None:
    token, piece = bench.floor.token("S1"), bench.floor.code(1)
    for kind, subject, code in (
        ("slip", piece, "print_needs_act"), ("blank_form", "", "print_needs_act"), ("poster", "", "print_kind_unknown"),
    ):  # fmt: skip
        with bench.floor.refused(code):
            ask_for(bench.site, token, kind, subject)
    with bench.floor.refused("printer_unknown"):
        ask_for(bench.site, token, "item_label", "V-100", printer="moon")
    with pytest.raises(Refused):
        ask_for(bench.site, token, "item_label", "NO-SUCH-ITEM")
    assert len(bench.states()) == 6


def test_stickers_of_numbers_that_are_paper_already_say_reprint_and_so_do_slips_after_them(bench: Bench) -> None:
    token = bench.floor.token("S1")
    ask_for(bench.site, token, "stickers", bench.floor.case)
    assert bench.states("kind", "maybe") == [*[("slip", 1)] * 6, ("stickers", 0)]
    bench.answers(lambda printer, job: None)
    bench.work()
    ask_for(bench.site, token, "stickers", bench.floor.case)
    assert bench.states("kind", "maybe")[-1] == ("stickers", 1)


def test_a_print_of_another_desk_is_nobodys_business(bench: Bench) -> None:
    for function in (print_again, cancel_print):
        with bench.floor.refused("print_unknown"):
            function(bench.site, bench.floor.token("K1"), bench.first())
        with bench.floor.refused("print_unknown"):
            function(bench.site, bench.floor.token("S1"), 999_999)
        with bench.floor.refused("session_unknown"):
            function(bench.site, "stranger", bench.first())


def test_a_print_that_is_just_going_out_is_left_alone(office: Bench) -> None:
    office.keep_one()
    token, caught = office.floor.token("S1"), []

    def meanwhile(printer: Printer, job: Job) -> str | None:
        for function in (print_again, cancel_print):
            with pytest.raises(Refused) as refused:
                function(office.site, token, office.first())
            caught.append(refused.value.code)
        return "office-1@1"

    office.answers(meanwhile)
    office.follows(False)
    office.work()
    assert caught == ["print_under_way"] * 2
    print_again(office.site, token, office.first(), printer="folder")
    assert office.states("state", "maybe", "job") == [("waiting", 1, "")]


def test_what_was_decided_meanwhile_is_not_overwritten_by_an_old_job(office: Bench) -> None:
    office.keep_one()
    office.answers(lambda printer, job: "office-1@1")
    office.work()
    token = office.floor.token("S1")

    def follow(printer: Printer, number: str) -> bool:
        cancel_print(office.site, token, office.first())
        return True

    office.patch.setattr(spool_module, "follow", follow)
    office.work()
    assert office.states("state", "maybe") == [("cancelled", 1)]


def test_a_cancelled_print_stays_cancelled(bench: Bench) -> None:
    token = bench.floor.token("S1")
    cancel_print(bench.site, token, bench.first())
    with bench.floor.refused("print_cancelled"):
        print_again(bench.site, token, bench.first())
    bench.answers(lambda printer, job: None)
    bench.work()
    assert bench.states() == ["cancelled", *["done"] * 5]


def test_a_slip_that_was_scanned_back_is_paper_whatever_its_printer_said(office: Bench) -> None:
    piece, token = office.keep_one(), office.floor.token("S1")
    assert confirm_print(office.site, token, piece) is False  # it was never sent anywhere
    office.fails("printer_silent", came_out=True)
    office.work()
    assert confirm_print(office.site, token, piece) is True
    assert office.states() == ["done"] and office.rows()[0]["why"] == ""
    assert confirm_print(office.site, token, piece) is True
    assert confirm_print(office.site, token, office.floor.code(2)) is False
    with office.floor.refused("session_unknown"):
        confirm_print(office.site, "stranger", piece)


def test_nobody_is_told_of_a_failure_of_paper_that_is_void_by_now(office: Bench) -> None:
    office.keep_one()
    office.answers(lambda printer, job: "office-1@1")
    office.work()
    office.floor.do("S1", "reprint", [1], reason="torn")
    office.follows(NotPrinted(Refused("print_job_failed", printer="office", job="office-1", said="x"), came_out=True))
    office.answers(lambda printer, job: None)
    office.follows(NotPrinted(Refused("print_job_failed", printer="office", job="office-1", said="x"), came_out=True))
    office.work()
    assert office.states() == ["cancelled", "done"]
    with office.floor.refused("print_cancelled"):
        print_again(office.site, office.floor.token("S1"), office.first())


def test_a_reprint_cancels_what_waited_and_queues_the_new_number(bench: Bench) -> None:
    bench.keep_one()
    done = bench.floor.do("S1", "reprint", [1], reason="torn")
    assert bench.states("subject", "state")[1:] == [(done.prints[0]["piece"], "waiting")]
    assert bench.states()[0] == "cancelled"


def test_paper_that_may_have_come_out_counts_as_printed_when_an_act_is_taken_back(office: Bench) -> None:
    office.fails("printer_silent", came_out=True)
    office.work()
    with office.floor.refused("something_followed"):
        office.floor.do("S2", "reverse")
    office.floor.do("Q1", "reverse", reason="wrong customer")
    assert office.states() == ["cancelled"] * 6
    assert office.floor.rows("SELECT COUNT(*) FROM pieces WHERE void_because = 'reversed'") == [(1,)]


def test_a_print_that_failed_for_certain_is_taken_back_like_one_that_waits(office: Bench) -> None:
    office.fails("printer_no_paper", came_out=False)
    office.work()
    office.floor.do("S2", "reverse")
    assert office.states() == ["cancelled"] * 6


def test_the_queue_tells_slips_by_copy_and_purpose_and_ends_with_what_was_printed_last(office: Bench) -> None:
    office.answers(lambda printer, job: None)
    office.work()
    ask_for(office.site, office.floor.token("S1"), "item_label", "V-100")
    rows = office.rows()
    assert [row["kind"] for row in rows] == ["item_label", *["slip"] * 6]
    assert [row["copy"][-2:] for row in rows[1:]] == ["/6", "/5", "/4", "/3", "/2", "/1"]
    assert rows[0]["title"] == Words.load("en").say("kind.item_label") and rows[0]["subject"] == "V-100"
    assert len({row["title"] for row in rows[1:]}) == 6
    chinese = queue_rows(office.site, "sales", Words.load("zh"))
    assert not {row["title"] for row in chinese} & {row["title"] for row in rows}


def test_a_reason_is_kept_for_both_languages_and_cannot_hold_what_moves_a_cursor() -> None:
    why = kept(Refused("role_unknown", role=Title("业务员", "sales clerk"), text="\x1b[2J", many=["a", 3]))
    assert "\\u001b" not in why and "<U+001B>" in why
    words = Words.load("en")
    why = kept(Refused("desk_unknown", desk=Title("库", "store")))
    assert (said(why, words), "库" in said(why, Words.load("zh"))) == ("There is no desk “store”.", True)


def test_a_blank_is_scanned_back_by_any_of_its_pieces_and_not_printed_again_once_it_was_used(bench: Bench) -> None:
    bench.floor.do("A1", "issue_blanks", case="", form="product_modification.application", number="1")
    token = bench.floor.token("A1")
    bench.fails("printer_silent", came_out=True)
    bench.work("administration")
    [row] = bench.rows("administration")
    assert (row["kind"], row["state"]) == ("blank_form", "failed")
    piece = bench.floor.rows("SELECT number FROM blank_pieces WHERE serial = ? AND copy = 3", row["subject"])[0][0]
    assert confirm_print(bench.site, token, piece) is True
    assert bench.rows("administration")[0]["state"] == "done"
    with bench.site.database.writing() as cursor:
        cursor.execute("UPDATE prints SET state = 'failed' WHERE id = ?", (row["id"],))
        cursor.execute("UPDATE blanks SET used_at = 1")
    with pytest.raises(Refused) as refused:
        print_again(bench.site, token, row["id"])
    with bench.site.database.writing() as cursor:
        cursor.execute("UPDATE blanks SET used_at = NULL")
    assert refused.value.code == "print_cancelled"


def test_a_folder_in_which_no_lock_can_be_made_is_a_refusal_and_leaves_the_queue_alone(bench: Bench) -> None:
    (bench.floor.folder / "printers").write_text("", encoding="utf-8")
    with bench.floor.refused("disk_fault"):
        bench.work()
    assert bench.states() == ["waiting"] * 6
