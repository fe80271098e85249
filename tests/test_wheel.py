"""The wheel carries everything that the program reads at run time."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# in the unpacked wheel alone: a store is made by its steps, and speaks in the texts
USES = """
import sys
from pathlib import Path
import planner
from planner.store import Author, append, open_store, verify
folder = Path(sys.argv[1])
assert Path(planner.__file__).is_relative_to(folder), planner.__file__
store = open_store(folder / "shanfu.db")
with store.writing(Author("local:wang", "cli")) as tx:
    append(tx, "people", "grant", {})
store.key.path.unlink()
assert verify(store) == ()
store.close()
try:
    open_store(folder / "shanfu.db")
except ValueError as refused:
    print(refused.findings[0].wrong("en"))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.parametrize("package", ["planner", "solvers", "sheets"])
def test_every_file_of_a_package_is_in_the_wheel(unpacked: Path, package: str) -> None:
    def files(root: Path) -> set[str]:
        every = (path for path in (root / package).rglob("*") if path.is_file())
        return {
            path.relative_to(root).as_posix()
            for path in every
            if "__pycache__" not in path.parts and "shipped_files" not in path.parts
        }

    assert files(unpacked) == files(ROOT)
    if package == "planner":
        steps = {path.name for path in (unpacked / "planner/store/migrations/versions").glob("v*.py")}
        assert {"v0001_kept.py", "v0002_jobs.py", "v0003_drafts.py"} <= steps


def test_the_guides_that_the_page_shows_are_in_the_wheel(unpacked: Path) -> None:
    for name in ("guide.md", "guide.zh-CN.md", "page.md", "page.zh-CN.md", "store.md", "working-year.md"):
        assert (unpacked / "planner/shipped_files/docs" / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def test_a_store_is_made_from_the_wheel_alone(unpacked: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USES, str(unpacked)],
        cwd=unpacked, env={**os.environ, "PYTHONPATH": str(unpacked)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the store has 1 trail entries, but their key file is not there\n"
