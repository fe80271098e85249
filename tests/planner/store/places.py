"""Places that fail: a disk of a few megabytes, another user's files."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A disk of its own, which is soon full; only root on Linux can have one."""
    folder = Path(tempfile.mkdtemp(prefix="shanfu-small-disk-"))
    try:
        options = f"size={megabytes}m,mode=777"
        made = shutil.which("mount") and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
        )
        if not made or made.returncode:
            pytest.skip("no small disk can be made here: a disk that is really full was NOT checked")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine can reach, as pytest's own cannot be."""
    folder = Path(tempfile.mkdtemp(prefix="shanfu-open-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def as_other_user() -> Iterator[None]:
    """What a folder's permissions forbid is forbidden here to root too."""
    if os.name != "posix":
        pytest.skip("files are not forbidden by their mode here: read-only places were NOT checked")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
