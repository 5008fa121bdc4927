"""What people wrote and did is kept, and kept apart. `keeping.py BASE FLOW`."""

import re
import sys

from browser import PASSWORD, Person, a_browser, add, is_true, row, sign_in, sign_up, until


def task_of(person, title):
    return next(task for task in person.send("GET", "/tasks?limit=100")["items"] if task["title"] == title)


def read(person, task):
    return person.send("GET", f"/tasks/{task['id']}")


def shown(page):
    """Titles as they are seen: rows lie on the page in the order in which they came."""
    return page.evaluate("""() => [...document.querySelectorAll('.task-row')]
        .sort((one, other) => one.ariaPosInSet - other.ariaPosInSet).map((row) => row.querySelector('.row-title').innerText)""")


def refuse(page, pattern, method="GET"):
    """Whatever of that method goes there finds no service, until it is asked to stop."""
    found = re.compile(pattern)
    page.route(found, lambda route: route.abort() if route.request.method == method else route.fallback())
    return lambda: page.unroute(found)


def sign_out(page, person):
    page.get_by_role("button", name=person.email).click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.locator(".auth-card").wait_for()


def two_writers(base):
    """Two windows on one text: neither loses a word without being asked."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        task = person.send("POST", "/tasks", {"title": "Plan the party", "description": "Invite Ada", "tags": ["fun"]})
        page = browser.context().new_page()
        sign_in(page, person, f"/app/all?task={task['id']}")
        title, notes = page.locator(".panel-title"), page.locator(".panel-text")
        title.wait_for()

        def conflict(mine, theirs):
            title.fill(mine)
            person.send("PATCH", f"/tasks/{task['id']}", {"title": theirs})
            row(page, theirs).wait_for()
            is_true(title.input_value() == mine, "news took the words away")
            title.press("Enter")
            page.locator(".unsaved", has_text=theirs).wait_for()
            is_true(title.input_value() == mine, "the refusal took the words away")
            is_true(read(person, task)["title"] == theirs, "what the other wrote was overwritten")

        conflict("Plan a small party", "Plan a big party")
        page.get_by_role("button", name="Keep mine").click()
        until(lambda: read(person, task)["title"] == "Plan a small party", "what was to be kept was not saved")
        page.locator(".unsaved:not([hidden])").wait_for(state="detached")
        conflict("Plan no party", "Plan two parties")
        page.get_by_role("button", name="Take theirs").click()
        until(lambda: title.input_value() == "Plan two parties", "what was to be taken is not there")
        # Own words are the base of those that come next, and another field of the task is no reason to ask.
        for words in ("Invite Ada and Bob", "Invite Ada, Bob and Eve"):
            notes.fill(words)
            person.send("PATCH", f"/tasks/{task['id']}", {"priority": "high" if "Eve" in words else "low"})
            notes.press("Tab")
            until(lambda: read(person, task).get("description") == words, "the notes were not saved")
        # What nobody touches here follows the others.
        person.send("PATCH", f"/tasks/{task['id']}", {"description": "Invite nobody"})
        until(lambda: notes.input_value() == "Invite nobody", "the news did not come")
        is_true(page.locator(".unsaved:not([hidden])").count() == 0, "there is something left to decide")
        # A tag that is being typed stays while the task is drawn anew.
        tag = page.get_by_label("Add a tag")
        tag.press_sequentially("balc")
        person.send("PATCH", f"/tasks/{task['id']}", {"title": "Plan three parties"})
        until(lambda: title.input_value() == "Plan three parties", "the title did not follow")
        page.keyboard.type("ony")
        page.keyboard.press("Enter")
        until(lambda: sorted(read(person, task)["tags"]) == ["balcony", "fun"], f"the tags are {read(person, task)['tags']}")


def long_tunnel(base):
    """Everything that is done without a connection arrives, in its order, also when it is about what was never sent."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        for title in ("Was there", "Edited twice"):
            person.send("POST", "/tasks", {"title": title})
        context = browser.context()
        page, other = context.new_page(), context.new_page()
        sign_in(page, person, "/app/all")
        other.goto(base + "/app/all")
        for tab in (page, other):
            row(tab, "Edited twice").wait_for()
        context.set_offline(True)
        for title in ("Never meant", "Meant for tomorrow"):
            add(page, title)
            row(page, title).locator(".chip.waiting").wait_for()
        page.keyboard.press("Escape")

        def choose(title, *names):
            row(page, title).locator(".row-more").dispatch_event("click")
            for name in names:
                # Not of a menu that is on its way out.
                page.locator(".popover:popover-open .menu-item", has_text=name).first.dispatch_event("click")

        choose("Never meant", "Delete")
        row(page, "Never meant").wait_for(state="detached")
        choose("Meant for tomorrow", "Due date", "Tomorrow")
        row(page, "Meant for tomorrow").locator(".chip.due", has_text="Tomorrow").wait_for()
        choose("Meant for tomorrow", "Priority", "High")
        # A second edit does not hide the first.
        choose("Edited twice", "Priority", "Urgent")
        page.locator(".task-row.p-urgent", has_text="Edited twice").wait_for()
        choose("Edited twice", "Due date", "Today")
        row(page, "Edited twice").locator(".chip.due", has_text="Today").wait_for()
        page.locator(".task-row.p-urgent.waiting", has_text="Edited twice").wait_for()
        # The other tab sends nothing itself, and is told what became of its own.
        add(other, "Written elsewhere")
        row(other, "Written elsewhere").locator(".chip.waiting").wait_for()
        page.locator(".banner", has_text="8 changes wait").wait_for()
        other.route(re.compile("/api/v1/tasks(/.*)?$"), lambda route: route.fallback() if route.request.method == "GET" else route.abort())
        context.set_offline(False)
        # Requests of the other tab are refused here, which takes a word with the browser each time.
        until(lambda: other.evaluate("1") and sorted(person.titles()) == ["Edited twice", "Meant for tomorrow", "Was there", "Written elsewhere"], "not all arrived")
        until(lambda: other.evaluate("1") and task_of(person, "Meant for tomorrow")["priority"] == "high" and "due" in task_of(person, "Meant for tomorrow"), "what was done to it was lost")
        until(lambda: other.evaluate("1") and (task_of(person, "Edited twice")["priority"], "due" in task_of(person, "Edited twice")) == ("urgent", True), "an edit was lost")
        for tab in (page, other):
            tab.locator(".banner").wait_for(state="detached")
            tab.locator(".chip.waiting").first.wait_for(state="detached")
            for title in person.titles():
                until(lambda: row(tab, title).count() == 1, f"{title} is there {row(tab, title).count()} times")
        is_true("Never meant" in [task["title"] for task in person.send("GET", "/tasks?trash=true")["items"]], "what was deleted is not in the trash")


