"""The sources that tests read: what is refused anywhere in the house needs its sentence and its row in the handbook."""

from __future__ import annotations

from pathlib import Path

import qdesk
import screens

HOUSE = Path(qdesk.__file__).parent
SOURCES = sorted(source for package in (qdesk, screens) for source in Path(str(package.__file__)).parent.rglob("*.py"))
