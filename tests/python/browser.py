"""A headless Chromium for tests of pages, and the pictures of them in the docs."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from clustr.feeds import PROJECT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
KEEP = "CLUSTR_KEEP_SCREENSHOTS"
IMAGES = PROJECT / "docs" / "images"
COLOURS = 256
LARGEST_IMAGE = 150_000
LOCAL = ("file:", "data:", "blob:")
# dbt's page names images by templates and by its own build's paths before it is ready.
TEMPLATES = ("%7B%7B", "$%7Brequire")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine; without one the test is skipped."""
    paths = filter(None, map(shutil.which, NAMES))
    path = next(paths, None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(NAMES)}")
    # Chromium has no sandbox for root
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, width: int, height: int) -> Iterator[Page]:
    """A page that must show without errors and ask no network."""
    page = browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} {message.location['url']}")

    def watch(request: Request) -> None:
        if not request.url.startswith(LOCAL):
            complaints.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", watch)
    page.goto(url)
    yield page
    page.close()
    others = [c for c in complaints if not any(text in c for text in TEMPLATES)]
    assert not others, others


def picture(page: Page, name: str) -> Path | None:
    """Take a picture for docs/images, where KEEP is set; give its path."""
    page.wait_for_timeout(300)  # what fades in has come
    image = Image.open(io.BytesIO(page.screenshot()))
    small = io.BytesIO()
    few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    few.save(small, "png", optimize=True)
    assert len(small.getvalue()) < LARGEST_IMAGE
    if not os.environ.get(KEEP):
        return None
    path = IMAGES / f"{name}.png"
    path.write_bytes(small.getvalue())
    return path
