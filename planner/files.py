"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file all at once: whoever looks sees the old content or the new, never a part.

    Raises
    ------
    OSError
        The place cannot be written to; what was there before is still there.
    """
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, file)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def put_in_place(unfinished: Path, path: Path) -> bool:
    """Give a finished file its name unless that is taken; a link tells the two apart, where the disk has links.

    Returns
    -------
    bool
        Whether the file has the name now; where it has not, it is still there under its own.

    Raises
    ------
    OSError
        The place cannot be written to.
    """
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return False
    except OSError:
        if path.exists():
            return False
        os.replace(unfinished, path)
        return True
    unfinished.unlink()
    return True
