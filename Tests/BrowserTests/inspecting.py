"""The trace inspector in a real browser: `inspecting.py BASE FLOW`, where BASE is the gateway of a platform."""

import gzip
import json
import os
import sys
import time
import uuid

from browser import Accessibility, a_browser, holds, is_true, status_of, until
from tracing import HOSTILE, a_recurring_task_completed, ask, inspector, recurring_traces, send_more, send_spans

NEVER = "0123456789abcdef0123456789abcdef"


def opened(page, base, path, shows):
    page.goto(inspector(base) + path)
    page.locator(shows).first.wait_for()


def from_search_to_flow(base):
    """A recurring task is completed; what it caused is found, read span by span, and seen as a flow."""
    with a_browser(base) as browser:
        acts = a_recurring_task_completed(base)
        page = browser.context().new_page()
        opened(page, base, f"/?task={acts['task']}", ".trace-row")
        found = page.locator(".trace-row", has_text="/complete")
        found.first.click()
        page.locator(".fall-row").first.wait_for()
        is_true(page.url.endswith(f"/trace/{acts['completed']}"), f"the row led to {page.url}")
        page.locator(".path").first.wait_for()
        # Statements and spans of sidecars can be left out.
        count = "Number(document.querySelector('[role=treegrid]').getAttribute('aria-rowcount'))"
        whole = page.evaluate(count)
        page.get_by_role("button", name="Statements").click()
        fewer = page.evaluate(count)
        page.get_by_role("button", name="Sidecars").click()
        fewest = page.evaluate(count)
        is_true(whole > fewer > fewest > 10, f"rows: {whole}, {fewer}, {fewest}")
        # Found by what a span says, though it is hidden; its links lead on.
        field = page.get_by_label("Find in the trace")
        field.fill("process recurring.events recurring consumer")
        page.locator(".finder .hint", has_text="hit").wait_for()
        field.press("Enter")
        page.locator(".fall-row.selected").click()
        panel = page.locator(".panel.of-span")
        panel.get_by_text("cloudevents.event_type").wait_for()
        panel.locator(".links .link", has_text="create recurring.events").first.click()
        panel.locator(".panel-title", has_text="create recurring.events").wait_for()
        panel.locator("summary", has_text="Linked from").wait_for()
        holds(page, "location.search === '?span=' + document.querySelector('.fall-row.selected').dataset.span")
        address = page.url
        page.reload()
        page.locator(".panel-title", has_text="create recurring.events").wait_for()
        is_true(page.url == address, "a shared address shows something else")
        # The way of the write through services.
        page.get_by_role("link", name="Event flow").click()
        page.locator(".flow-drawing").wait_for()
        lanes = page.locator(".lane-name").all_text_contents()
        is_true({"gateway", "tasks", "recurring", "audit"} <= set(lanes), f"lanes: {lanes}")
        for text in ("recurrence due", "recurrence generated", "task completed"):
            page.locator(".stage-name", has_text=text).first.wait_for()
        is_true(page.locator(".arrow.on-path").count() > 3, "the critical path is not drawn")
        page.locator(".flow-rows summary").click()
        rows = page.locator(".flow-rows tbody tr").count()
        is_true(rows > 20, f"the table has {rows} rows")
        print(json.dumps({"rows": str(whole), "stages": str(rows)}))


def compared_and_live(base):
    """Two traces side by side; a trace arrives in front of somebody who watches."""
    with a_browser(base) as browser:
        acts = a_recurring_task_completed(base)
        page = browser.context().new_page()
        opened(page, base, f"/?task={acts['task']}", ".trace-row")
        for name in ("Compare POST /api/v1/tasks/{id}/complete", "Compare POST /api/v1/tasks"):
            page.get_by_role("checkbox", name=name, exact=True).first.check()
        page.get_by_role("button", name="Compare", exact=True).click()
        page.locator(".compare-table tbody tr").first.wait_for()
        is_true(page.locator(".compare-table tr.only-left").count() > 0, "nothing is only left")
        page.get_by_role("button", name="Sort by difference").click()
        holds(page, "location.search.includes('sort=delta')")
        watching = browser.context().new_page()
        opened(watching, base, "/live", ".live-dot.open")
        acts["person"].send("POST", "/tasks", {"title": "Seen at once"})
        watching.locator(".trace-row", has_text="POST /api/v1/tasks").first.wait_for()
        watching.get_by_role("button", name="Pause").click()
        acts["person"].send("POST", "/tasks", {"title": "Waits"})
        watching.get_by_role("button", name="Go on (").wait_for()
        watching.get_by_role("button", name="Go on").click()
        watching.get_by_role("button", name="Pause").wait_for()
        until(lambda: watching.locator(".trace-row", has_text="POST /api/v1/tasks").count() >= 2, "what waited does not come")


