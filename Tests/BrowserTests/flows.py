"""Flows of people in a real browser: `flows.py BASE FLOW`. Exit status 0 when all of it was true."""

import gzip
import json
import re
import sys

from browser import Accessibility, Person, a_browser, add, holds, is_true, row, sign_in, sign_up, status_of, until


def first_task_and_second_tab(base):
    """From sign-up to the first task; a second tab and a second browser see it without a reload."""
    with a_browser(base) as browser:
        person = Person(base)
        one = browser.context()
        page = one.new_page()
        sign_up(page, person)
        add(page, "Buy oat milk today 18:00 !high #shop +Home")
        row(page, "Buy oat milk").wait_for()
        is_true(row(page, "Buy oat milk").locator(".chip.tag").inner_text() == "#shop", "the tag was not understood")
        # The second tab has the cookie alone.
        tab = one.new_page()
        tab.goto(base + "/app/all")
        row(tab, "Buy oat milk").wait_for()
        other = browser.context().new_page()
        sign_in(other, person, "/app/all")
        row(other, "Buy oat milk").wait_for()
        add(tab, "Sharpen the knives")
        row(other, "Sharpen the knives").wait_for()
        other.bring_to_front()
        row(other, "Buy oat milk").get_by_role("button", name="Complete Buy oat milk").click()
        for seen in (page, tab, other):
            row(seen, "Buy oat milk").wait_for(state="detached")
        # Undone where it was done, back everywhere.
        other.get_by_role("button", name="Undo").click()
        row(page, "Buy oat milk").wait_for()
        tab.reload()
        row(tab, "Sharpen the knives").wait_for()
        # The history knows the trace of each act.
        row(tab, "Buy oat milk").locator(".row-title").click()
        tab.locator(".event").get_by_role("button", name="Show trace").first.click()
        trace = tab.locator(".trace-dialog code").first.inner_text()
        is_true(re.fullmatch(r"[0-9a-f]{32}", trace), f"no trace id: {trace}")
        tab.keyboard.press("Escape")
        # Signed out in one tab is signed out in all of them.
        page.bring_to_front()
        page.get_by_role("button", name=person.email).click()
        page.get_by_role("menuitem", name="Sign out").click()
        for seen in (page, tab):
            seen.locator(".auth-card").wait_for()
        print(json.dumps({"trace": trace}))


HOSTILE = [
    "<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "\"><svg onload=alert(3)>", "javascript:alert(4)",
    "{{constructor.constructor('alert(5)')()}}", "' onmouseover='alert(6)",
]


