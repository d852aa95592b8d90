"""Takes the pictures of the user guide from the demo: `make screenshots`.

Makes a demo in a folder of its own, serves it, lays meetings for the facilitator's guide in it, and opens each page as
the person the guide speaks to. The pictures are what one sees without scrolling, in few colours, so that each stays
small. `scripts/make_screenshots.py levers gaps` takes only these.
"""

import base64
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
GUIDE = PROJECT / "docs" / "guide" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SIZES = {"laptop": (1280, 860), "phone": (360, 740), "wall": (1920, 1080)}
LIMIT = 150_000  # bytes of one picture
LAY = "from heartwork.testing.demo import sittings; sittings.lay()"

# picture, who looks, where: an address, or words of links to follow from Today; what to scroll to. Of several links
# with the same words the first is followed, or "(the last)". Each is taken on a laptop and on a phone.
PICTURES: list[tuple[str, str, list[str], str]] = [
    ("today", "ruth.okafor", ["/"], ""),
    ("students", "ruth.okafor", ["/students/"], ""),
    ("student", "ruth.okafor", ["/students/?q=Maya+Rivera", "Maya Rivera"], ""),
    ("constellation", "ruth.okafor", ["/students/?q=Maya+Rivera", "Maya Rivera"], "What surrounds Maya"),
    ("who-sees", "ruth.okafor", ["/students/?q=Maya+Rivera", "Maya Rivera", "Everyone, and why"], ""),
    ("gaps", "ruth.okafor", ["/supports/gaps/"], ""),
    ("gap", "ruth.okafor", ["/supports/gaps/behavior_only/"], ""),
    ("audit-new", "ruth.okafor", ["/audits/new/?gap=behavior_only"], ""),
    ("audit", "ruth.okafor", ["/", "Elm student support team"], ""),
    ("audit-student", "ruth.okafor", ["/", "Elm student support team", "Maya"], "What surrounds Maya"),
    ("audit-questions", "ruth.okafor", ["/", "Elm student support team", "Maya"], "Three questions for the team"),
    ("recap", "ruth.okafor", ["/together/", "Systems audit, (the last)"], ""),
    ("together", "ruth.okafor", ["/together/"], ""),
    ("follow-ups", "tomas.ruiz", ["/follow-ups/"], ""),
    ("teacher-today", "tomas.ruiz", ["/"], ""),
    ("supports", "priya.kaur", ["/supports/"], ""),
    ("coverage", "priya.kaur", ["/supports/coverage/"], ""),
    ("patterns", "dana.whitlock", ["/audits/patterns/"], ""),
    ("district", "dana.whitlock", ["/district/"], ""),
    ("people", "dana.whitlock", ["/people/"], ""),
    ("leader-today", "sol.reyes", ["/"], ""),
    ("leader-coverage", "sol.reyes", ["/supports/coverage/"], ""),
    ("measures", "dana.whitlock", ["/measures/"], ""),
    ("measure", "priya.kaur", ["/measures/", "An adult here knows"], ""),
    ("measure-enter", "priya.kaur", ["/measures/", "An adult here knows", "Enter a value"], ""),
    ("measure-variation", "lena.ito", ["/measures/", "An adult here knows", "Whom the average hides"], ""),
    ("measure-bright-spots", "dana.whitlock", ["/measures/", "An adult here knows", "Bright spots"], ""),
    ("signals", "dana.whitlock", ["/measures/signals/?beside=rest"], ""),
    ("board", "ruth.okafor", ["/together/board/"], ""),
    ("gone-quiet", "ruth.okafor", ["/students/gone-quiet/"], ""),
    ("imports", "sam.hill", ["/imports/"], ""),
    ("import", "sam.hill", ["/imports/", "elmwood-export"], ""),
    ("sign-in", "", ["/sign-in/"], ""),
    ("activities", "ruth.okafor", ["/meetings/new/"], ""),
]

# Meetings of the facilitator's guide: picture, what is laid (see `testing/demo/sittings.py`), what to scroll to on
# one's own screen, and on which screens: "wall" shows it as the projector does.
MEETINGS: list[tuple[str, str, str, str]] = [
    ("questions", "questions", "What you write", "laptop phone"),
    ("questions-said", "questions-said", "", "wall"),
    ("levers", "levers", "How much do you believe", "laptop phone"),
    ("levers-seen", "levers-seen", "", "wall laptop"),
    ("stories", "stories", "What you write", "laptop phone"),
    ("stories-told", "stories-told", "", "wall"),
    ("theory", "theory", "Group 1: from what we do", "laptop phone"),
    ("theory-apart", "theory-apart", "", "wall"),
    ("profile", "profile", "How far is this true here?", "laptop phone"),
    ("profile-seen", "profile-seen", "", "wall"),
    ("promised", "promised", "", "wall laptop"),
    ("promises", "promises", "", "laptop phone"),
    ("knows", "knows-alone", "", "wall"),
    ("knows-mark", "knows-mark", "", "laptop phone"),
    ("knows-seen", "knows-revealed", "", "wall"),
    ("knows-nobodys", "knows-discussed", "Students nobody has named yet", "laptop"),
    ("change", "change", "", "wall laptop phone"),
    ("walk-talk", "walk-talk", "", "wall laptop phone"),
    ("supportteam", "students", "", "wall laptop phone"),
]