def kept_while_it_grows(base):
    """What one did to a trace stays as its further spans arrive, and so does the part of a list that one picked."""
    with a_browser(base) as browser:
        trace, begin = uuid.uuid4().hex, time.time_ns() - 10 * 10**9
        send_more(base, trace, range(100, 200), begin)
        page = browser.context().new_page()
        opened(page, base, f"/trace/{trace}", ".trace.grows .path")
        rows = "document.querySelector('[role=treegrid]').getAttribute('aria-rowcount')"
        page.keyboard.press("c")
        page.locator("[aria-pressed=true]", has_text="to the answer").wait_for()
        page.keyboard.press("c")
        page.locator(".path").first.wait_for(state="detached")
        page.keyboard.press("+")
        field = page.get_by_label("Find in the trace")
        field.fill("step 15")
        page.locator(".finder .hint", has_text="11 hits").wait_for()
        field.press("Enter")
        page.locator(".finder .hint", has_text="1 of 11").wait_for()
        page.locator(".fall").evaluate("element => { element.scrollTop = 900; }")
        seen = "Math.round((id => document.querySelector(`.fall-row[data-span='${id}']`)?.getBoundingClientRect().top ?? -1)('%016x'))" % 135
        holds(page, seen + " > 0")
        top = page.evaluate(seen)
        window = page.locator(".mini-end").first.get_attribute("aria-valuenow")
        is_true(float(window) > 0, "nothing was looked at closer")
        # Rows above those that are seen, and a minute after the end of all others.
        send_more(base, trace, [*range(50, 100), 60_000], begin)
        holds(page, f"{rows} === '152'")
        is_true(field.input_value() == "step 15", "the text is gone")
        holds(page, "document.activeElement.getAttribute('aria-label') === 'Find in the trace'")
        page.locator(".finder .hint", has_text="1 of 11").wait_for()
        is_true(abs(page.evaluate(seen) - top) <= 1, f"the row went from {top} to {page.evaluate(seen)}")
        is_true(page.locator(".path").count() == 0, "the critical path is back")
        ends = [float(end.get_attribute("aria-valuenow")) for end in page.locator(".mini-end").all()]
        is_true(0 < ends[0] < ends[1] < 5, f"the part of the time that is seen is {ends}")
        field.type("9")
        page.locator(".finder .hint", has_text="1 hit").wait_for()
        field.press("Enter")
        # With its root it comes to rest, and its span is still open beside it.
        page.locator(".fall-row.selected").click()
        page.locator(".panel-title", has_text="step 159").wait_for()
        send_more(base, trace, [1], begin)
        holds(page, f"{rows} === '153'")
        page.locator(".trace:not(.grows)").wait_for()
        is_true(page.locator(".panel-title").inner_text() == "step 159", "another span is beside it")
        holds(page, "document.querySelector('.fall-row.selected')?.contains(document.activeElement)")

        # A part of the time, to the millisecond, is searched for again as it was picked.
        picked = ("from=2026-11-21T09:30:07.125Z", "to=2026-11-21T09:30:07.875Z")
        opened(page, base, "/?" + "&".join(picked), ".search-form")
        page.get_by_role("button", name="Search", exact=True).click()
        is_true(all(part in page.evaluate("decodeURIComponent(location.search)") for part in picked), f"the time became {page.url}")

        # Back in the browser and Newer lead to the same page.
        for number in range(8):
            send_more(base, uuid.uuid4().hex, [1], begin - number * 10**9)
        until(lambda: len(ask(base, "/inspector/traces?service=growing")["items"]) >= 9, "what was sent is not there")
        opened(page, base, "/?limit=2&service=growing", ".trace-row")
        listed = "[...document.querySelectorAll('.results[aria-busy=false] .trace-link')].map((link) => link.pathname).join()"
        pages = []
        for _ in range(3):
            holds(page, f"{listed} && !{json.dumps(pages)}.includes({listed})")
            pages.append(page.evaluate(listed))
            page.get_by_role("button", name="Older").click()
        holds(page, f"{listed} && !{json.dumps(pages)}.includes({listed})")
        page.go_back()
        holds(page, f"{listed} === {json.dumps(pages[2])}")
        page.get_by_role("button", name="Newer").click()
        holds(page, f"{listed} === {json.dumps(pages[1])}")