def hostile_words(base):
    """Words that are markup elsewhere are words here, in every field."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        text = " ".join(HOSTILE)
        for part in HOSTILE:
            person.send("POST", "/tasks", {"title": part, "description": text, "tags": [part[:60]], "list": part[:60], "priority": "high", "due": {"kind": "date", "local": "2030-01-05"}})
        person.send("POST", "/templates", {"name": HOSTILE[0], "task": {"title": HOSTILE[1], "subtasks": [{"title": HOSTILE[2]}]}})
        person.send("POST", "/filters", {"name": HOSTILE[0], "filter": "open"})
        page = browser.context().new_page()
        sign_in(page, person, "/app/all")
        for part in HOSTILE:
            row(page, part).first.wait_for()
        is_true(page.locator(".nav-item a", has_text=HOSTILE[0]).count() == 2, "the list and the filter are not there by their names")
        row(page, HOSTILE[0]).first.locator(".row-title").click()
        page.locator(".event").first.wait_for()
        is_true(page.locator(".panel-text").input_value() == text, "the description is not what it was")
        page.goto(base + "/app/search?q=alert")
        page.locator(".row-title mark").first.wait_for()
        for path in ("templates", "calendar/2030-01", "all?filter=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"):
            page.goto(f"{base}/app/{path}")
            page.locator(".card, .day-task, .filter-problem:not([hidden])").first.wait_for()
        page.goto(base + "/app/list/%3Cimg%20src%3Dx%20onerror%3Dalert(9)%3E?task=%3Cscript%3E")
        page.locator("h1", has_text="<img").wait_for()
        page.goto(base + "/app/all")
        add(page, "<img src=x onerror=alert(7)> today")
        row(page, "<img src=x onerror=alert(7)>").wait_for()
        page.keyboard.press("Control+k")
        page.keyboard.type("alert(2)")
        page.locator(".palette-option", has_text="<script>").first.wait_for()
        is_true(page.evaluate("document.querySelectorAll('.task-row img, .task-row script, [onerror], [onload]').length") == 0, "markup came to life")


def keyboard_alone(base):
    """All of it without a pointer."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        page = browser.context().new_page()
        page.goto(base + "/")
        page.locator("input[type=email]:focus").wait_for()
        keys = page.keyboard
        keys.type(person.email)
        keys.press("Tab")
        keys.type("correct horse battery staple")
        keys.press("Enter")
        page.wait_for_selector(".shell")

        def go_to_all():
            # The second key must follow the first within a second, which a busy machine may miss.
            keys.press("g")
            keys.press("a")
            return page.locator("h1", has_text="All tasks").count() == 1

        until(go_to_all, "g a leads nowhere")
        for title in ("First thing", "Second thing", "Third thing"):
            keys.press("n")
            page.locator(".quick-input:focus").wait_for()
            keys.type(title)
            keys.press("Enter")
            row(page, title).wait_for()
            holds(page, "document.querySelector('.quick-input').value === ''")
            page.evaluate("document.activeElement.blur()")
        keys.press("j")
        page.locator(".task-row:focus").wait_for()
        keys.press("Home")
        keys.press("Alt+ArrowDown")
        holds(page, "document.querySelector('.task-row[aria-posinset=\"2\"]').innerText.includes('First thing')")
        until(lambda: person.titles("sort=position") == ["Second thing", "First thing", "Third thing"], "the order did not arrive")
        keys.press("e")
        page.locator(".row-edit:focus").wait_for()
        keys.press("Control+a")
        keys.type("First thing, renamed")
        keys.press("Enter")
        until(lambda: "First thing, renamed" in person.titles(), "the new title did not arrive")
        keys.press("1")
        page.locator(".task-row.p-urgent").wait_for()
        keys.press("s")
        page.get_by_role("menuitem", name="Tomorrow").wait_for()
        keys.press("ArrowDown")
        keys.press("Enter")
        page.locator(".chip.due", has_text="Tomorrow").wait_for()
        page.locator(".task-row:focus").wait_for()
        keys.press("c")
        row(page, "First thing, renamed").wait_for(state="detached")
        until(lambda: page.locator(".toast", has_text="Task completed").count() == 1, "no note")
        keys.press("z")
        row(page, "First thing, renamed").wait_for()
        page.locator(".task-row:focus").wait_for()
        keys.press("Home")
        keys.press("x")
        keys.press("Shift+ArrowDown")
        page.get_by_text("2 selected").wait_for()
        keys.press("Escape")
        keys.press("Enter")
        page.locator(".panel-title:focus").wait_for()
        keys.press("Escape")
        page.locator(".panel").wait_for(state="detached")
        page.locator(".task-row:focus").wait_for()
        keys.press("Delete")
        page.get_by_text("Moved to the trash").first.wait_for()
        keys.press("?")
        page.get_by_role("heading", name="Keyboard").wait_for()
        keys.press("Escape")
        keys.press("Control+k")
        page.locator(".palette-input:focus").wait_for()
        keys.type("trash")
        keys.press("Enter")
        page.locator("h1", has_text="Trash").wait_for()
        page.locator(".task-row").first.wait_for()
        keys.press("/")
        page.locator(".search-input:focus").wait_for()
        keys.type("thing")
        keys.press("Enter")
        page.locator(".row-title mark").first.wait_for()


