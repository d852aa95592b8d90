"""The page that says how to add an activity is followed to the letter, in a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
PAGE = PROJECT / "docs" / "adding-an-activity.md"
SAYS_WHERE = re.compile(r"`(heartwork/\S+?\.py)`")


def blocks() -> list[tuple[str, str]]:
    """Each block of code on the page, with the last file that was named before it."""
    found, where, lines = [], "", iter(PAGE.read_text().splitlines())
    for line in lines:
        if named := SAYS_WHERE.findall(line):
            where = named[-1]
        if line in ("```python", "```text"):
            code = []
            for inside in lines:
                if inside == "```":
                    break
                code.append(inside)
            found.append((where, "\n".join(code) + "\n"))
    return found


def test_following_the_page_gives_an_activity_that_works(tmp_path):
    copy = tmp_path / "project"
    leave = shutil.ignore_patterns("__pycache__", "locale")
    shutil.copytree(PROJECT / "heartwork", copy / "heartwork", ignore=leave)
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(PROJECT / name, copy)
    for where, code in blocks():
        path = copy / where
        if where == "heartwork/config/rooms.py":
            text = path.read_text()
            assert '    "reflections",\n' in text
            path.write_text(text.replace('    "reflections",\n', f'    "reflections",\n{code}'))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(code)
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy), "HEARTWORK_DATA": str(tmp_path / "var")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "heartwork/gooddays"]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "1 passed" in done.stdout
