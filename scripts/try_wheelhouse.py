"""Try an offline bundle as a person without internet would: ``python scripts/try_wheelhouse.py BUNDLE.zip``.

In an empty folder, an empty environment and a network namespace of its own, where there is nothing but the loopback:
unpack, install, plan the shipped ledger, audit, export the workbook, serve the page, fetch it with all it names.
Where the system gives no namespace, pip's ``--no-index`` and a dead proxy must do, and that is said.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_INSIDE = "--inside"
_START_SECONDS = 120.0


def isolation() -> list[str] | None:
    """The command that takes the network away from what follows it; None where the system offers none."""
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return None


def bring_up_loopback() -> None:
    """Let the namespace talk to itself, and make sure that it has nobody else to talk to."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
    others = [name for _, name in socket.if_nameindex() if name != "lo"]
    if others:
        raise SystemExit(f"the network is not blocked: {others}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Name a step and say how long it took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)


def try_it(bundle: Path, work: Path) -> None:
    """Unpack, install and use it."""
    own = {name: os.environ[name] for name in ("PATH", "http_proxy", "https_proxy") if name in os.environ}
    own |= {"HOME": str(work), "LANG": "C.UTF-8", "PYTHON": sys.executable}

    def run(*command: str | Path) -> str:
        done = subprocess.run(list(map(str, command)), cwd=work, env=own, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(
                f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done.stdout

    with step("unpacked"), zipfile.ZipFile(bundle) as archive:
        archive.extractall(work)
    folder = work / bundle.stem
    with step("installed"):
        run("sh", folder / "install.sh", "--to", work / "installed")
    shutil.rmtree(folder)  # what is installed must not need the bundle
    planner, data = work / "installed" / "planner", work / "installed" / "data" / "beijing"
    with step("planned, proved within 5 %"):
        run(planner, "plan", data / "ledger.xlsx", data / "scenarios" / "base.toml", "--gap", "0.05", "--out", "plan")
    with step("audited"):
        run(planner, "audit", "plan")
    with step("exported the workbook"):
        run(planner, "export", "plan", "--out", "sheets")
        (workbook,) = (work / "sheets").glob("*.xlsx")
        with zipfile.ZipFile(workbook) as archive:
            assert "xl/workbook.xml" in archive.namelist()
    with step("served and fetched the page"):
        serve_and_fetch([str(planner), "serve", "plan"], work, own)


def serve_and_fetch(command: list[str], work: Path, own: dict[str, str]) -> None:
    """Serve, fetch the page and all that it names, stop as Ctrl-C would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (work / "serve.log").open("wb") as log:
        serving = subprocess.Popen([*command, "--port", str(port)], cwd=work, env=own, stdout=log, stderr=log)
    try:
        until = time.monotonic() + _START_SECONDS
        while f":{port}" not in (work / "serve.log").read_text(encoding="utf-8"):
            if serving.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the page was not served:\n{(work / 'serve.log').read_text(encoding='utf-8')}")
            time.sleep(0.1)
        page = fetch(f"http://127.0.0.1:{port}/").decode()
        named = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert any(name.endswith(".js") for name in named), page
        for name in named:
            if re.match(r"[a-z]+:|//", name):
                raise SystemExit(f"the page names another machine: {name}")
            fetch(f"http://127.0.0.1:{port}/{name.lstrip('./')}")
        serving.send_signal(signal.SIGINT)
        if serving.wait(30) != 0:
            raise SystemExit("the page did not stop in order")
    finally:
        if serving.poll() is None:
            serving.kill()
            serving.wait()


def fetch(url: str) -> bytes:
    """What a browser would get."""
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
        assert answer.status == 200, url
        return bytes(answer.read())


def main() -> int:
    """The command; 0 when all of it worked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument(_INSIDE, action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        bring_up_loopback()
    else:
        command = isolation()
        if command:
            print("the network is blocked: a namespace with nothing but the loopback", flush=True)
            again = [sys.executable, str(Path(__file__).resolve()), str(given.bundle.resolve()), _INSIDE]
            return subprocess.call([*command, *again])
        print("NO NAMESPACE HERE: only pip's --no-index and a dead proxy keep this off the network", flush=True)
        os.environ |= {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    with tempfile.TemporaryDirectory(prefix="shanfu-bundle-") as work:
        try_it(given.bundle.resolve(), Path(work))
    print("the bundle works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
