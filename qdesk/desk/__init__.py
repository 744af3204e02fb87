"""The two verbs that carry the whole product: `present` says what a paper is and what may be done, `act` does it.

`look` says what `present` says without anything arriving.
"""

from qdesk.desk.acting import act
from qdesk.desk.answer import Done
from qdesk.desk.presenting import look, present

__all__ = ["Done", "act", "look", "present"]
