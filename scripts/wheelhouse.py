"""Make the offline installation bundle: everything a PC or server without internet needs, as a folder and a zip.

``python scripts/wheelhouse.py`` for this machine's platform and Python; ``--platform win_amd64 --python 3.11`` for
another. Wheels come by name and pinned version through the ordinary pip, from wherever that is set up to look.

What a platform needs is worked out here, from the wheels' own metadata under the markers of the *target*: pip
evaluates markers under the Python that runs it, so that a bundle for Windows made on Linux would lack colorama.
"""

from __future__ import annotations

import argparse
import email.parser
import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "deploy" / "bundle"
SUMS = "SHA256SUMS"
EXTRAS = ("login", "postgres")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # one time for all: the same files give the same zip
_GLIBC = {"linux_x86_64": "x86_64", "linux_aarch64": "aarch64"}


class CannotBundle(Exception):
    """What stands in the way of a bundle, in words."""


@dataclass(frozen=True)
class Target:
    """Where the bundle is to be installed: a platform tag of pip and a Python such as ``3.11``."""

    platform: str
    python: str
    is_here: bool

    @classmethod
    def here(cls) -> Target:
        """The machine and the Python that this runs on."""
        tag = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        return cls(tag, f"{sys.version_info[0]}.{sys.version_info[1]}", is_here=True)

    @property
    def name(self) -> str:
        """How the bundle's file names call it."""
        return f"{self.platform}-py{self.python.replace('.', '')}"

    @property
    def pip_flags(self) -> list[str]:
        """How pip is told of it."""
        if self.is_here:
            return []
        if self.platform in _GLIBC:  # pip takes each tag alone: what runs on an older glibc runs on 2.28 too
            machine = _GLIBC[self.platform]
            tags = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)] + [f"manylinux2014_{machine}"]
        else:
            tags = [self.platform]
        flags = [part for tag in tags for part in ("--platform", tag)]
        return [*flags, "--python-version", self.python, "--implementation", "cp"]

    @property
    def markers(self) -> dict[str, str]:
        """What environment markers are evaluated under."""
        own: dict[str, str] = {str(name): str(value) for name, value in default_environment().items()}
        if self.is_here:
            return own
        families = {"win": ("win32", "Windows", "nt"), "mac": ("darwin", "Darwin", "posix")}
        sys_platform, system, os_name = families.get(self.platform[:3], ("linux", "Linux", "posix"))
        machines = {"win_amd64": "AMD64", "win_arm64": "ARM64"}
        machine = machines.get(self.platform) or next(
            (name for name in ("x86_64", "aarch64", "arm64") if self.platform.endswith(name)), ""
        )
        return own | {
            "sys_platform": sys_platform, "platform_system": system, "os_name": os_name, "platform_machine": machine,
            "python_version": self.python, "python_full_version": f"{self.python}.0", "platform_release": "",
            "platform_version": "", "implementation_name": "cpython", "platform_python_implementation": "CPython",
        }  # fmt: skip


