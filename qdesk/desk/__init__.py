"""The two verbs that carry the whole product: `present` says what a paper is and what may be done, `act` does it."""

from qdesk.desk.acting import act
from qdesk.desk.answer import Done
from qdesk.desk.presenting import present

__all__ = ["Done", "act", "present"]
