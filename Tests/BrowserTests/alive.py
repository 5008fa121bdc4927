"""What happens by itself on an open page. `alive.py BASE FLOW`."""

import http.client
import json
import os
import signal
import subprocess
import sys
import uuid
from datetime import datetime, timedelta, timezone

from browser import Person, a_browser, add, is_true, row, sign_in, sign_up, until


def comes_again(base):
    """A task that comes again is completed, and the next one appears without anybody's doing."""
    with a_browser(base) as browser:
        page = browser.context().new_page()
        sign_up(page, Person(base))
        page.goto(base + "/app/all")
        add(page, "Water the plants every day 9:00")
        plants = row(page, "Water the plants")
        plants.wait_for()
        due = plants.locator(".chip.due")
        first = due.inner_text()
        is_true(plants.count() == 1 and first, "the task has no time")
        page.evaluate("globalThis.isSamePage = true")
        plants.get_by_role("button", name="Complete Water the plants").click()
        page.locator(".toast").get_by_role("button", name="Trace").click()
        trace = page.locator(".trace-dialog code").first.inner_text()
        page.keyboard.press("Escape")
        until(lambda: plants.count() == 1 and due.count() == 1 and due.inner_text() != first, "the next one did not come")
        is_true(page.evaluate("globalThis.isSamePage") is True, "the page was loaded anew")
        print(json.dumps({"trace": trace, "first": first, "next": due.inner_text()}))


def reminder_in_another_tab(base):
    """A reminder fires, and every open tab shows it at once, whichever holds the stream."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        context = browser.context()
        tabs = [context.new_page(), context.new_page()]
        sign_in(tabs[0], person, "/app/all")
        tabs[1].goto(base + "/app/today")
        tabs[1].locator(".shell").wait_for()
        at = datetime.now(timezone.utc) + timedelta(seconds=4)
        person.send("POST", "/tasks", {"title": "Call the plumber", "reminders": [{"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}]})
        for tab in tabs:
            tab.get_by_role("button", name="Notifications, 1 new").wait_for()
        tabs[1].bring_to_front()
        tabs[1].get_by_role("button", name="Notifications, 1 new").click()
        notice = tabs[1].locator(".notice.unread", has_text="Call the plumber")
        notice.wait_for()
        notice.get_by_role("button", name="Call the plumber").click()
        tabs[1].locator(".panel-title").wait_for()
        is_true(tabs[1].locator(".panel-title").input_value() == "Call the plumber", "the notification leads elsewhere")


def gateway_pid():
    told = subprocess.run(
        [os.environ["TODO_PROGRAM"], "status", "--json", "--data", os.environ["TODO_DATA"]], capture_output=True, text=True, check=False)
    return next((role.get("pid") for role in json.loads(told.stdout)["roles"] if role["role"] == "gateway"), None)


def gateway_killed(base):
    """The gateway dies under writes: pages come back by themselves, and nothing that was acknowledged is lost."""
    with a_browser(base) as browser:
        person = Person(base).open_account()
        page = browser.context().new_page()
        sign_in(page, person, "/app/all")
        add(page, "Before it died")
        row(page, "Before it died").wait_for()
        page.evaluate("globalThis.isSamePage = true")

        def write(title):
            key = str(uuid.uuid4())

            def is_done():
                try:
                    person.send("POST", "/tasks", {"title": title}, key)
                    return True
                except (OSError, http.client.HTTPException):
                    return False

            until(is_done, f"{title} was never taken")

        # As many as are on the screen at once.
        for number in range(12):
            write(f"Task {number:02}")
            if number == 4:
                victim = gateway_pid()
                os.kill(victim, signal.SIGKILL)
                # What a person does meanwhile waits in the browser.
                add(page, "While it was gone")
        until(lambda: gateway_pid() not in (None, victim), "the gateway did not come back")
        titles = [f"Task {number:02}" for number in range(12)] + ["Before it died", "While it was gone"]
        until(lambda: sorted(person.titles()) == sorted(titles), "a task is lost, or there twice")
        for title in titles:
            row(page, title).wait_for()
        until(lambda: page.locator(".task-row").count() == len(titles), "the page does not show what there is")
        write("After it came back")
        row(page, "After it came back").wait_for()
        page.locator(".banner").wait_for(state="detached")
        is_true(page.evaluate("globalThis.isSamePage") is True, "the page was loaded anew")


FLOWS = {flow.__name__: flow for flow in (comes_again, reminder_in_another_tab, gateway_killed)}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
