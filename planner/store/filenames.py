"""Names that people gave, as names of files that Windows and Linux both take: readable, and never two alike."""

from __future__ import annotations

import unicodedata

_MOST_CHARACTERS = 60
_MOST_BYTES = 120
_FORBIDDEN = frozenset('<>:"/\\|?*')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # control, direction, surrogates, private, unassigned
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)


def cleaned(name: str, most: int = _MOST_CHARACTERS) -> str:
    """A name as one part of a path: what no system takes, or nobody sees, is ``_``; a long name is cut.

    Parameters
    ----------
    name : str
        Whatever a person has typed.
    most : int
        Characters that are kept.
    """
    seen = unicodedata.normalize("NFC", name)
    kept = "".join("_" if c in _FORBIDDEN or unicodedata.category(c) in _UNSEEN else c for c in seen)[:most]
    kept = kept.encode()[:_MOST_BYTES].decode(errors="ignore")
    if kept[:1] in (" ", ".", "-", "~"):  # hidden, an option of a command, or a program's own spare file
        kept = "_" + kept[1:]
    if kept[-1:] in (" ", "."):  # Windows drops them
        kept = kept[:-1] + "_"
    return f"_{kept}" if not kept or is_device(kept) else kept


def is_device(part: str) -> bool:
    """Whether Windows takes a part of a path for a device, whatever ending it has."""
    return part.split(".")[0].rstrip().casefold() in _DEVICES


def sameness(path: str) -> str:
    """What two paths have in common that some system takes for one: case, and ways to write a letter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).upper().casefold())


def is_safe(path: str) -> bool:
    """Whether a path with ``/`` stays inside its folder and can be opened everywhere."""
    return bool(path) and all(
        part.strip(" .") and part == part.rstrip(" .") and not is_device(part) and not _FORBIDDEN & set(part)
        and not any(unicodedata.category(c) in ("Cc", "Cs") for c in part)
        for part in path.split("/")
    )  # fmt: skip


class Folders:
    """Folders for things that have names, asked for in an order that never changes, so that each keeps its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, parent: str, name: str, identity: int) -> str:
        """A folder that nothing else has: the name itself where it may be, else with the thing's number."""
        clean = cleaned(name)
        folder, tries = f"{parent}/{clean}", 0
        if clean != name:
            folder = f"{parent}/{clean}~{identity}"
        while sameness(folder) in self._taken:
            tries += 1
            folder = f"{parent}/{clean}~{identity}" + (f"~{tries}" if tries > 1 else "")
        self._taken.add(sameness(folder))
        return folder
