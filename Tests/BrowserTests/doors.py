"""What other sites can do to somebody who is signed in, colours that the system chooses, and leaving. `doors.py BASE FLOW`."""

import json
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from browser import PASSWORD, Accessibility, Person, a_browser, add, holds, is_true, row, sign_in, sign_up, until


@contextmanager
def a_hostile_site(pages):
    """Serves pages of somebody else on a free port; gives the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def hostile_pages(base):
    form = "<form method=post enctype='text/plain' action='{0}'><input name='{{\"title\":\"forged' value='\"}}'></form><script>document.forms[0].submit()</script>"
    return {
        "/empty": "<p>hello",
        "/frame": f"<iframe src='{base}/app/all' width=800 height=600></iframe>",
        "/sign-out": form.format(f"{base}/api/v1/auth/sign-out"),
        "/refresh": form.format(f"{base}/api/v1/auth/refresh"),
        "/write": form.format(f"{base}/api/v1/tasks"),
    }


def other_sites(base):
    """Forged requests, frames and foreign scripts: from another site, and from another port of the same one."""
    with a_browser(base) as browser, a_hostile_site(hostile_pages(base)) as port:
        person = Person(base)
        context = browser.context()
        page = context.new_page()
        sign_up(page, person)
        add(page, "Mine")
        row(page, "Mine").wait_for()

        def cookie():
            return [one["value"] for one in context.cookies(base + "/api/v1/auth/refresh") if one["name"] == "todo_refresh"]

        before = cookie()
        is_true(len(before) == 1, "there is no cookie to steal")
        asset = page.evaluate("document.querySelector('link[rel=stylesheet]').href")
        for host in ("127.0.0.1", "localhost"):
            site = f"http://{host}:{port}"
            evil = context.new_page()
            for path in ("sign-out", "refresh", "write"):
                with evil.expect_navigation(url=lambda url: url.startswith(base)):
                    evil.goto(f"{site}/{path}", wait_until="commit")
                until(lambda: "problem" in evil.content() or "status" in evil.content(), f"{path} from {host} was taken: {evil.content()[:200]}")
            evil.goto(f"{site}/empty")
            answers = evil.evaluate(
                """async ([base, asset]) => {
                    const outcome = async (work) => { try { return await work(); } catch (error) { return error.name; } };
                    const json = { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: '{}' };
                    return {
                        read: await outcome(async () => (await fetch(base + '/api/v1/settings', { credentials: 'include' })).status),
                        refresh: await outcome(async () => (await fetch(base + '/api/v1/auth/refresh', json)).status),
                        blind: await outcome(async () => (await fetch(base + '/api/v1/auth/refresh', { method: 'POST', mode: 'no-cors', credentials: 'include' })).type),
                        style: await new Promise((done) => {
                            const link = document.createElement('link');
                            [link.rel, link.href] = ['stylesheet', asset];
                            [link.onload, link.onerror] = [() => done('loaded'), () => done('refused')];
                            document.head.append(link);
                        }),
                        opened: await outcome(async () => { const other = open(base + '/app/all'); await new Promise((done) => setTimeout(done, 500)); return other === null || other.closed ? 'cut off' : String(other.document); }),
                    };
                }""",
                [base, asset],
            )
            is_true(answers["read"] == "TypeError" and answers["refresh"] == "TypeError", f"{host}: another site reads answers: {answers}")
            # What is asked without looking at the answer is refused as well: by the cookie's site, or by us. Or the browser hides it.
            is_true(answers["blind"] in ("opaque", "TypeError"), f"{host}: {answers}")
            is_true(answers["style"] == "refused", f"{host}: another site uses our files: {answers}")
            is_true(answers["opened"] in ("cut off", "SecurityError"), f"{host}: a window of ours is in another's hands: {answers}")
            evil.goto(f"{site}/frame")

            def is_empty():
                # What became of a frame is heard while the page is asked something.
                evil.evaluate("0")
                return len(evil.frames) > 1 and evil.frames[1].url.startswith("chrome-error:")

            until(is_empty, f"{host} may frame the page")
            evil.close()
        is_true(cookie() == before, "another site used the cookie")
        page.reload()
        row(page, "Mine").wait_for()
        is_true(page.locator(".task-row").count() == 1, "another site wrote a task")
        # Paths as a browser sends them.
        for path in ("/assets/x/..%2f..%2f..%2fetc/passwd", "/assets/x/%2e%2e%2fGateway.swift", "/assets/x/js/..%5c..%5cmain.js"):
            answer = context.request.get(base + path, fail_on_status_code=False)
            is_true(answer.status in (400, 404), f"{path} is answered {answer.status}")
        # Chromium tells of the frames that were refused; that is what we want.
        browser.faults[:] = [fault for fault in browser.faults if "frame-ancestors" not in fault and "frame" not in fault.lower()]
        print(json.dumps({"answers": "refused"}))


def forced_colours(base):
    """With colours that the system chooses everything is still there to be seen, and the focus too."""
    from axe_playwright_python.sync_playwright import Axe

    with a_browser(base) as browser:
        person = Person(base).open_account()
        for priority in ("none", "high", "urgent"):
            person.send("POST", "/tasks", {"title": f"Of {priority}", "priority": priority, "tags": ["home"], "due": {"kind": "date", "local": "2030-01-05"}})
        page = browser.context(forced_colors="active").new_page()
        sign_in(page, person, "/app/all")
        row(page, "Of urgent").wait_for()
        is_true(page.evaluate("matchMedia('(forced-colors: active)').matches"), "the colours are not forced")
        row(page, "Of urgent").locator(".row-title").click()
        page.locator(".panel-title").wait_for()
        # What has neither words nor an edge nor a picture of its own is not there.
        lost = page.evaluate(
            """[...document.querySelectorAll('button, a[href], input, textarea, select, [role=checkbox], [role=switch]')].filter((one) => {
                const box = one.getBoundingClientRect();
                if (box.width < 2 || box.height < 2 || one.closest('[hidden], .visually-hidden, .skip')) return false;
                const style = getComputedStyle(one);
                const hasEdge = ['Top', 'Right', 'Bottom', 'Left'].some((side) => style['border' + side + 'Style'] !== 'none' && parseFloat(style['border' + side + 'Width']) > 0);
                return !hasEdge && !one.innerText?.trim() && !one.querySelector('svg, img') && !one.value && !one.placeholder;
            }).map((one) => one.outerHTML.slice(0, 160))""")
        is_true(not lost, f"not to be seen: {lost[:5]}")
        # Pictures of one colour take that of the text.
        pale = page.evaluate(
            """[...document.querySelectorAll('svg.icon, .icon')].filter((one) => one.getBoundingClientRect().width > 0)
                .map((one) => getComputedStyle(one)).filter((style) => style.color === getComputedStyle(document.body).backgroundColor).length""")
        is_true(pale == 0, f"{pale} pictures have the colour of the ground")
        page.keyboard.press("Escape")
        for _ in range(12):
            page.keyboard.press("Tab")
            focus = page.evaluate(
                """(() => {
                    const one = document.activeElement;
                    if (!one || one === document.body) return 'body';
                    const ringed = [one, one.parentElement, ...one.querySelectorAll('*')].some((each) => each && getComputedStyle(each).outlineStyle !== 'none' && parseFloat(getComputedStyle(each).outlineWidth) >= 1);
                    return ringed ? 'seen' : one.outerHTML.slice(0, 160);
                })()""")
            is_true(focus in ("seen", "body"), f"the focus is not to be seen on {focus}")
        found = [f"{one['id']}: {one['nodes'][0]['target']}" for one in Axe().run(page).response["violations"]]
        is_true(not found, f"axe: {found}")
        holds(page, "document.documentElement.scrollWidth <= innerWidth")


def leaving_for_good(base):
    """An account is deleted with its password and a word; before that everything can be taken along."""
    accessibility = Accessibility()
    with a_browser(base) as browser:
        person = Person(base).open_account()
        person.send("POST", "/tasks", {"title": "Old promise"})
        context = browser.context(reduced_motion="reduce")
        page = context.new_page()
        sign_in(page, person, "/app/settings")
        other = context.new_page()
        other.goto(base + "/app/all")
        row(other, "Old promise").wait_for()
        with page.expect_download() as taken:
            page.get_by_role("button", name="Export first").click()
        export = json.loads(open(taken.value.path(), encoding="utf-8").read())
        is_true([task["title"] for task in export["tasks"]] == ["Old promise"], f"the export lacks the task: {list(export)}")

        def ask(password, word):
            page.get_by_role("button", name="Delete my account").click()
            dialog = page.get_by_role("dialog", name="Delete my account")
            dialog.get_by_label("Password").fill(password)
            yes = dialog.get_by_role("button", name="Delete everything")
            is_true(yes.is_disabled(), "nothing was typed to confirm")
            dialog.get_by_label("to confirm").fill(word)
            return dialog, yes

        dialog, yes = ask(PASSWORD, "remove")
        is_true(yes.is_disabled(), "another word is taken")
        accessibility.check(page, "the end of an account")
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        dialog, yes = ask("wrong horse battery staple", "delete")
        yes.click()
        dialog.get_by_text("the password is not right").wait_for()
        dialog.get_by_label("Password").fill(PASSWORD)
        yes.click()
        for tab in (page, other):
            tab.locator(".auth-card").wait_for()
        page.reload()
        page.get_by_label("E-mail").fill(person.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("the address or the password is not right").wait_for()
        kept = page.evaluate("JSON.stringify(Object.entries(localStorage).filter(([key]) => key.startsWith('todo.outbox')))")
        is_true("Old promise" not in kept, f"the browser keeps {kept}")
        # Whoever guesses on is told to wait, in words.
        def is_told():
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("button", name="Sign in", disabled=False).wait_for()
            return page.get_by_text("too many wrong passwords were tried in the last minute").is_visible()

        until(is_told, "guessing is not limited")
        accessibility.is_clean()


FLOWS = {flow.__name__: flow for flow in (other_sites, forced_colours, leaving_for_good)}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