def keyboard_alone(base):
    """All of it without a pointer."""
    with a_browser(base) as browser:
        acts = recurring_traces(base)
        page = browser.context().new_page()
        keys = page.keyboard
        opened(page, base, "/", ".trace-row")

        def after(pair, shows):
            # The second key must follow the first within moments, which a busy machine may miss.
            def arrived():
                for key in pair:
                    keys.press(key)
                page.wait_for_timeout(300)
                return page.locator(shows).count() > 0

            until(arrived, f"{' '.join(pair)} leads nowhere")

        keys.press("/")
        page.locator("input[name=operation]:focus").wait_for()
        keys.type("POST /api/v1/tasks/{id}/complete")
        keys.press("Enter")
        holds(page, "location.search.includes('operation=') && document.querySelectorAll('.results[aria-busy=false] .trace-row').length > 0")
        page.evaluate("document.activeElement.blur()")
        keys.press("j")
        page.locator(".trace-link:focus").wait_for()
        keys.press("x")
        page.locator(".compare-bar:not([hidden])").wait_for()
        keys.press("x")
        keys.press("Enter")
        page.locator(".fall-row").first.wait_for()
        for _ in range(3):
            keys.press("j")
        page.locator(".fall-row.selected:focus").wait_for()
        keys.press("Enter")
        page.locator(".panel.of-span").wait_for()
        keys.press("Escape")
        page.locator(".panel.of-span").wait_for(state="detached")
        keys.press("Home")
        keys.press("ArrowLeft")
        holds(page, "document.querySelectorAll('.fall-row').length === 1")
        keys.press("ArrowRight")
        holds(page, "document.querySelectorAll('.fall-row').length > 5")
        keys.press("d")
        page.locator("[aria-pressed=true]", has_text="Statements").wait_for()
        page.locator(".path").first.wait_for()
        keys.press("c")
        page.locator("[aria-pressed=true]", has_text="to the answer").wait_for()
        keys.press("c")
        page.locator(".path").first.wait_for(state="detached")
        keys.press("/")
        page.locator(".finder input:focus").wait_for()
        keys.type("outbox")
        keys.press("Enter")
        page.locator(".finder .hint", has_text="1 of").wait_for()
        keys.press("Escape")
        keys.press("n")
        page.locator(".finder .hint", has_text="2 of").wait_for()
        keys.press("+")
        holds(page, "document.querySelector('.mini-end').getAttribute('aria-valuetext') !== '0 ns'")
        keys.press("0")
        keys.press("f")
        page.locator(".flow-drawing").wait_for()
        keys.press("j")
        page.locator(".flow-drawing a:focus").wait_for()
        keys.press("f")
        page.locator(".fall-row").first.wait_for()
        keys.press("?")
        page.get_by_role("heading", name="Keyboard").wait_for()
        keys.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        after("gl", ".live")
        after("gi", ".by-id input:focus")
        keys.type(f"00-{acts['made']}-0123456789abcdef-01")
        keys.press("Enter")
        page.locator(".fall-row").first.wait_for()
        is_true(page.url.endswith(acts["made"]), f"the id led to {page.url}")


def accessible(base):
    """axe finds nothing on any view, light and dark, nor on a phone, which does not scroll sideways."""
    accessibility = Accessibility()
    with a_browser(base) as browser:
        acts = recurring_traces(base)
        broken = send_spans(base, 12)
        span = ask(base, f"/inspector/traces/{broken}")["roots"][0]["children"][0]["spanId"]
        views = [("/", ".trace-row"), (f"/?task={uuid.uuid4()}", ".empty"), (f"/trace/{acts['completed']}", ".path"), (f"/trace/{broken}?span={span}", ".panel-error"),
                 (f"/flow/{acts['completed']}", ".flow-drawing"), (f"/compare/{acts['made']}...{acts['completed']}", ".compare-table tbody tr"), ("/live", ".live-dot.open"), (f"/trace/{NEVER}", ".problem")]
        for scheme in ("light", "dark"):
            page = browser.context(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1440, "height": 900}).new_page()
            for path, shows in views:
                opened(page, base, path, shows)
                for summary in page.locator(".flow-rows summary").all():
                    summary.click()
                accessibility.check(page, f"{scheme} {path}")
            page.keyboard.press("?")
            page.locator("dialog[open]").wait_for()
            accessibility.check(page, f"{scheme} help")
            page.context.close()
        phone = browser.context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
        for path, shows in [views[0], *views[2:6]]:
            opened(phone, base, path, shows)
            accessibility.check(phone, f"phone {path}")
            is_true(phone.evaluate("document.documentElement.scrollWidth <= innerWidth && document.querySelector('main').scrollWidth <= innerWidth"), f"the phone scrolls sideways at {path}")
    accessibility.is_clean()


