"""What people may call things, and say of them: one line of readable characters for a name, some lines for a note.

What a text means elsewhere (markup, formulas, paths, placeholders) is harmless, since nothing here ever reads it as
such. Refused is only what cannot be kept or would show as something else than it is: control characters, halves of
surrogate pairs, and marks that turn the direction of writing.
"""

from __future__ import annotations

import re

from planner.findings import BadInput, Finding

LONGEST_NAME, LONGEST_NOTE = 200, 4_000

_TURNING = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNFIT_NAME = re.compile(rf"[\x00-\x1f\x7f-\x9f{_TURNING}\ud800-\udfff]")
_UNFIT_NOTE = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_TURNING}\ud800-\udfff]")
_UNFIT_FILE = re.compile(rf'[<>:"/\\|?*\x00-\x1f\x7f-\x9f{_TURNING}\ud800-\udfff]+')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)  # names of Windows's own
_LONGEST_FILE = 200  # bytes, of the 255 that the usual disks allow
_LONGEST_ENDING = 12
_SHOWN = 80


def check_names(**names: str) -> None:
    """Refuse names that cannot be kept; an empty one is left to whoever needs it.

    Raises
    ------
    BadInput
        Every one of them.
    """
    _check(names, _UNFIT_NAME, LONGEST_NAME)


def check_notes(**notes: str) -> None:
    """Refuse notes and reasons that cannot be kept.

    Raises
    ------
    BadInput
        Every one of them.
    """
    _check(notes, _UNFIT_NOTE, LONGEST_NOTE)


def plain_file_name(file: str) -> str:
    """A file's name without any folder, whichever system it came from, fit for any."""
    name = _UNFIT_FILE.sub("-", file.replace("\\", "/").rsplit("/", 1)[-1]).strip("-. ")
    if _DEVICES.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    room = _LONGEST_FILE - len(f"{dot}{ending}".encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending) or "file"


def _check(texts: dict[str, str], unfit: re.Pattern[str], longest: int) -> None:
    found = []
    for what, said in texts.items():
        shown = said[:_SHOWN].encode("utf-8", "backslashreplace").decode()
        if bad := unfit.search(said):
            values = {"code": f"U+{ord(bad.group()):04X}", "at": bad.start() + 1}
            found.append(Finding("service.unfit_text", values, column=what, value=unfit.sub("�", shown)))
        elif len(said) > longest:
            values = {"length": len(said), "most": longest}
            found.append(Finding("service.long_text", values, column=what, value=shown))
    if found:
        raise BadInput(found)
