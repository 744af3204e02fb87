"""Scanned paper: which copy a code is, and whether it is the one a step needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdesk.blanks import find_blank
from qdesk.cases import VOID, Copy
from qdesk.clock import moment
from qdesk.desk.standing import Standing
from qdesk.errors import Because, Refused
from qdesk.paper import find_piece
from qdesk.scan import kind_of, read_piece
from qdesk.site import Site
from qdesk.transition import Transition
from qdesk.void_paper import valid_piece


def copy_of_code(site: Site, cursor: Any, code: str) -> str:
    """Return the name of the copy a scanned code stands for.

    Raises Refused: piece_damaged, piece_foreign, scanned_twice, piece_unknown, piece_void (with the piece that holds now),
    blank_unused, blank_void, code_unknown.
    """
    kind = kind_of(code)
    if kind == "copy":
        return code
    if kind != "piece" and not (code.isdigit() and len(code) > 8):
        raise Refused("code_unknown", code=code)
    copy, void_at, because, _ = known_piece(site, cursor, code)
    if void_at is not None:
        why = site.title(f"void.{because}" if f"void.{because}" in site.words.keys else "void.step")
        valid = valid_piece(cursor, copy)
        reason = Because("piece_replaced", {"copy": copy, "piece": valid or ""})
        raise Refused("piece_void", [reason] if valid else [], copy=copy, at=moment(void_at), why=why)
    return copy


def known_piece(site: Site, cursor: Any, code: str) -> tuple[str, int | None, str, str | None]:
    """Return what is known of an 18-digit number: damaged and foreign ones are told apart from unknown ones.

    A number in the book stays good when the secret that marked it was lost and replaced.
    """
    try:
        read_piece(code, site.config.keys.piece)
    except Refused as refused:
        if refused.code != "piece_foreign":
            raise
        try:
            return piece_in_book(cursor, code)
        except Refused as missing:
            raise (refused if missing.code == "piece_unknown" else missing) from None
    return piece_in_book(cursor, code)


def piece_in_book(cursor: Any, code: str) -> tuple[str, int | None, str, str | None]:
    """Return what the book has of a piece; one of a blank form that was never entered is told apart from an unknown one.

    Raises Refused: piece_unknown, blank_unused, blank_void.
    """
    try:
        return find_piece(cursor, code)
    except Refused:
        blank = find_blank(cursor, code)
        if blank is None:
            raise
        if blank.void_at is not None:
            raise Refused("blank_void", serial=blank.serial, at=moment(blank.void_at)) from None
        raise Refused("blank_unused", serial=blank.serial) from None


def scanned_copies(
    site: Site, cursor: Any, standing: Standing, transition: Transition, codes: Sequence[str]
) -> list[Copy]:
    """Return the copies scanned for a step: one of its copies suffices, all where presence is the point.

    Before a set is printed there is nothing to scan. Raises Refused: copy_of_another_case, copy_not_needed, scan_missing,
    scan_the_piece.
    """
    in_force = {copy.piece: copy.name for copy in standing.case.copies.values() if copy.due != VOID}
    typed = [code for code in codes if kind_of(code) == "copy"]
    if typed:  # a name shows that someone knows of the paper, its eighteen digits that it is here
        raise Refused("scan_the_piece", copy=typed[0])
    names = [in_force.get(code) or copy_of_code(site, cursor, code) for code in codes]
    needed = {copy.name: copy for copy in standing.copies_of(transition)}
    for name in names:
        if name not in standing.case.copies:
            raise Refused("copy_of_another_case", copy=name, case=standing.case.code)
        if name not in needed:
            raise Refused("copy_not_needed", copy=name, step=transition.step.title)
    wanted = [copy for copy in needed.values() if is_printed(standing, copy)]
    missing = [copy for copy in wanted if copy.name not in names]
    enough = not missing if transition.step.scan == "all" else len(missing) < len(wanted) or not wanted
    if not enough:
        reasons = [Because("scan_missing", {"copy": copy.name}, where=copy.due) for copy in missing]
        raise Refused("scan_missing", reasons, step=transition.step.title)
    return [needed[name] for name in dict.fromkeys(names)]


def is_printed(standing: Standing, copy: Copy) -> bool:
    """Tell whether a copy exists as paper yet: its set is printed when opened, or when first signed, or was filled in by hand."""
    document = standing.case.documents[copy.serial]
    form = standing.running.procedure.forms[document.form]
    if form.printed == "opened" or document.by_hand:
        return True
    return any(mark.serial == copy.serial and mark.lapsed_at is None for mark in standing.case.signatures)
