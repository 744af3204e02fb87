"""Which screen a kind of desk has; a kind is one name in every room."""

from __future__ import annotations

from screens.desk import DeskScreen
from screens.dispatch import DispatchDesk
from screens.gate import GateDesk
from screens.inspection import InspectionDesk
from screens.office import OfficeDesk
from screens.rework import ReworkDesk
from screens.warehouse import WarehouseDesk

KINDS: dict[str, type[DeskScreen]] = {
    "dispatch": DispatchDesk,
    "gate": GateDesk,
    "inspection": InspectionDesk,
    "office": OfficeDesk,
    "rework": ReworkDesk,
    "warehouse": WarehouseDesk,
}


def desk_screen(kind: str) -> DeskScreen:
    """Return the screen of a kind of desk; one without a screen of its own works as a plain desk."""
    return KINDS.get(kind, DeskScreen)()
