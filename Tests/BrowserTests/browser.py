"""A browser for the flows: Debian's Chromium, driven by Playwright, with everything that goes wrong kept."""

import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from contextlib import contextmanager

PASSWORD = "correct horse battery staple"


def chromium():
    """Where Chromium is; says so when it is not there: these tests are not left out."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        sys.exit("chromium is not installed: make test-packages")
    return found


def is_true(condition, what):
    if not condition:
        raise AssertionError(what)


class Person:
    """Somebody with an account, who can also speak to the API without a page."""

    def __init__(self, base):
        self.base = base
        self.email = f"page-{os.getpid()}-{time.time_ns()}@example.com"
        self.token = None

    def send(self, method, path, body=None, key=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + "/api/v1" + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def open_account(self):
        answer = self.send("POST", "/auth/sign-up", {"email": self.email, "password": PASSWORD, "timeZone": "Europe/Amsterdam"})
        self.token = answer["accessToken"]
        return self

    def enter(self):
        self.token = self.send("POST", "/auth/sign-in", {"email": self.email, "password": PASSWORD})["accessToken"]
        return self

    def titles(self, query="limit=100"):
        return [task["title"] for task in self.send("GET", f"/tasks?{query}")["items"]]


class Browser:
    """One Chromium; `faults` has what pages complained of."""

    def __init__(self, playwright, base):
        self.base = base
        self.chromium = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage", "--short-reporting-delay"])
        self.faults = []
        self._answers = deque(maxlen=25)

    def context(self, **options):
        options = {"timezone_id": "Europe/Amsterdam", "viewport": {"width": 1280, "height": 800}} | options
        context = self.chromium.new_context(**options)
        context.set_default_timeout(int(os.environ.get("PAGE_TIMEOUT", "60000")))
        # Reports of the policy come as events as well as over the wire.
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))")
        context.on("page", self._watch)
        return context

    def _watch(self, page):
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))

        def said(message):
            if message.type == "error" and "CSP" in message.text or "Content Security Policy" in message.text:
                self.faults.append(message.text)

        page.on("console", said)
        page.on("response", lambda answer: self._answers.append(f"{answer.status} {answer.request.method} {answer.url}"))
        page.on("requestfailed", lambda request: self._answers.append(f"{request.failure} {request.method} {request.url}"))

    def tell(self):
        """What was on the screen when a flow failed, and what was asked before: the log of a failure is all there is of it."""
        for context in self.chromium.contexts:
            for page in context.pages:
                print(f"── {page.url}\n{page.locator('body').inner_text(timeout=5000)[:1500]}", file=sys.stderr)
        print("── answers, the newest last", *self._answers, *self.faults, sep="\n", file=sys.stderr)

    def close(self):
        self.chromium.close()


def sign_up(page, person):
    page.goto(person.base + "/")
    page.get_by_role("button", name="Create an account").click()
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    page.wait_for_selector(".list-page")


def sign_in(page, person, path="/"):
    page.goto(person.base + path)
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".shell")


def add(page, text):
    field = page.get_by_label("New task", exact=True)
    field.fill(text)
    field.press("Enter")


def row(page, title):
    return page.locator(".task-row", has=page.locator(".row-title", has_text=title))


@contextmanager
def a_browser(base):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = Browser(playwright, base)
        try:
            yield browser
            is_true(not browser.faults, "the page complained: " + "; ".join(browser.faults[:5]))
        except Exception:
            browser.tell()
            raise
        finally:
            browser.close()


def until(condition, what, seconds=60):
    """For what cannot be waited for in the page."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(what)
        time.sleep(0.1)


def holds(page, expression):
    """Waits for something to be true in the page. Playwright's own way evaluates in the page, which its policy forbids."""
    until(lambda: page.evaluate(expression), f"never true: {expression}")


def status_of(address, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:
            return answer.status, dict(answer.headers.items()), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers.items()), error.read()

class Accessibility:
    """What axe finds on pages, gathered until the end."""

    def __init__(self):
        from axe_playwright_python.sync_playwright import Axe

        self.axe, self.found = Axe(), []

    def check(self, page, place):
        print(place, file=sys.stderr)
        # What is on its way in is half transparent: its colours are those of the end.
        page.evaluate("Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => {})))")
        for violation in self.axe.run(page).response["violations"]:
            node = violation["nodes"][0]
            self.found.append(f"{place}: {violation['id']} at {node['target']}: {node.get('failureSummary', '')[:200]}")
            print(self.found[-1], file=sys.stderr)

    def is_clean(self):
        is_true(not self.found, "axe: " + " | ".join(self.found[:12]))
