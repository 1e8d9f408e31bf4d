"""Run the console examples of the READMEs and ``docs/`` and write what they print under each command.

    python scripts/update_docs.py          # mend the pages
    python scripts/update_docs.py --check  # change nothing; exit status 1 and a diff where a page is stale
    python scripts/update_docs.py README.md docs/cli.md

An example is a fenced block ``console``; its lines ``$ command`` run one after the other in an empty folder that holds
the sample texts. ``gouji`` is the one beside the Python that runs this script.
"""

from __future__ import annotations

import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md")))
SAMPLES = ("corpus", "annotations")
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)


@cache
def session(block: str) -> str:
    """Return the block with what its commands print now; lines lose their trailing blanks.

    Raises:
        SystemExit: a command fails.
    """
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in SAMPLES:
            (Path(folder) / name).symlink_to(ROOT / name)
        for command in _COMMAND.findall(block):
            done = subprocess.run(
                command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
            )
            if done.returncode:
                raise SystemExit(f"$ {command}\n{done.stderr}")
            printed = "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")
            lines += [f"$ {command}", *printed.splitlines()]
    return "".join(f"{line}\n" for line in lines)


def main() -> int:
    """Mend or check every page and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, tell what is stale")
    parser.add_argument("page", nargs="*", type=Path, default=PAGES, help="all of them if none is given")
    options = parser.parse_args()
    stale = False
    for page in options.page:
        shown = page.read_text(encoding="utf-8")
        current = _BLOCK.sub(lambda block: session(block[0]), shown)
        if current == shown:
            continue
        stale = True
        name = page.resolve().relative_to(ROOT).as_posix()
        sys.stdout.writelines(difflib.unified_diff(shown.splitlines(True), current.splitlines(True), name, "now"))
        if not options.check:
            page.write_text(current, encoding="utf-8")
    return int(stale and options.check)


if __name__ == "__main__":
    sys.exit(main())
