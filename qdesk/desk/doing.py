"""One step of a procedure while it is being done: judged, entered, written, sealed; or refused, and nothing is left of it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from qdesk import paper
from qdesk.bins import refuse_forbidden
from qdesk.blanks import use_blank
from qdesk.cases import CaseFile, Copy, Document
from qdesk.compiling import in_round
from qdesk.desk.advancing import Advancing
from qdesk.desk.allowing import DESPITE, follow_rules, follow_zones, let_pass, refuse_elsewhere
from qdesk.desk.answer import Done, answer
from qdesk.desk.blindness import refuse_told
from qdesk.desk.book import MOVES, QUESTIONS, Running, keep_text, open_under, opening_form
from qdesk.desk.emergency import EMERGENCY, INPUTS_OF_OPENING, ByHand, by_hand
from qdesk.desk.entering import read_fields, read_lines
from qdesk.desk.request import Request
from qdesk.desk.scanning import scanned_copies
from qdesk.desk.signing import Signer, refuse_own_work, signers_of, write_signatures
from qdesk.desk.standing import (
    Standing,
    refuse_changed,
    rewrite_waiting,
    stand,
    standing_of,
    terminal_of,
    with_another_round,
)
from qdesk.errors import Refused
from qdesk.gate import Judged
from qdesk.journal import Entry, digest_of
from qdesk.people import Session
from qdesk.results import inspected_by, record_results
from qdesk.scan import clean_text
from qdesk.site import Site
from qdesk.stamps import refuse_beyond_authority
from qdesk.vocabulary import Act


class Doing:
    """One step of a procedure while it is being done."""

    def __init__(
        self, site: Site, entry: Entry, session: Session, request: Request, proved: list[Signer], judged: Judged | None = None
    ) -> None:
        """Find the case, or start an empty one, and how it stands."""
        self.site, self.entry, self.request, self.session = site, entry, request, session
        self.proved, self.judged = proved, judged
        self.person = session.person
        self.opens_case = not request.case
        self.filled: ByHand | None = None
        if self.opens_case:
            self.standing = self.new_case(open_under(site, request.procedure))
        else:
            self.standing = stand(site, entry.cursor, request.case, entry.seq - 1)
        self.case = self.standing.case
        self.running = self.standing.running
        self.transition = self.running.transition(request.step, request.outcome)
        self.step, self.outcome = self.transition.step, self.transition.outcome
        self.signed_content: dict[str, Any] = {}
        self.stamp = ""
        self.act = Act(
            site, entry.cursor, entry.at, self.case, self.running.procedure, entry, self.step, self.outcome, self.step.desk,
            self.person, request.inputs, judged=judged, round=self.transition.round,
        )

    def run(self) -> Done:
        """Judge, do and record the step."""
        scanned = self.judge()
        if self.opens_case:
            self.write_case()
        self.read_answers()
        opened = self.open_forms()
        signers = signers_of(self.site, self.entry, self.session, self.person, self.outcome, self.proved)
        refuse_own_work(
            self.case, self.running.procedure, self.outcome, [self.person, *(s.person for s in signers if s.person)]
        )
        warning = follow_rules(self.act, self.outcome.rules)
        self.act.voucher = self.voucher()
        self.inspected = inspected_by(self.act)
        for move in self.outcome.moves:
            MOVES[move].run(self.act)
        refuse_forbidden(self.site, self.entry, self.step.title)
        warned = let_pass(self.act, [*warning, *follow_zones(self.act)], self.request)
        Advancing(self.entry, self.standing, self.transition).advance(scanned)
        self.sign(signers, opened)
        record_results(self.act, self.inspected, self.stamp)
        self.print_sets(opened, bool(signers))
        self.notify()
        return self.finish(warned)

    def judge(self) -> list[Copy]:
        """Refuse the wrong desk, person, order, paper or card; return the copies that were scanned."""
        refuse_elsewhere(self.site, self.session, self.step)
        reasons = [] if self.standing.enabled(self.transition) else self.standing.reasons(self.transition)
        if reasons:
            unstamped = self.transition.inward and not self.case.stamped() and not self.case.ended
            raise Refused("not_inspected" if unstamped else "step_not_possible", reasons, step=self.step.title)
        self.check_card()
        scanned = scanned_copies(self.site, self.entry.cursor, self.standing, self.transition, self.request.copies)
        lost = [each for each in self.standing.lost(self.transition) if each.arguments["copy"] not in {c.name for c in scanned}]
        if lost:
            raise Refused("step_not_possible", lost, step=self.step.title)
        if self.transition.inward and not self.case.stamped():
            raise Refused("not_inspected", step=self.step.title)
        return scanned

    def check_card(self) -> None:
        """Refuse a card that changed since it was on the screen; what is signed must have been seen."""
        if not self.opens_case:
            refuse_changed(self.entry.cursor, self.standing, self.request.seen)
        if not self.request.seen and not self.opens_case and (self.outcome.signs or self.outcome.stamps):
            raise Refused("card_not_seen", step=self.step.title)

    def new_case(self, running: Running) -> Standing:
        """Start a case that does not exist yet: only a step that opens a form and follows nothing can."""
        known = running.procedure.steps.get(self.request.step)
        if known is None:
            raise Refused("step_unknown", step=self.request.step)
        form = opening_form(known)
        if not form:
            raise Refused("case_missing", step=known.title)
        self.filled = by_hand(self.site, self.entry, self.request, running.procedure)
        series = running.procedure.forms[form].series
        serial = self.filled.blank.serial if self.filled else paper.serial_number(self.entry, series)
        case = CaseFile(
            serial, running.procedure.id, running.procedure.digest, self.entry.at, self.person.id, self.entry.seq, "",
            {}, {}, {}, {}, set(), [], [],
        )
        return standing_of(self.site, self.entry.cursor, case)

    def write_case(self) -> None:
        """Write the new case down, with the exact text it runs under."""
        keep_text(self.entry, self.running)
        self.entry.insert(
            "cases", code=self.case.code, procedure=self.case.procedure, digest=self.case.digest, opened_at=self.entry.at,
            opened_by=self.person.id, last_act=self.entry.seq, ended="",
        )

    def open_forms(self) -> list[Document]:
        """Open the forms this step writes out, with all their copies (R001)."""
        opened: list[Document] = []
        for name in self.outcome.opens:
            form = self.running.procedure.forms[name]
            fields = read_fields(self.act, form, self.request.inputs)
            lines = read_lines(self.act, form, self.request.inputs)
            first = self.opens_case and not opened
            serial = self.case.code if first else paper.serial_number(self.entry, form.series)
            round_ = self.transition.round if form.per else 0
            of_blank = (self.filled.blank.pieces, self.filled.filled_at) if self.filled and first else (None, None)
            opened.append(
                paper.open_document(
                    self.entry, self.site, self.case, form, self.step.desk, fields, lines, serial, round_, *of_blank
                )
            )
            refuse_told(self.act, form, self.session.desk)
        if self.filled:
            use_blank(self.entry, self.filled.blank)
            self.act.answers[EMERGENCY] = self.filled.recorded()
        return opened

    def read_answers(self) -> None:
        """Read every answer that is asked for, and refuse what nobody asked."""
        asked = {DESPITE} | ({"fields", "lines"} if self.outcome.opens else set())
        asked |= INPUTS_OF_OPENING if self.opens_case else set()
        for each in self.outcome.asks:
            question = QUESTIONS[each.name]
            asked |= {ask.name for ask in question.asks(self.site, self.case, self.outcome)}
            self.act.answers.update(question.read(self.act, self.request.inputs, each.optional))
        unknown = sorted(set(self.request.inputs) - asked)
        if unknown:
            raise Refused("field_unknown", name=clean_text(unknown[0][:40], "name"))

    def voucher(self) -> str:
        """Return the copy kept as proof of what is moved: the one that stays here, else any that is used."""
        names = [self.in_round(name) for name in self.outcome.keeps]
        kept = [self.standing.named[name].name for name in names if name in self.standing.named]
        used = [copy.name for copy in self.standing.copies_of(self.transition)]
        return (kept or used or [self.case.code])[0]

    def in_round(self, copy: str) -> str:
        """Return the name of a copy as this act means it: of a form that exists once per round, that of the act's round."""
        per = self.running.procedure.forms[copy.partition(".")[0]].per
        return in_round(copy, self.transition.round if per else 0)

    def sign(self, signers: list[Signer], opened: list[Document]) -> None:
        """Write the marks, each over the digest of what was on the card and what was entered."""
        if not signers:
            return
        documents = opened or [self.case.documents[c.serial] for c in self.standing.copies_of(self.transition)]
        serial = documents[0].serial if documents else None
        self.signed_content = {
            "card": self.request.seen or digest_of(self.case.content()),
            "step": self.transition.name,
            "inputs": recorded(self.act.answers),
        }
        marks = write_signatures(self.entry, self.case, self.step.id, self.outcome, signers, serial, self.signed_content)
        for stamp in [str(mark["stamp"]) for mark in marks if mark["stamp"]]:
            about = (self.inspected.items, self.case.procedure, self.step.id, self.step.title)
            refuse_beyond_authority(self.entry.cursor, stamp, *about)
            self.stamp = stamp

    def print_sets(self, opened: list[Document], signed: bool) -> None:
        """Queue the slips of a set when it is opened or, by default, when its first authority has signed.

        Where a blank was filled in by hand that is the paper: no two papers bear one number.
        """
        if not opened and not signed:
            return
        new = {document.serial for document in opened}  # what the step wrote on them since is on them now
        for document in self.case.documents.values():
            form = self.running.procedure.forms[document.form]
            printed = any(mark.serial == document.serial and mark.lapsed_at is None for mark in self.case.signatures)
            uses = any(copy.serial == document.serial for copy in self.standing.copies_of(self.transition))
            when_opened = form.printed == "opened" and document.serial in new
            first_signed = form.printed == "signed" and signed and not printed and (uses or document.serial in new)
            if (when_opened or first_signed) and document.void_at is None and not document.by_hand:
                for copy in self.case.copies_of(document.serial):
                    paper.queue_print(self.entry, copy.name, copy.piece, document.form, self.session.desk)

    def notify(self) -> None:
        """Tell the desks that have to know (R017)."""
        for desk in self.outcome.notifies:
            self.entry.insert_numbered(
                "notices", in_case=self.case.code, desk=terminal_of(self.site, desk), step=self.transition.name, at=self.entry.at
            )

    def finish(self, warned: list[str]) -> Done:
        """Close the case if this ended it, write what waits now and the act itself, and seal the entry."""
        ending = self.running.net.ending(self.standing.marking)
        was = {"last_act": self.entry.seq if self.opens_case else self.case.last_act, "ended": "", "ended_at": None}
        self.case.ended = ending.id if ending else ""
        now = {"last_act": self.entry.seq, "ended": self.case.ended, "ended_at": self.entry.at if ending else None}
        self.entry.change("cases", (self.case.code,), was, now)
        if ending:
            paper.file_copies(self.entry, self.case)
        rewrite_waiting(self.entry, with_another_round(self.standing, self.entry.cursor))
        behalf = self.step.desk if self.step.desk != self.session.desk else ""
        self.entry.insert(
            "acts", seq=self.entry.seq, at=self.entry.at, in_case=self.case.code, step=self.step.id,
            outcome=self.outcome.name, person=self.person.id, desk=self.session.desk, behalf=behalf,
            request_key=self.request.key, request=self.request.digest,
        )
        body = self.entry.seal(
            by=self.person.id, desk=self.session.desk, case=self.case.code, procedure=self.case.procedure,
            step=self.transition.name, answers=recorded(self.act.answers), warned=warned, signed=self.signed_content,
            prints=self.entry.prints, ended=self.case.ended, **({"gate": self.judged.told()} if self.judged else {}),
        )
        return answer(body)


def recorded(value: Any) -> Any:
    """Return answers as the journal keeps them: plain, exact, and without what was left empty."""
    if isinstance(value, dict):
        return {str(key): recorded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [recorded(each) for each in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key: recorded(each) for key, each in dataclasses.asdict(value).items() if each != ""}
    return str(value) if isinstance(value, Decimal) else value
