"""Places that fail: a disk of a few megabytes, files and folders that may only be read."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


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
def bound_by_modes() -> Iterator[None]:
    """What the mode of a file or folder forbids its owner is forbidden here to root too, as it is to everybody else.

    This thread lays down, until the block ends, the two capabilities by which root passes over modes. To become another
    user would not do: the checkout itself may stand where others may not look.
    """
    if os.name != "posix":
        pytest.skip("files are not forbidden by their mode here: read-only places were NOT checked")
    if os.geteuid() != 0:
        yield
        return
    if sys.platform != "linux":
        pytest.skip("root's powers cannot be laid down here: read-only places were NOT checked")
    before = _capabilities()
    effective, *others = before
    _set_capabilities([effective & ~_OVER_MODES, *others])
    try:
        yield
    finally:
        _set_capabilities(before)


_VERSION = 0x20080522  # of the kernel's interface; effective, permitted, inheritable, for two words of capabilities
_OVER_MODES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


def _capabilities() -> list[int]:
    words = (ctypes.c_uint32 * 6)()
    _called("capget", words)
    return list(words)


def _set_capabilities(words: list[int]) -> None:
    _called("capset", (ctypes.c_uint32 * 6)(*words))


def _called(name: str, words: ctypes.Array[ctypes.c_uint32]) -> None:
    head = (ctypes.c_uint32 * 2)(_VERSION, 0)
    if getattr(ctypes.CDLL(None, use_errno=True), name)(head, words):
        raise OSError(ctypes.get_errno(), name)
