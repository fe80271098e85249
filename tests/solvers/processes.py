"""What processes there are."""

from pathlib import Path


def children(of: int) -> list[int]:
    """The living processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while we looked
        if int(parent) == of and state != "Z":
            found.append(int(stat.parent.name))
    return found
