"""Plain data as the one text that stands for it, and the digest of that text."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(data: Any) -> str:
    """Plain data as JSON: keys in order, no blanks, every character as it is; the same data is the same text.

    Raises
    ------
    ValueError
        A number that JSON has no word for, or half a surrogate pair.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    text.encode()
    return text


def plain(words: str) -> str:
    """Words with a replacement sign for what cannot be kept: zero characters, halves of surrogate pairs."""
    return words.replace("\0", "\ufffd").encode(errors="replace").decode()


def digest_of(data: Any) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