def pins(constraints: Path) -> dict[str, str]:
    """The pinned version of each package, by its normal name."""
    lines = (line.partition("#")[0].strip() for line in constraints.read_text(encoding="utf-8").splitlines())
    return {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def needs_of(wheel: Path, extras: Iterable[str], markers: Mapping[str, str]) -> Iterator[Requirement]:
    """What a wheel asks for under the target's markers."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        metadata = email.parser.HeaderParser().parsestr(archive.read(name).decode("utf-8"))
    for line in metadata.get_all("Requires-Dist", []):
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({**markers, "extra": extra}) for extra in ("", *extras)):
            yield need


def fetch_closure(wheel: Path, folder: Path, target: Target, pinned: Mapping[str, str]) -> None:
    """Bring every wheel that ``wheel`` needs on the target into the folder, level by level.

    Raises
    ------
    CannotBundle
        Packages without a pin, pins outside what is asked for, or pins without a wheel for the target, all named.
    """
    done: dict[str, set[str]] = {}
    waiting = [(wheel, EXTRAS)]
    while waiting:
        asked: dict[str, set[str]] = {}
        faults = []
        for one, extras in waiting:
            for need in needs_of(one, extras, target.markers):
                name = canonicalize_name(need.name)
                if name not in pinned:
                    faults.append(f"{one.name} needs {need}, which constraints.txt does not pin")
                elif not need.specifier.contains(pinned[name], prereleases=True):
                    faults.append(f"{one.name} needs {need}, constraints.txt has {pinned[name]}")
                elif name not in done or not need.extras <= done[name]:
                    asked.setdefault(name, set()).update(need.extras)
        if faults:
            raise CannotBundle("\n".join(faults))
        _download([f"{name}=={pinned[name]}" for name in asked if name not in done], folder, target)
        by_name = {canonicalize_name(path.name.split("-")[0]): path for path in folder.glob("*.whl")}
        waiting = []
        for name, extras in asked.items():
            done[name] = done.get(name, set()) | extras
            waiting.append((by_name[name], tuple(done[name])))


def _download(names: list[str], folder: Path, target: Target) -> None:
    if not names:
        return
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary=:all:", "--dest", str(folder), *target.pip_flags]  # fmt: skip
    said = subprocess.run([*command, *names], capture_output=True, text=True)
    if said.returncode == 0:
        return
    without = [name for name in names if subprocess.run([*command, name], capture_output=True).returncode]
    if without:
        last = said.stderr.strip().splitlines()[-1:]
        raise CannotBundle(f"no wheel for {target.name}: {', '.join(without)}\n{''.join(last)}")


def make(out: Path, target: Target) -> Path:
    """Make the bundle's folder and its zip under ``out``; the zip's path."""
    wheel_folder = out / ".wheel"
    shutil.rmtree(wheel_folder, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
         "--wheel-dir", str(wheel_folder), str(ROOT)], check=True,
    )  # fmt: skip
    (own,) = wheel_folder.glob("shanfu-*.whl")
    version = own.name.split("-")[1]
    folder = out / f"shanfu-{version}-{target.name}"
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    own = own.rename(wheels / own.name)
    shutil.rmtree(wheel_folder)
    try:
        fetch_closure(own, wheels, target, pins(ROOT / "constraints.txt"))
    except CannotBundle:
        shutil.rmtree(folder)  # half a bundle would be taken for one
        raise
    shutil.copy(ROOT / "constraints.txt", folder)
    shutil.copy(ROOT / "LICENSE", folder)
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    _write_templates(folder, version, target)
    write_sums(folder)
    return write_zip(folder)


def _write_templates(folder: Path, version: str, target: Target) -> None:
    about = {"version": version, "platform": target.platform, "python": target.python, "extras": list(EXTRAS)}
    (folder / "bundle.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    for template in sorted(TEMPLATES.iterdir()):
        if not template.is_file():
            continue
        words = template.read_text(encoding="utf-8")
        for name in ("version", "platform", "python"):
            words = words.replace(f"@{name.upper()}@", about[name])
        for_windows = template.suffix in (".cmd", ".txt")  # old Windows editors need the mark and the line ends
        encoding = "utf-8-sig" if template.suffix == ".txt" else "utf-8"
        (folder / template.name).write_text(words, encoding=encoding, newline="\r\n" if for_windows else "\n")


def write_sums(folder: Path) -> None:
    """Write the digests of every file, in the form that ``sha256sum --check`` reads."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != SUMS
    ]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def write_zip(folder: Path) -> Path:
    """Pack the folder beside itself; what is a zip already is stored as it is."""
    zipped = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(zipped, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", _ZIP_TIME)
                entry.external_attr = (0o755 if path.suffix == ".sh" else 0o644) << 16
                entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return zipped


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "wheelhouse")
    parser.add_argument("--platform", help="a platform tag of pip, such as win_amd64, or linux_x86_64")
    parser.add_argument("--python", help="such as 3.11")
    parser.add_argument("--then-try", action="store_true", help="use it with the network blocked")
    given = parser.parse_args(arguments)
    target = here = Target.here()
    if given.platform or given.python:
        target = Target(given.platform or here.platform, given.python or here.python, is_here=False)
    try:
        zipped = make(given.out, target)
    except CannotBundle as fault:
        print(fault, file=sys.stderr)
        return 1
    folder = zipped.with_suffix("")
    wheels = len(list((folder / "wheels").iterdir()))
    print(f"{zipped}: {wheels} wheels, {zipped.stat().st_size / 1e6:.0f} MB")
    print(f"sha256 of the zip         {hashlib.sha256(zipped.read_bytes()).hexdigest()}")
    print(f"sha256 of its {SUMS}  {hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()}")
    if given.then_try:
        return subprocess.call([sys.executable, str(ROOT / "scripts" / "try_wheelhouse.py"), str(zipped)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