def trash_and_back(base):
    """What is deleted in one window is in the trash of another, can be looked at there, comes back, and is gone when it is."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        one, other = browser.context().new_page(), browser.context().new_page()
        sign_in(one, person, "/app/all")
        sign_in(other, person, "/app/trash")
        other.get_by_role("heading", name="The trash is empty").wait_for()
        add(one, "Old letters #paper")
        row(one, "Old letters").wait_for()
        row(one, "Old letters").hover()
        for _ in range(2):
            row(one, "Old letters").get_by_role("button", name="More").click()
            one.get_by_role("menuitem", name="Delete").click()
            row(one, "Old letters").wait_for(state="detached")
            row(other, "Old letters").wait_for()
            row(other, "Old letters").locator(".row-title").click()
            panel = other.locator(".panel")
            panel.get_by_text("In the trash").wait_for()
            # What the service tells of it later takes it neither from the list nor from the panel.
            panel.locator(".event", has_text="Moved to the trash").first.wait_for()
            is_true(row(other, "Old letters").count() == 1 and panel.locator(".panel-title").get_attribute("readonly") is not None, "a task of the trash cannot be looked at")
            panel.get_by_role("button", name="Restore").click()
            row(other, "Old letters").wait_for(state="detached")
            row(one, "Old letters").wait_for()
            other.keyboard.press("Escape")
            panel.wait_for(state="detached")
        task = person.send("GET", "/tasks")["items"][0]["id"]
        person.send("DELETE", f"/tasks/{task}")
        row(other, "Old letters").wait_for()
        person.send("DELETE", f"/trash/{task}")
        row(other, "Old letters").wait_for(state="detached")


VIEWS = ["today", "upcoming", "overdue", "all", "done", "trash", "list/Home", "tag/home", "search?q=water", "calendar", "templates", "settings", "all?filter=due%20%3C%20nonsense"]


def accessible(base):
    """axe finds nothing on any view, light and dark, nor in dialogs and editors."""
    accessibility = Accessibility()
    with a_browser(base) as browser:
        person = Person(base).open_account()
        for title, more in [("Water the plants", {"list": "Home", "tags": ["home"], "priority": "high"}), ("Old promise", {"due": {"kind": "date", "local": "2026-01-05"}, "tags": ["home"]}), ("Ahead", {"due": {"kind": "floating", "local": "2099-01-05T09:00"}})]:
            task = person.send("POST", "/tasks", {"title": title, "description": "Some words", **more})
        person.send("POST", "/tasks", {"title": "A part", "parentId": task["id"]})
        done = person.send("POST", "/tasks", {"title": "Was done"})
        person.send("POST", f"/tasks/{done['id']}/complete")
        person.send("POST", "/templates", {"name": "Trip", "task": {"title": "Pack", "subtasks": [{"title": "Socks"}]}})
        for scheme in ("light", "dark"):
            context = browser.context(color_scheme=scheme, reduced_motion="reduce")
            page = context.new_page()
            page.goto(base + "/")
            page.locator(".auth-card").wait_for()
            accessibility.check(page, f"{scheme} sign-in")
            sign_in(page, person, "/app/today")
            for view in VIEWS:
                page.evaluate("(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", f"/app/{view}")
                page.wait_for_selector(".main .task-row, .main .empty, .card, .month, .rules, .filter-problem:not([hidden])")
                holds(page, "!document.querySelector('.skeleton')")
                accessibility.check(page, f"{scheme} {view}")
            page.evaluate("(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }", f"/app/all?task={task['id']}")
            page.wait_for_selector(".event")
            page.wait_for_selector(".sub")
            accessibility.check(page, f"{scheme} task")
            for fact in ("due", "repeat", "remind", "priority"):
                page.locator(f"[data-fact={fact}]").click()
                page.locator(".popover:popover-open").wait_for()
                accessibility.check(page, f"{scheme} editor {fact}")
                page.keyboard.press("Escape")
                page.locator(".popover").wait_for(state="detached")
            page.get_by_role("button", name="Close the task").click()
            for keys, place in (("?", "help"), ("Control+k", "palette")):
                page.keyboard.press(keys)
                page.locator("dialog[open]").wait_for()
                accessibility.check(page, f"{scheme} {place}")
                page.keyboard.press("Escape")
                page.locator("dialog").wait_for(state="detached")
            page.get_by_role("button", name="Notifications").click()
            page.locator(".notices-panel").wait_for()
            accessibility.check(page, f"{scheme} notifications")
            page.keyboard.press("Escape")
            page.get_by_role("button", name="Assistant").click()
            page.locator(".chat").wait_for()
            accessibility.check(page, f"{scheme} assistant")
            context.close()
        phone = browser.context(viewport={"width": 390, "height": 844}, has_touch=True).new_page()
        sign_in(phone, person, "/app/all")
        phone.locator(".task-row").first.wait_for()
        accessibility.check(phone, "phone")
        phone.get_by_role("button", name="Open the menu").click()
        accessibility.check(phone, "phone menu")
        is_true(phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the phone scrolls sideways")
    accessibility.is_clean()


def five_thousand(base):
    """A list of 5 000 has as many rows on the page as are seen."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        for part in range(25):
            person.send("POST", "/tasks/bulk", {"items": [{"op": "create", "task": {"title": f"Task {part * 200 + number:04}"}} for number in range(200)]})
        page = browser.context().new_page()
        sign_in(page, person, "/app/all")
        row(page, "Task 0000").wait_for()
        most = 0
        # Down to the end: every page is asked for on the way.
        for _ in range(400):
            state = page.evaluate(
                """() => new Promise((resolve) => {
                    const list = document.querySelector('.scroller');
                    list.scrollTop = list.scrollHeight;
                    requestAnimationFrame(() => requestAnimationFrame(() => resolve({
                        nodes: document.getElementsByTagName('*').length, rows: document.querySelectorAll('.task-row').length,
                        count: document.querySelector('.count').textContent })));
                })""")
            most = max(most, state["nodes"])
            is_true(state["rows"] < 80, f"{state['rows']} rows are on the page")
            if state["count"] == "5000":
                break
            holds(page, f"document.querySelector('.count').textContent !== '{state['count']}'")
        is_true(state["count"] == "5000", f"the list ends with {state['count']}")
        row(page, "Task 4999").wait_for()
        is_true(most < 2000, f"{most} elements are on the page")
        # How long a frame of scrolling takes, told for people; machines differ.
        frames = page.evaluate(
            """() => new Promise((resolve) => {
                const list = document.querySelector('.scroller');
                const times = [];
                let last = performance.now();
                const step = () => {
                    const now = performance.now();
                    times.push(now - last);
                    last = now;
                    list.scrollTop -= 900;
                    if (times.length < 90) requestAnimationFrame(step);
                    else resolve(times.slice(5).sort((one, other) => one - other));
                };
                requestAnimationFrame(step);
            })""")
        print(json.dumps({"nodes": most, "frame_p50": round(frames[len(frames) // 2], 1), "frame_p95": round(frames[int(len(frames) * 0.95)], 1)}))


def offline_and_back(base):
    """Without a connection one goes on; what was done arrives later, once."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        person.send("POST", "/tasks", {"title": "Was there before"})
        context = browser.context()
        page = context.new_page()
        sign_in(page, person, "/app/all")
        row(page, "Was there before").wait_for()
        context.set_offline(True)
        add(page, "Thought of in the tunnel")
        row(page, "Thought of in the tunnel").locator(".chip.waiting").wait_for()
        page.get_by_role("button", name="Complete Was there before").click()
        page.locator(".banner.warn", has_text="2 changes wait").wait_for()
        is_true(person.titles() == ["Was there before"], "something was sent")
        # It survives a visit elsewhere within the page.
        page.keyboard.press("Escape")
        context.set_offline(False)
        page.locator(".banner").wait_for(state="detached")
        until(lambda: person.titles("status=open") == ["Thought of in the tunnel"], "what waited did not arrive")
        is_true(person.titles("status=completed") == ["Was there before"], "the completion did not arrive")
        page.locator(".chip.waiting").wait_for(state="detached")
        is_true(row(page, "Thought of in the tunnel").count() == 1, "it is shown twice")
        row(page, "Was there before").wait_for(state="detached")


def safe_at_the_door(base):
    """Cookie, headers, assets, addresses."""
    with a_browser(base) as browser:
        person = Person(base)
        context = browser.context()
        page = context.new_page()
        foreign = []
        context.on("request", lambda request: foreign.append(request.url) if not request.url.startswith((base, "data:")) else None)
        sign_up(page, person)
        cookies = context.cookies(base + "/api/v1/auth/refresh")
        is_true([cookie["name"] for cookie in cookies] == ["todo_refresh"], f"cookies: {cookies}")
        cookie = cookies[0]
        is_true(cookie["httpOnly"] and cookie["secure"] == base.startswith("https:") and cookie["sameSite"] == "Strict" and cookie["path"] == "/api/v1/auth", f"the cookie is {cookie}")
        is_true(page.evaluate("document.cookie") == "", "scripts see a cookie")
        stored = page.evaluate("JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })")
        is_true("eyJ" not in stored, "a token is in storage")
        # Another origin may not frame the page, nor refresh by the cookie.
        status, headers, body = status_of(base + "/")
        policy = {name.lower(): value for name, value in headers.items()}
        rules = policy.get("content-security-policy", "")
        is_true("unsafe" not in rules and "default-src 'none'" in rules and "frame-ancestors 'none'" in rules, f"the policy is {rules}")
        is_true(policy.get("x-content-type-options") == "nosniff" and policy.get("x-frame-options") == "DENY" and "referrer-policy" in policy, f"headers: {policy}")
        for kind in (b" style=", b" onclick=", b"<script>"):
            is_true(kind not in body, f"the page has {kind!r}")
        assets = re.findall(rb'(?:src|href)="(/assets/[^"]+)"', body)
        is_true(len(assets) > 3, "the page names no assets")
        _, asset, _ = status_of(base + assets[0].decode())
        is_true("immutable" in {name.lower(): value for name, value in asset.items()}["cache-control"], "an asset is not kept")
        folder = base + assets[0].decode().rsplit("/", 2)[0]
        for path in ("/../../../../etc/passwd", "/..%2f..%2f..%2fPackage.swift", "/%2e%2e/%2e%2e/Gateway.swift", "/js/../../Gateway.swift"):
            status, _, text = status_of(folder + path)
            is_true(status in (400, 404), f"{path} is answered {status}")
        # An address of the page never leads away from it.
        for path in ("//evil.example/", "/app//evil.example", "/app/today?next=https://evil.example", "/app/https://evil.example"):
            page.goto(base + path)
            page.wait_for_selector(".shell, .auth-card, pre, body")
            is_true(page.url.startswith(base), f"{path} led to {page.url}")
        is_true(not foreign, f"the page asked others: {foreign[:3]}")
        # What a first visit costs.
        loaded = set()
        weighed = browser.context().new_page()
        weighed.on("response", lambda answer: loaded.add(answer.url))
        sign_in(weighed, person, "/app/today")
        weighed.locator(".empty, .task-row").first.wait_for()
        size = sum(len(gzip.compress(status_of(url)[2], 9)) for url in loaded if "/assets/" in url or url.rstrip("/") == base)
        is_true(size < 150_000, f"the page is {size} bytes")
        print(json.dumps({"bytes": size, "files": len(loaded)}))


FLOWS = {flow.__name__: flow for flow in (first_task_and_second_tab, hostile_words, keyboard_alone, trash_and_back, accessible, five_thousand, offline_and_back, safe_at_the_door)}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
