"""The example of `docs/api.md` runs, and prints what the page shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.docs.pages import DOCS, blocks


def test_example_prints_what_the_page_shows(tmp_path: Path) -> None:
    page = DOCS / "api.md"
    (example,) = blocks(page, "python")
    shown = blocks(page, "text")[0]
    file = tmp_path / "example.py"
    file.write_text(example, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-X", "utf8", str(file)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == shown