def in_its_turn(base):
    """What waits for a task goes before what is done to it now."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        task = person.send("POST", "/tasks", {"title": "Twice decided"})
        context = browser.context()
        page = context.new_page()
        sign_in(page, person, "/app/all")
        row(page, "Twice decided").wait_for()
        context.set_offline(True)
        page.keyboard.press("j")
        page.locator(".task-row:focus").wait_for()
        page.keyboard.press("2")
        page.locator(".task-row.p-high.waiting").wait_for()
        # The first decision does not come through yet, while the service answers everything else.
        held = [True]
        page.route(re.compile(f"/tasks/{task['id']}$"), lambda route: route.abort() if held and "high" in (route.request.post_data or "") else route.fallback())
        context.set_offline(False)
        page.locator(".task-row:focus").wait_for()
        page.keyboard.press("1")
        page.locator(".task-row.p-urgent").wait_for()
        page.locator(".banner", has_text="2 changes wait").wait_for()
        held.clear()
        page.locator(".banner").wait_for(state="detached")
        is_true(read(person, task)["priority"] == "urgent", "the older decision came last")


def next_person(base):
    """Whoever comes next sees nothing of the one before, and has a page that works."""
    with a_browser(base) as browser:
        ada, bob = Person(base).open_account(), Person(base).open_account()
        secret = ada.send("POST", "/tasks", {"title": "Buy the ring", "list": "Secret plans", "tags": ["surprise"]})
        bob.send("POST", "/tasks", {"title": "Fix the bike"})
        page = browser.context().new_page()
        sign_in(page, ada, f"/app/list/Secret%20plans?task={secret['id']}")
        page.locator(".panel-title").wait_for()
        row(page, "Buy the ring").get_by_role("button", name="Complete Buy the ring").click()
        page.locator(".toast", has_text="Task completed").wait_for()
        page.get_by_role("button", name="Close the task").click()
        page.go_back()
        page.locator(".panel-title").wait_for()
        page.evaluate("globalThis.isSamePage = true")
        sign_out(page, ada)
        page.get_by_label("E-mail").fill(bob.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector(".shell")
        is_true(page.url == base + "/app/today", f"the address is {page.url}")
        is_true(page.locator(".panel, .toast").count() == 0, "something of the other one is there")
        is_true(page.evaluate("globalThis.isSamePage") is True, "the page was loaded anew")
        page.get_by_role("heading", name="Nothing left for today").wait_for()
        text = page.locator("body").inner_text()
        for word in ("Secret plans", "surprise", "ring", ada.email):
            is_true(word not in text, f"{word} is still there")
        # Keys reach this page, not the one that is gone.
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("z")
        page.locator(".toast", has_text="There is nothing to undo").wait_for()
        page.keyboard.press("n")
        page.locator(".quick-input:focus").wait_for()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("/")
        page.locator(".search-input:focus").wait_for()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        page.get_by_role("heading", name="Keyboard").wait_for()
        is_true(page.locator("dialog[open]").count() == 1, "the help is there twice")
        page.keyboard.press("Escape")
        is_true(read(ada, secret)["status"] == "completed", "the next one undid what the other did")


def step_by_step(base):
    """Undo goes back one step further each time; news leave rows where the service has them."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        today = {"kind": "date", "local": "2020-05-05"}
        for number in range(6):
            person.send("POST", "/tasks", {"title": f"Task {number}", "due": today})
        page = browser.context().new_page()
        sign_in(page, person, "/app/today")
        row(page, "Task 5").wait_for()
        until(lambda: len(shown(page)) == 6, "not all are there")
        order = person.titles("filter=open&sort=due,-priority&limit=100")
        is_true(shown(page) == order, f"{shown(page)} is not {order}")
        for title in order[1:5]:
            task = task_of(person, title)
            person.send("PATCH", f"/tasks/{task['id']}", {"title": title + " again"})
            row(page, title + " again").wait_for()
        changed = [order[0], *[title + " again" for title in order[1:5]], order[5]]
        is_true(shown(page) == changed, f"rows jumped: {shown(page)}")
        for title in (changed[0], changed[3]):
            page.get_by_role("button", name=f"Complete {title}", exact=True).click()
            row(page, title).wait_for(state="detached")
            page.locator(".toast", has_text="Task completed").wait_for()
        until(lambda: sorted(person.titles("status=completed")) == sorted([changed[0], changed[3]]), "they were not completed")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("z")
        row(page, changed[3]).wait_for()
        page.locator(".toast", has_text="Undone").wait_for()
        page.keyboard.press("z")
        row(page, changed[0]).wait_for()
        until(lambda: person.titles("status=completed") == [], "something was done again")
        until(lambda: shown(page) == changed, "the order is another")