@contextmanager
def served_demo() -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """The address of a new demo, the passphrases by name, and the pages of the meetings that were laid in it."""
    with tempfile.TemporaryDirectory(prefix="heartwork-pictures-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {"HEARTWORK_DATA": folder}
        command = [sys.executable, "-m", "heartwork.config.cli", "demo", "--port", str(port)]
        site = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address)
            lay = subprocess.run(
                [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", LAY],
                env=environment, cwd=PROJECT, check=True, capture_output=True, text=True,
            )  # fmt: skip
            yield address, json.loads((Path(folder) / "demo-passphrases.json").read_text()), json.loads(lay.stdout)
        finally:
            site.terminate()
            site.wait(60)


def _wait(address: str) -> None:
    for _ in range(1500):
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The demo did not start.")


def signed_in(browser: Browser, address: str, size: tuple[int, int], username: str, passphrase: str) -> Page:
    """A page of this person, as they would come to it."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    if username:
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", passphrase)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def follow(page: Page, address: str, steps: list[str], to: str) -> None:
    """Go there as a person would."""
    for step in steps:
        if step.startswith("/"):
            page.goto(address + step)
        else:
            links = page.locator("main").get_by_role("link", name=step.removesuffix(" (the last)"))
            (links.last if step.endswith(" (the last)") else links.first).click()
        page.wait_for_load_state("networkidle")
    if to:
        page.get_by_role("heading", name=to).first.evaluate("at => at.scrollIntoView()")


def pixels_of(page: Page, png: bytes) -> np.ndarray[Any, Any]:
    """The picture as rows of red, green and blue; the browser itself unpacks it."""
    raw = page.evaluate(
        """async png => {
            const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + png)).blob());
            const canvas = new OffscreenCanvas(picture.width, picture.height);
            const context = canvas.getContext('2d');
            context.drawImage(picture, 0, 0);
            const bytes = context.getImageData(0, 0, picture.width, picture.height).data;
            let text = '';
            for (let at = 0; at < bytes.length; at += 32768)
                text += String.fromCharCode(...bytes.subarray(at, at + 32768));
            return [picture.width, picture.height, btoa(text)];
        }""",
        base64.b64encode(png).decode(),
    )
    width, height, text = raw
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)[:, :, :3]


def few_colours(pixels: np.ndarray[Any, Any], count: int = 128) -> bytes:
    """The picture as a PNG of its most frequent colours; every other one becomes the nearest of them."""
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1, 3).astype(np.int32)
    coarse = (flat[:, 0] >> 2) << 12 | (flat[:, 1] >> 2) << 6 | flat[:, 2] >> 2
    _, where, often = np.unique(coarse, return_inverse=True, return_counts=True)
    colours = (
        np.stack([np.bincount(where, flat[:, part]) / often for part in range(3)], axis=1).round().astype(np.int32)
    )
    palette = colours[np.argsort(-often)[:count]]
    nearest = np.array([((palette - colour) ** 2).sum(axis=1).argmin() for colour in colours], np.uint8)
    rows = np.zeros((height, width + 1), np.uint8)  # each row begins with 0: not filtered
    rows[:, 1:] = nearest[where].reshape(height, width)

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    packed = zlib.compress(rows.tobytes(), 9)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", part(b"IHDR", head), part(b"PLTE", palette.astype(np.uint8).tobytes()),
         part(b"IDAT", packed), part(b"IEND", b"")]
    )  # fmt: skip


def rows(laid: dict[str, str]) -> Iterator[tuple[str, str, str, list[str], str]]:
    """Each picture: its name, the screen, who looks, where, and what to scroll to."""
    for name, username, steps, to in PICTURES:
        for device in ("laptop", "phone"):
            yield name, device, username, steps, to
    for name, meeting, to, devices in MEETINGS:
        for device in devices.split():
            on_wall = device == "wall"
            yield name, device, "ruth.okafor", [laid[f"{meeting}-wall" if on_wall else meeting]], "" if on_wall else to


def main() -> None:
    """Take every picture, or those that are named."""
    GUIDE.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    with served_demo() as (address, passphrases, laid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        workshop = browser.new_page()
        people: dict[tuple[str, str], Page] = {}
        for name, device, username, steps, to in rows(laid):
            if wanted and name not in wanted:
                continue
            if (device, username) not in people:
                passphrase = passphrases.get(username, "")
                people[device, username] = signed_in(browser, address, SIZES[device], username, passphrase)
            page = people[device, username]
            follow(page, address, steps, to)
            picture = few_colours(pixels_of(workshop, page.screenshot()))
            if len(picture) > LIMIT:
                raise SystemExit(f"{name} on a {device} takes {len(picture)} bytes, more than {LIMIT}.")
            (GUIDE / f"{name}-{device}.png").write_bytes(picture)
            print(f"{name}-{device}.png {len(picture)}")
        browser.close()


if __name__ == "__main__":
    main()
