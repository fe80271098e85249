"""Install Shanfu from this folder, without any network. Started by install.cmd (Windows) or install.sh (Linux).

It stands before the product is there, so it uses the standard library alone and carries its own texts. The syntax is
that of Python 3.6, so that a Python too old is told so in words.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"
TEXTS = {
    "python": (
        "此安装包需要 64 位 Python {want}，现在是 {have}（{bits} 位）。",
        "This bundle needs 64-bit Python {want}; this is {have} ({bits}-bit).",
    ),
    "damaged": ("文件损坏或被改动：{name}", "Damaged or altered: {name}"),
    "missing": ("缺少文件：{name}", "Missing: {name}"),
    "unlisted": ("多出未列入清单的文件：{name}", "Not on the list: {name}"),
    "refused": (
        "安装包不完整或被改动，未安装任何内容。请重新拷贝。",
        "The bundle is incomplete or altered; nothing was installed. Copy it again.",
    ),
    "sums": (
        "{count} 个文件核对无误。清单摘要（请与发放人给出的比对）：\n{digest}",
        "{count} files checked. Digest of the list (compare it with the one you were given):\n{digest}",
    ),
    "installing": ("正在安装到 {folder} …", "Installing into {folder} …"),
    "venv": (
        "无法建立 Python 环境。Debian/Ubuntu 上请先安装 python3-venv。",
        "The Python environment could not be made. On Debian/Ubuntu install python3-venv first.",
    ),
    "foreign": (
        "{folder} 已存在且不是本程序的目录，请用 --to 指定其他目录。",
        "{folder} exists and is not this program's; name another folder with --to.",
    ),
    "failed": ("安装未完成：{what}", "Not installed: {what}"),
    "done": (
        "安装完成。启动页面：{start}\n命令行：{planner} --help",
        "Installed. Start the page: {start}\nCommand line: {planner} --help",
    ),
}


def say(key, **values):
    """Say it in Chinese, then in English."""
    for words in TEXTS[key]:
        print(words.format(**values), flush=True)


def faults(folder):
    """What of the bundle differs from its list, as (text, name) pairs, and how many files were right."""
    listed = {}
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    there.pop(SUMS, None)
    found = [("missing", name) for name in sorted(set(listed) - set(there))]
    found += [("unlisted", name) for name in sorted(set(there) - set(listed))]
    for name in sorted(set(listed) & set(there)):
        if hashlib.sha256(there[name].read_bytes()).hexdigest() != listed[name]:
            found.append(("damaged", name))
    return found, len(listed)


def default_folder():
    """Where the program goes unless told otherwise: a folder of this person's own, no administrator needed."""
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"]) / "Shanfu"
    return Path.home() / ".local" / "share" / "shanfu"


def clean_environment():
    """The environment without anything that would point pip or Python elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return dict(kept, PIP_CONFIG_FILE=os.devnull, PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")


def install(target, about):
    """Make the program's own Python environment under the target and put the starters beside it; the starters."""
    program = target / "program"
    mark = target / "installed.json"
    if program.exists() and not mark.exists():
        say("foreign", folder=target)
        return None
    target.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(about), encoding="utf-8")
    say("installing", folder=target)
    own = clean_environment()
    if subprocess.call([sys.executable, "-I", "-m", "venv", "--clear", str(program)], env=own):
        say("venv")
        return None
    scripts = program / ("Scripts" if os.name == "nt" else "bin")
    python = str(scripts / ("python.exe" if os.name == "nt" else "python"))
    wanted = "shanfu[{}]=={}".format(",".join(about["extras"]), about["version"])
    for step in (
        ["install", "--quiet", "--no-index", "--find-links", str(HERE / "wheels"), "--only-binary=:all:",
         "--constraint", str(HERE / "constraints.txt"), wanted],
        ["check"],
    ):  # fmt: skip
        if subprocess.call([python, "-I", "-m", "pip", *step], env=own):
            say("failed", what="pip " + step[0])
            return None
    data = target / "data"
    if data.exists():
        shutil.rmtree(str(data))
    shutil.copytree(str(HERE / "data"), str(data))
    return write_starters(target, scripts)


def write_starters(target, scripts):
    """Write what people click or call: the page's starter and the command."""
    if os.name == "nt":
        planner, start = target / "planner.cmd", target / "start-page.cmd"
        head = "@echo off\r\nchcp 65001 >nul\r\n"
        planner.write_bytes((head + '"%~dp0program\\Scripts\\planner.exe" %*\r\n').encode("utf-8"))
        start.write_bytes(
            (
                head
                + 'cd /d "%~dp0"\r\n'
                + "if not exist plan\\plan.json call planner.cmd demo --out plan\r\n"
                + "call planner.cmd serve plan\r\npause\r\n"
            ).encode("utf-8")
        )
        return start, planner
    planner, start = target / "planner", target / "start-page"
    planner.write_text('#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/program/bin/planner" "$@"\n')
    start.write_text(
        "#!/bin/sh\nset -e\n"
        'cd "$(dirname "$(readlink -f "$0")")"\n'
        "[ -e plan/plan.json ] || ./planner demo --out plan\n"
        'exec ./planner serve plan "$@"\n'
    )
    for path in (planner, start):
        path.chmod(0o755)
    return start, planner


def main():
    """The command; 0 when it is installed."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = argparse.ArgumentParser(description="山复离线安装 / install Shanfu offline")
    parser.add_argument("--to", type=Path, help="安装目录 / folder to install into")
    given = parser.parse_args()
    about = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))
    have, bits = "{}.{}".format(*sys.version_info[:2]), 64 if sys.maxsize > 2**32 else 32
    if have != about["python"] or bits != 64:
        say("python", want=about["python"], have=have, bits=bits)
        return 1
    found, count = faults(HERE)
    if found:
        for key, name in found:
            say(key, name=name)
        say("refused")
        return 1
    say("sums", count=count, digest=hashlib.sha256((HERE / SUMS).read_bytes()).hexdigest())
    starters = install((given.to or default_folder()).absolute(), about)
    if starters is None:
        return 1
    start, planner = starters
    say("done", start=start, planner=planner)
    return 0


if __name__ == "__main__":
    sys.exit(main())
