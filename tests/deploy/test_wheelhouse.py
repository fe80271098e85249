"""The offline bundle: what goes into it, what its installer refuses, and that it works without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import wheelhouse
from scripts.wheelhouse import CannotBundle, Target, fetch_closure, pins, write_sums, write_zip

ROOT = Path(__file__).resolve().parents[2]
LINUX = Target("linux_x86_64", "3.11", is_here=False)
WINDOWS = Target("win_amd64", "3.11", is_here=False)
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
Shelve = Callable[..., Path]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelve:
    """A shelf of wheels that stands for the registry: what is put there can be had by name and version."""
    place = tmp_path / "shelf"
    place.mkdir()

    def put(name: str, version: str, *needs: str) -> Path:
        path = place / f"{name}-{version}-py3-none-any.whl"
        lines = [
            "Metadata-Version: 2.1",
            f"Name: {name}",
            f"Version: {version}",
            *(f"Requires-Dist: {n}" for n in needs),
        ]
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n")
        return path

    def take(names: list[str], folder: Path, target: Target) -> None:
        for name, _, version in (one.partition("==") for one in names):
            shutil.copy(place / f"{name.replace('-', '_')}-{version}-py3-none-any.whl", folder)

    monkeypatch.setattr(wheelhouse, "_download", take)
    return put


def bundled(wheel: Path, target: Target, pinned: dict[str, str], folder: Path) -> set[str]:
    folder.mkdir()
    fetch_closure(wheel, folder, target, pinned)
    return {path.name.split("-")[0] for path in folder.iterdir()}


class TestClosure:
    def test_markers_are_the_target_s(self, shelf: Shelve, tmp_path: Path) -> None:
        own = shelf("shanfu", "1", "click>=8", "old; python_version < '3.11'", "uvloop; sys_platform == 'linux'")
        shelf("click", "8.1", "colorama; platform_system == 'Windows'")
        shelf("colorama", "0.4")
        shelf("uvloop", "1")
        pinned = {"click": "8.1", "colorama": "0.4", "uvloop": "1"}
        assert bundled(own, WINDOWS, pinned, tmp_path / "w") == {"click", "colorama"}
        assert bundled(own, LINUX, pinned, tmp_path / "l") == {"click", "uvloop"}

    def test_extras_are_followed(self, shelf: Shelve, tmp_path: Path) -> None:
        own = shelf("shanfu", "1", "psycopg[binary]; extra == 'postgres'", "pytest; extra == 'test'")
        shelf("psycopg", "3.3", "psycopg-binary==3.3; extra == 'binary'", "psycopg-c; extra == 'c'")
        shelf("psycopg_binary", "3.3")
        pinned = {"psycopg": "3.3", "psycopg-binary": "3.3"}
        assert bundled(own, LINUX, pinned, tmp_path / "f") == {"psycopg", "psycopg_binary"}

    def test_an_extra_that_is_asked_for_later_is_followed_too(self, shelf: Shelve, tmp_path: Path) -> None:
        own = shelf("shanfu", "1", "one", "two")
        shelf("one", "1", "more")
        shelf("two", "1", "one[extra]")
        shelf("more", "1")
        shelf("late", "1")
        shelf("one", "1", "more", "late; extra == 'extra'")
        pinned = dict.fromkeys(("one", "two", "more", "late"), "1")
        assert bundled(own, LINUX, pinned, tmp_path / "f") == {"one", "two", "more", "late"}

    def test_a_circle_ends(self, shelf: Shelve, tmp_path: Path) -> None:
        own = shelf("shanfu", "1", "one")
        shelf("one", "1", "two")
        shelf("two", "1", "one")
        assert bundled(own, LINUX, {"one": "1", "two": "1"}, tmp_path / "f") == {"one", "two"}

    def test_what_is_not_pinned_or_pinned_amiss_is_named(self, shelf: Shelve, tmp_path: Path) -> None:
        own = shelf("shanfu", "1", "loose", "strict>=2")
        with pytest.raises(CannotBundle) as said:
            fetch_closure(own, tmp_path, LINUX, {"strict": "1.9"})
        assert "loose, which constraints.txt does not pin" in str(said.value)
        assert "strict>=2, constraints.txt has 1.9" in str(said.value)

    def test_pins_of_the_project_are_exact(self) -> None:
        pinned = pins(ROOT / "constraints.txt")
        assert pinned["typing-extensions"]
        assert all(version and not set(version) & set("<>=*~ ") for version in pinned.values())


class TestTargets:
    def test_this_machine_needs_no_flags(self) -> None:
        assert Target.here().pip_flags == []

    def test_another_is_told_to_pip(self) -> None:
        assert WINDOWS.pip_flags == ["--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"]
        flags = LINUX.pip_flags
        assert flags[:4] == ["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_27_x86_64"]
        assert "manylinux2014_x86_64" in flags

    @pytest.mark.parametrize(
        ("platform", "expected"),
        [
            ("win_amd64", ("win32", "Windows", "nt", "AMD64")),
            ("linux_aarch64", ("linux", "Linux", "posix", "aarch64")),
            ("macosx_12_0_arm64", ("darwin", "Darwin", "posix", "arm64")),
        ],
    )
    def test_markers(self, platform: str, expected: tuple[str, ...]) -> None:
        markers = Target(platform, "3.12", is_here=False).markers
        names = ("sys_platform", "platform_system", "os_name", "platform_machine")
        assert tuple(markers[name] for name in names) == expected
        assert markers["python_version"] == "3.12"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with the real installers and nothing to install."""
    folder = tmp_path / "bundle"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "one-1-py3-none-any.whl").write_bytes(b"one")
    wheelhouse._write_templates(folder, "1", Target("linux_x86_64", HERE, is_here=True))
    write_sums(folder)
    return folder


