"""Approving: the second person without whom certain paper gets no second piece (R173, R176)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qdesk.desk.signing import PAPER, Signer, judged, role_title
from qdesk.errors import Because, Refused
from qdesk.journal import Entry
from qdesk.language import Form
from qdesk.people import Session
from qdesk.site import Site


def approver_of(site: Site, step: str, form: Form) -> str:
    """Return the role that has to agree to another piece of a form; empty where nobody has to.

    For guarded paper the site names one for both ways, for other paper one for what was lost.
    """
    guarded = site.config.setting("guarded_approver") if form.guarded and step in ("reprint", "reissue") else ""
    return guarded or (site.config.setting("reissue_approver") if step == "reissue" else "")


def approved(
    site: Site, entry: Entry, session: Session, step: str, form: Form, proved: Sequence[Signer]
) -> list[dict[str, Any]]:
    """Return who agreed, as the journal keeps it: somebody else than the operator, who holds the role now. Handwriting is no PIN.

    Raises Refused: signer_not_asked, signature_missing, signer_lacks_role.
    """
    role = approver_of(site, step, form)
    for signer in proved:
        if signer.role.removeprefix(PAPER) != role:
            raise Refused("signer_not_asked", role=role_title(site, signer.role), name=signer.name)
    if not role:
        return []
    others = [judged(entry, site, each) for each in proved if each.person and each.person.id != session.person.id]
    if not others:
        title = role_title(site, role)
        raise Refused("signature_missing", [Because("signature_missing", {"role": title}, who=role)], role=title)
    return [agreement(signer, role) for signer in others]


def agreement(signer: Signer, role: str) -> dict[str, Any]:
    """Return one agreement: as whom, who, and for whom where it was a deputy."""
    person = signer.person
    return {
        "role": role,
        "person": person.id if person else None,
        "name": signer.name,
        "deputy_for": person.roles.get(role) if person else None,
    }
