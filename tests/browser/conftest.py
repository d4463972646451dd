"""A real Chromium against the live server. No page may ask any other host for anything."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request, WebSocketRoute, sync_playwright

from hampstead.core.models import StaffUser

WIDE, NARROW = (1280, 900), (390, 844)


@pytest.fixture(scope="module")  # no longer: its event loop would disturb tests of ours
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if not Path(path).exists():
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(f"REQUIRE_BROWSER=1, but there is no Chromium at {path}")
        pytest.skip(f"no Chromium at {path}")
    # Playwright runs an event loop in this thread; the test's own database calls are no hazard.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


class Visitor:
    """A member of staff at a browser, with all that went wrong meanwhile."""

    def __init__(self, page: Page, url: str, folder: Path) -> None:
        self.page, self.url, self.folder = page, url, folder
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.sockets: list[WebSocketRoute] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.route_web_socket("**/ws/office/", lambda socket: self.sockets.append(socket))

    def _console(self, line: Any) -> None:
        if line.type in ("error", "warning"):
            self.complaints.append(line.text)

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}", wait_until="networkidle")

    def tell(self, subject: str) -> None:
        """News as the socket brings it."""
        self.sockets[-1].send(f'{{"subject": "{subject}"}}')

    def picture(self, name: str) -> None:
        """Wide, narrow and dark; for people to look at."""
        for label, (width, height) in (("wide", WIDE), ("narrow", NARROW)):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.screenshot(path=self.folder / f"{name}-{label}.png", full_page=True)
        self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        self.page.evaluate("document.documentElement.classList.add('dark')")
        self.page.screenshot(path=self.folder / f"{name}-dark.png", full_page=True)
        self.page.evaluate("document.documentElement.classList.remove('dark')")

    def check(self) -> None:
        assert self.complaints == []
        assert self.foreign == []


@pytest.fixture
def visitor(chromium: Browser, live_server: Any, screenshots: Path) -> Iterator[Visitor]:
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    context.set_default_timeout(15_000)
    yield Visitor(context.new_page(), live_server.url, screenshots)
    context.close()


@pytest.fixture
def staff(visitor: Visitor, log_in: Callable[[StaffUser], None], admin_user: StaffUser) -> Visitor:
    log_in(admin_user)
    return visitor


@pytest.fixture
def log_in(visitor: Visitor, client: Any) -> Callable[[StaffUser], None]:
    """Without the form, which has a test of its own."""

    def enter(user: StaffUser) -> None:
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        visitor.page.context.add_cookies([{"name": name, "value": value, "url": visitor.url}])

    return enter