def install(bundle: Path, *program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*(program or (sys.executable, "-I", str(bundle / "install.py"))), "--to", str(bundle.parent / "to")],
        capture_output=True, text=True, encoding="utf-8", env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable},
    )  # fmt: skip


class TestInstaller:
    def test_sums_are_what_sha256sum_reads(self, bundle: Path) -> None:
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=bundle, capture_output=True, text=True
        )
        assert done.returncode == 0
        assert done.stdout.count(": OK") == 6  # four templates, bundle.json, one wheel

    @pytest.mark.parametrize("fault", ["damaged", "missing", "unlisted"])
    def test_an_altered_bundle_installs_nothing(self, bundle: Path, fault: str) -> None:
        wheel = bundle / "wheels" / "one-1-py3-none-any.whl"
        if fault == "damaged":
            wheel.write_bytes(b"two")
        elif fault == "missing":
            wheel.unlink()
        else:
            wheel = bundle / "wheels" / "added-1-py3-none-any.whl"
            wheel.write_bytes(b"more")
        done = install(bundle)
        assert done.returncode == 1
        words = {"damaged": "Damaged or altered", "missing": "Missing", "unlisted": "Not on the list"}
        assert f"{words[fault]}: wheels/{wheel.name}" in done.stdout
        assert "未安装任何内容" in done.stdout
        assert not (bundle.parent / "to").exists()

    def test_the_shell_checks_before_it_runs_anything(self, bundle: Path) -> None:
        with (bundle / "install.py").open("a") as installer:
            installer.write("\nprint('RUN')\n")
        done = install(bundle, "sh", str(bundle / "install.sh"))
        assert done.returncode != 0
        assert "install.py" in done.stdout + done.stderr
        assert "RUN" not in done.stdout

    def test_another_python_is_refused(self, bundle: Path) -> None:
        about = json.loads((bundle / "bundle.json").read_text())
        (bundle / "bundle.json").write_text(json.dumps({**about, "python": "3.99"}))
        write_sums(bundle)
        done = install(bundle)
        assert done.returncode == 1
        assert f"needs 64-bit Python 3.99; this is {HERE}" in done.stdout
        assert not (bundle.parent / "to").exists()

    def test_a_folder_of_someone_else_is_left_alone(self, bundle: Path) -> None:
        theirs = bundle.parent / "to" / "program"
        theirs.mkdir(parents=True)
        (theirs / "kept").touch()
        done = install(bundle)
        assert done.returncode == 1
        assert (theirs / "kept").exists()

    def test_windows_files_have_windows_line_ends(self, bundle: Path) -> None:
        for name in ("install.cmd", "INSTALL.txt"):
            data = (bundle / name).read_bytes()
            assert data.count(b"\r\n") == data.count(b"\n") > 10
        assert b"\r" not in (bundle / "install.sh").read_bytes()
        (bundle / "install.cmd").read_bytes().decode("ascii")

    def test_no_placeholder_is_left(self, bundle: Path) -> None:
        for name in ("install.cmd", "install.sh", "INSTALL.txt", "install.py"):
            for placeholder in ("@PYTHON@", "@VERSION@", "@PLATFORM@"):
                assert placeholder not in (bundle / name).read_text(encoding="utf-8")

    def test_the_same_files_give_the_same_zip(self, bundle: Path) -> None:
        first = write_zip(bundle).read_bytes()
        (bundle / "LATER").touch()
        (bundle / "LATER").unlink()
        (bundle / "install.sh").touch()
        assert write_zip(bundle).read_bytes() == first


@pytest.mark.slow
def test_the_bundle_works_with_the_network_blocked(tmp_path: Path) -> None:
    """Installed in an empty environment, it plans, audits, exports and serves the shipped example."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(tmp_path)]
    probe = subprocess.run(
        [*pip, f"tomli-w=={pins(ROOT / 'constraints.txt')['tomli-w']}"], capture_output=True, text=True
    )
    if probe.returncode:
        pytest.skip("pip cannot download here: the offline bundle was NOT made and NOT tried")
    with tempfile.TemporaryDirectory(
        prefix="shanfu-wheelhouse-"
    ) as out:  # not tmp_path, which is kept: half a gigabyte
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "wheelhouse.py"), "--out", out, "--then-try"],
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the bundle works" in done.stdout