def without_an_answer(base):
    """A service that does not answer is neither a task that is gone, nor an empty list, nor the end of a session."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        for number in range(4):
            person.send("POST", "/tasks", {"title": f"Task {number}", "due": {"kind": "date", "local": "2030-02-02"}})
        task = task_of(person, "Task 2")
        context = browser.context()
        page = context.new_page()
        sign_in(page, person, "/app/all")
        row(page, "Task 2").wait_for()
        # A list that could not be read is not shown as one task, but read when there is news.
        again = refuse(page, r"/api/v1/tasks\?")
        page.get_by_role("link", name="Upcoming").click()
        page.get_by_role("heading", name="That could not be read").wait_for()
        again()
        person.send("PATCH", f"/tasks/{task['id']}", {"priority": "high"})
        until(lambda: page.locator(".task-row").count() == 4, "the list was not read")
        # And when the connection is back.
        context.set_offline(True)
        page.get_by_role("link", name="Done", exact=True).click()
        page.get_by_role("heading", name="That could not be read").wait_for()
        context.set_offline(False)
        page.get_by_role("heading", name="Nothing done yet").wait_for()
        # A reload in an outage waits, and neither signs out nor calls the task gone.
        back = refuse(page, "/auth/refresh", "POST")
        again = refuse(page, f"/tasks/{task['id']}$")
        page.goto(f"{base}/app/done?task={task['id']}")
        page.get_by_role("heading", name="Waiting for the service").wait_for()
        is_true(page.get_by_label("E-mail").count() == 0, "somebody who is signed in is asked to sign in")
        back()
        page.wait_for_selector(".shell")
        page.locator(".panel").get_by_role("heading", name="That could not be read").wait_for()
        again()
        # As soon as the service answers, nobody has to try again.
        until(lambda: page.locator(".panel-title").count() == 1 and page.locator(".panel-title").input_value() == "Task 2", "the task did not come")
        # Many changes at once reach what is open, too.
        items = [{"op": "create", "task": {"title": f"More {number}"}} for number in range(40)]
        made = person.send("POST", "/tasks/bulk", {"items": items})["items"]
        ids = [item["task"]["id"] for item in made] + [task["id"]]
        person.send("POST", "/tasks/bulk", {"items": [{"op": "patch", "id": one, "patch": {"title": "Changed with the others"}} for one in ids]})
        until(lambda: page.locator(".panel-title").input_value() == "Changed with the others", "the open task is an old one")


def really_gone(base):
    """Signing out is for good, however late the service hears of it; where it failed, that is said."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        context = browser.context()
        page = context.new_page()
        sign_in(page, person, "/app/settings")
        again = refuse(page, "/auth/sign-out-everywhere", "POST")
        page.get_by_role("button", name="Sign out everywhere").click()
        page.locator(".toast.error", has_text="still signed in").wait_for()
        is_true(page.locator(".shell").count() == 1, "it looks like signed out")
        again()
        again = refuse(page, "/auth/sign-out", "POST")
        sign_out(page, person)
        page.reload()
        page.locator(".auth-card").wait_for()
        is_true(len(context.cookies(base + "/api/v1/auth/refresh")) == 1, "the service heard of it")
        again()
        until(lambda: context.cookies(base + "/api/v1/auth/refresh") == [], "the session was never ended")
        page.reload()
        page.locator(".auth-card").wait_for()
        # Whoever signs in again stays.
        sign_in(page, person, "/app/settings")
        page.reload()
        page.wait_for_selector(".shell")
        other = browser.context().new_page()
        sign_in(other, person)
        page.get_by_role("button", name="Sign out everywhere").click()
        page.locator(".auth-card").wait_for()
        is_true(len(person.enter().send("GET", "/auth/sessions")["items"]) == 1, "a session is left")


FLOWS = {flow.__name__: flow for flow in (two_writers, long_tunnel, in_its_turn, next_person, step_by_step, without_an_answer, really_gone)}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
