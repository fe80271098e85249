"""What there is to restore."""

from planner.ledger.types import STANDARD, DataNature, Ledger, Option, Patch, PatchKind, Status, Treatment

__all__ = ["STANDARD", "DataNature", "Ledger", "Option", "Patch", "PatchKind", "Status", "Treatment"]
