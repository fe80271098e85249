"""The one catalogue of people's texts: every sentence in Chinese and in English, by key.

The texts are TOML files beside this module, one for each room, each entry
``[key]`` with ``zh`` and ``en``; placeholders are ``{name}`` as in :meth:`str.format`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def catalogue() -> dict[str, dict[Language, str]]:
    """Every text by its full key ``file.key``, each in both languages.

    Raises
    ------
    ValueError
        An entry lacks one of the two languages.
    """
    texts: dict[str, dict[Language, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for key, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if set(entry) != set(LANGUAGES):
                raise ValueError(f"texts/{file.name}: [{key}] has {sorted(entry)}, wants {sorted(LANGUAGES)}")
            texts[f"{file.name.removesuffix('.toml')}.{key}"] = cast(dict[Language, str], entry)
    return texts


def text(key: str, lang: Language = "zh", **values: Any) -> str:
    """One text of the catalogue with its placeholders filled.

    Parameters
    ----------
    key : str
        ``room.entry``, such as ``ledger.not_a_number``.
    lang : {"zh", "en"}
    **values
        What the placeholders stand for.

    Raises
    ------
    KeyError
        There is no such entry, or a placeholder has no value.
    """
    return catalogue()[key][lang].format(**values)