def five_thousand_spans(base):
    """A trace of 5 000 spans has as many rows on the page as are seen, and names that are markup elsewhere are words."""
    with a_browser(base) as browser:
        ident = send_spans(base, 5000)
        page = browser.context().new_page()
        opened(page, base, f"/trace/{ident}", ".path")
        counting = "document.getElementsByTagName('*').length"
        most = page.evaluate(counting)
        for key in ("End", "Home", "PageDown", "End"):
            page.keyboard.press(key)
            most = max(most, page.evaluate(counting))
        is_true(page.locator("[role=treegrid]").get_attribute("aria-rowcount") == "5001", "not all spans are rows")
        is_true(most < 1500, f"{most} elements are on the page")
        page.keyboard.press("Home")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.locator(".panel-error", has_text=HOSTILE[1]).wait_for()
        is_true(page.locator(".panel-title").inner_text() == f"{HOSTILE[1]} 1", "the name is not what was sent")
        for text in (HOSTILE[0], HOSTILE[2], "1795292160671929866"):
            page.locator(".panel", has_text=text).first.wait_for()
        field = page.get_by_label("Find in the trace")
        field.fill("alert(3) 4")
        page.locator(".finder .hint", has_text="hit").wait_for()
        opened(page, base, "/?service=" + "%3Cb%3Ebilling%3C/b%3E", ".trace-row")
        opened(page, base, f"/compare/{ident}...{ident}", ".compare-table tbody tr")
        opened(page, base, f"/flow/{ident}", ".flow-drawing, .empty")
        born = "document.querySelectorAll('main img, main script, main b, [onerror], [onload]').length"
        for path in (f"/trace/{ident}", f"/flow/{ident}", "/", f"/trace/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"):
            opened(page, base, path, ".fall-row, .flow-drawing, .empty, .trace-row, .problem")
            is_true(page.evaluate(born) == 0, f"markup came to life at {path}")
        print(json.dumps({"nodes": str(most)}))


def light_and_closed(base):
    """What a first visit costs, that nothing is asked of others, and what is said of a trace that is not here."""
    with a_browser(base) as browser:
        acts = recurring_traces(base)
        page = browser.context().new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        opened(page, base, f"/trace/{acts['completed']}", ".path")
        home = inspector(base)
        foreign = [url for url in asked if not url.startswith((home, "data:"))]
        is_true(not foreign, f"the page asked others: {foreign[:3]}")
        status, headers, body = status_of(home + "/")
        rules = {name.lower(): value for name, value in headers.items()}.get("content-security-policy", "")
        is_true("default-src 'none'" in rules and "unsafe" not in rules and "frame-ancestors 'none'" in rules, f"the policy is {rules}")
        for kind in (b" style=", b" onclick=", b"<script>"):
            is_true(kind not in body, f"the page has {kind!r}")
        files = {url for url in asked if "/assets/" in url} | {home + "/"}
        size = sum(len(gzip.compress(status_of(url)[2], 9)) for url in files)
        is_true(size < 80_000, f"the page is {size} bytes")
        opened(page, base, f"/trace/{NEVER}", ".problem")
        is_true("removes the oldest traces" in page.locator(".problem").inner_text(), "nothing is said of retention")
        opened(page, base, "/trace/nonsense", ".problem")
        is_true("32 hexadecimal digits" in page.locator(".problem").inner_text(), "nothing is said of the id")
        opened(page, base, "/?min=quickly", ".problem")
        if os.environ.get("SHOTS"):
            page.screenshot(path=os.environ["SHOTS"] + "/inspector-problem.png")
        print(json.dumps({"bytes": str(size), "files": str(len(files))}))


FLOWS = {flow.__name__: flow for flow in (from_search_to_flow, compared_and_live, kept_while_it_grows, keyboard_alone, accessible, five_thousand_spans, light_and_closed)}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
