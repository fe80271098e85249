"""Read, check and report a ledger of 100,000 patches: ``python benchmarks/read_ledger.py [PATCHES]``.

The ledger repeats the shipped sample with ids and points of its own for each patch. Times and the peak memory of this
process and of the one that parses the file go to standard output; more than 60 s or 2 GB is a failure.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from planner import load_ledger, save_ledger
from planner.ledger import Ledger
from planner.ledger.excel import examine_ledger

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "beijing" / "ledger.xlsx"
SECONDS, BYTES = 60.0, 2_000_000_000
STEP = 1e-5  # degrees, about a metre


def enlarged(ledger: Ledger, count: int) -> Ledger:
    """The ledger again and again, each patch with an id and a point of its own."""
    patches = []
    for i in range(count):
        patch = ledger.patches[i % len(ledger.patches)]
        again = i // len(ledger.patches)
        moved = {}
        if patch.longitude is not None and patch.latitude is not None:
            moved = {
                "longitude": round(patch.longitude + again % 20 * STEP, 6),
                "latitude": round(patch.latitude + again // 20 * STEP, 6),
            }
        patches.append(replace(patch, patch=f"{patch.patch}-{again:04}", **moved))
    return Ledger(tuple(patches), (), ledger.meta)


def read(path: Path, count: int) -> None:
    """Read in this process, whose memory has held nothing else."""
    steps: dict[str, float] = {}
    began = time.perf_counter()

    def on_progress(step: str, done: int, of: int) -> None:
        steps.setdefault(step, time.perf_counter() - began)

    examined = examine_ledger(path, on_progress=on_progress)
    lines = [finding.line() for finding in examined.findings]
    seconds = time.perf_counter() - began
    for step, at in steps.items():
        print(f"  {at:6.1f} s  {step}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"  {seconds:6.1f} s  reported: {len(lines)} findings")
    print(f"peak memory {own / 1e9:.2f} GB, and {child / 1e9:.2f} GB in the process that parses")
    for line in lines[:5]:
        print(line)
    if examined.ledger is None or len(examined.ledger.patches) != count:
        sys.exit("the ledger was not read")
    if seconds > SECONDS or max(own, child) > BYTES:
        sys.exit(f"over the limit of {SECONDS:.0f} s or {BYTES / 1e9:.0f} GB")


def main(count: int = 100_000) -> None:
    """Make the file, then have a fresh process read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        began = time.perf_counter()
        save_ledger(enlarged(load_ledger(SHIPPED), count), path)
        print(f"{count:,} patches, {path.stat().st_size / 1e6:.1f} MB, written in {time.perf_counter() - began:.1f} s")
        sys.stdout.flush()
        sys.exit(subprocess.run([sys.executable, __file__, "--read", str(path), str(count)], check=False).returncode)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:2]))
