"""What pages tell a reader to do, done on a copy of the project."""

import re
import subprocess
from pathlib import Path

from clustr.feeds import PROJECT

FILE = re.compile(r"^--- (.+)\n", re.MULTILINE)
HUNK = re.compile(r"^@@\n", re.MULTILINE)


def copy_project(folder: Path) -> None:
    """Copy what a clone would hold: files that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source, target = PROJECT / name, folder / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            target.chmod(source.stat().st_mode)


def run_commands(text: str, folder: Path, environment: dict[str, str]) -> None:
    """Run a ```bash block in a folder; every command must succeed."""
    done = subprocess.run(
        ["bash", "-e", "-c", text],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"


def patch(folder: Path, text: str) -> None:
    """Change files as a ```diff block says: `--- file`, hunks parted by `@@`.

    Hunks have no line numbers, so the lines that they take or keep must stand in their
    file once.
    """
    before, *parts = FILE.split(text)
    assert before == "", f"changes before the first file:\n{before}"
    for name, changes in zip(parts[::2], parts[1::2], strict=True):
        path = folder / name
        content = "\n" + path.read_text(encoding="utf-8")
        for hunk in HUNK.split(changes):
            lines = [line or " " for line in hunk.splitlines()]
            assert {line[0] for line in lines} <= set(" +-"), f"{name}:\n{hunk}"
            old = "".join(f"{line[1:]}\n" for line in lines if line[0] in " -")
            new = "".join(f"{line[1:]}\n" for line in lines if line[0] in " +")
            found = content.count(f"\n{old}")
            assert found == 1, f"{name} has these lines {found} times:\n{old}"
            content = content.replace(f"\n{old}", f"\n{new}")
        path.write_text(content[1:], encoding="utf-8")
