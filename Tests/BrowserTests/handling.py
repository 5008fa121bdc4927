"""What hands do to tasks, in lists, in the calendar and in the sidebar: `handling.py BASE FLOW`."""

import re
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from browser import Person, a_browser, add, is_true, row, sign_in, until


def tasks_of(person, query="limit=100"):
    return {task["title"]: task for task in person.send("GET", f"/tasks?{query}")["items"]}


def toast(page, text):
    page.locator(".toast", has_text=text).first.wait_for()


def more(page, title, item):
    row(page, title).hover()
    row(page, title).get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name=item).click()


def today():
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


def in_plain_words(browser):
    """A line of plain words names a reminder, and keeps what the list it stands in gives."""
    person = Person(browser.base).open_account()
    page = browser.context().new_page()
    sign_in(page, person, "/app/today")
    add(page, "Call mum tomorrow 9am remind me 30 minutes before")
    until(lambda: "Call mum" in person.titles(), "a task with a reminder is refused")
    call = tasks_of(person)["Call mum"]
    is_true([one.get("before") for one in call["reminders"]] == ["PT30M"], f"reminders: {call['reminders']}")
    # What is added to today is due today, which is enough for a reminder before it.
    add(page, "Water the plants remind me 30 minutes before")
    row(page, "Water the plants").wait_for()
    water = tasks_of(person)["Water the plants"]
    is_true(water["due"]["local"] == str(today()) and len(water["reminders"]) == 1, f"the task is {water}")
    page.goto(browser.base + "/app/tag/home")
    add(page, "Sweep the floor #urgent")
    row(page, "Sweep the floor").wait_for()
    is_true(sorted(tasks_of(person)["Sweep the floor"]["tags"]) == ["home", "urgent"], "the tag of the list is lost")


def another_day(browser):
    """A task that is dragged to another day is due then, and is whole when it is opened."""
    person = Person(browser.base).open_account()
    person.send("POST", "/tasks", {"title": "Dentist", "description": "Ask about the bill", "tags": ["health"], "due": {"kind": "zoned", "local": "2030-05-15T09:30", "tz": "Europe/Amsterdam"}})
    page = browser.context().new_page()
    sign_in(page, person, "/app/calendar/2030-05")
    page.locator("[data-day='2030-05-15'] .day-task", has_text="Dentist").drag_to(page.locator("[data-day='2030-05-17']"))
    page.locator("[data-day='2030-05-17'] .day-task", has_text="Dentist").wait_for()
    until(lambda: tasks_of(person)["Dentist"]["due"]["local"].startswith("2030-05-17T09:30"), "the new day did not arrive")
    page.locator("[data-day='2030-05-17'] .day-task", has_text="Dentist").click()
    page.locator(".panel.ready").wait_for()
    is_true(page.locator(".panel-text").input_value() == "Ask about the bill", "the notes are not there")
    page.locator(".panel .chip.tag", has_text="#health").wait_for()


def drag(page, title, to):
    """By its handle, before the row of another one."""
    row(page, title).hover()
    handle, target = row(page, title).locator(".drag").bounding_box(), row(page, to).bounding_box()
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(target["x"] + 200, target["y"] + target["height"], steps=4)
    page.mouse.move(target["x"] + 200, target["y"] + 2, steps=4)
    page.mouse.up()


def each_in_its_place(browser):
    """Ordering moves a task among those of its list, never into another one, and never another task."""
    person = Person(browser.base).open_account()
    for title, name in [("Dishes", "Home"), ("Report", "Work"), ("Laundry", "Home"), ("Invoice", "Work"), ("Meeting", "Work")]:
        person.send("POST", "/tasks", {"title": title, "list": name})
    page = browser.context().new_page()
    sign_in(page, person, "/app/all")
    row(page, "Meeting").wait_for()

    def of(name):
        return person.titles(f"sort=position&filter=list%20%3D%20{name}")

    drag(page, "Report", "Dishes")
    toast(page, "ordered within their list")
    is_true(of("Work") == ["Report", "Invoice", "Meeting"] and of("Home") == ["Dishes", "Laundry"], "a task went to another list")
    drag(page, "Meeting", "Laundry")
    until(lambda: of("Work") == ["Report", "Meeting", "Invoice"], "the task was not moved within its list")
    is_true(of("Home") == ["Dishes", "Laundry"], "a task went to another list")
    # A row that goes while a menu is open changes nothing of whose menu it is.
    row(page, "Report").hover()
    row(page, "Report").get_by_role("button", name="More").click()
    person.send("POST", f"/tasks/{tasks_of(person)['Dishes']['id']}/complete")
    row(page, "Dishes").wait_for(state="detached")
    page.get_by_role("menuitem", name="Move down").click()
    until(lambda: of("Work") == ["Meeting", "Report", "Invoice"], "another task was moved")
    # By keyboard, past the next one of its own.
    row(page, "Invoice").focus()
    page.keyboard.press("Alt+ArrowUp")
    until(lambda: of("Work") == ["Meeting", "Invoice", "Report"], "the keys did not move it")


def keys_that_lead_away(browser):
    """`g` and a letter go to a place, whatever the letter does to the row that has the focus."""
    person = Person(browser.base).open_account()
    person.send("POST", "/tasks", {"title": "Stays open"})
    page = browser.context().new_page()
    page.clock.install()
    sign_in(page, person, "/app/all")
    for key, place in (("c", "calendar"), ("s", "settings"), ("x", "trash")):
        row(page, "Stays open").focus()
        # The second key must follow within a second of the page's time: it stands still meanwhile.
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.clock.resume()
        page.wait_for_url(f"**/app/{place}**")
        page.keyboard.press("Escape")
        page.evaluate("history.back()")
        row(page, "Stays open").wait_for()
    is_true(page.locator(".bulk-bar, .popover").count() == 0, "the row took a key that was not for it")
    is_true(person.titles("status=open") == ["Stays open"], "the task was completed")


def past_midnight(browser):
    """A page that is left open knows which day it is."""
    person = Person(browser.base).open_account()
    page = browser.context().new_page()
    # Long before midnight, in whatever zone the page is read.
    page.clock.install(time=datetime.combine(today(), datetime.min.time(), ZoneInfo("Europe/Amsterdam")) + timedelta(hours=12))
    sign_in(page, person, "/app/today")
    add(page, "Due on the first day")
    row(page, "Due on the first day").locator(".chip.due.today").wait_for()
    page.clock.fast_forward("24:00:00")
    row(page, "Due on the first day").locator(".chip.due.late", has_text="Yesterday").wait_for()
    page.get_by_role("heading", name="Overdue").wait_for()
    add(page, "Due on the second day")
    until(lambda: "Due on the second day" in person.titles(), "the task did not arrive")
    is_true(tasks_of(person)["Due on the second day"]["due"]["local"] == str(today() + timedelta(days=1)), "it is due on the day before")
    page.get_by_role("link", name="Calendar").click()
    page.locator(f"td.now[data-day='{today() + timedelta(days=1)}']").wait_for()
    page.clock.fast_forward("24:00:00")
    page.locator(f"td.now[data-day='{today() + timedelta(days=2)}']").wait_for()


def choose_all(page):
    page.get_by_role("button", name="Select", exact=True).click()
    page.locator(".bulk-bar").get_by_role("button", name="All", exact=True).click()


def many_at_once(browser):
    """Wholes and parts go to the trash and come back as they were; however many there are, one step takes it back."""
    person = Person(browser.base).open_account()
    whole = person.send("POST", "/tasks", {"title": "Move house", "tags": ["house"]})
    for title in ("Pack", "Carry", "Unpack"):
        person.send("POST", "/tasks", {"title": title, "tags": ["house"], "parentId": whole["id"]})
    page = browser.context().new_page()
    sign_in(page, person, "/app/tag/house")
    until(lambda: page.locator(".task-row").count() == 4, "not all tasks are there")
    choose_all(page)
    page.locator(".bulk-bar").get_by_role("button", name="Delete").click()
    toast(page, "Moved to the trash 4 tasks")
    page.locator(".toast").get_by_role("button", name="Undo").wait_for()
    page.get_by_role("link", name="Trash").click()
    until(lambda: page.locator(".task-row").count() == 4, "not all tasks are in the trash")
    is_true(row(page, "Carry").locator(".check").is_disabled(), "what is in the trash can be completed")
    choose_all(page)
    page.locator(".bulk-bar").get_by_role("button", name="Restore").click()
    toast(page, "Restored 4 tasks")
    until(lambda: len(person.titles()) == 4, "not all tasks came back")
    is_true({task.get("parentId") for task in tasks_of(person).values()} == {None, whole["id"]}, "the parts came back on their own")
    # What was deleted before its whole finds its place below it.
    person.send("DELETE", f"/tasks/{tasks_of(person)['Pack']['id']}")
    person.send("DELETE", f"/tasks/{whole['id']}")
    until(lambda: page.locator(".task-row").count() == 4, "not all tasks are in the trash again")
    choose_all(page)
    page.locator(".bulk-bar").get_by_role("button", name="Restore").click()
    until(lambda: len(person.titles()) == 4, "not all tasks came back again")
    is_true(tasks_of(person)["Pack"].get("parentId") == whole["id"], "a part lost its whole")
    for part in (0, 105):
        person.send("POST", "/tasks/bulk", {"items": [{"op": "create", "task": {"title": f"Box {part + number:03}", "list": "Boxes"}} for number in range(105)]})
    page.goto(browser.base + "/app/list/Boxes")
    row(page, "Box 000").wait_for()

    def is_all_read():
        page.evaluate("(() => { const list = document.querySelector('.scroller'); list.scrollTop = list.scrollHeight; })()")
        return page.locator(".count").inner_text() == "210"

    until(is_all_read, "not all boxes are there")
    choose_all(page)
    page.locator(".bulk-bar").get_by_role("button", name="Complete").click()
    toast(page, "Completed 210 tasks")
    page.get_by_role("heading", name="This list is empty").wait_for()
    page.keyboard.press("z")
    row(page, "Box 000").wait_for()
    done = "limit=1&status=completed"
    until(lambda: person.titles(done) == [], "one step did not take all of it back")


def asked_of_series(browser):
    """Of a task that repeats, nobody loses the series without being asked; and who thinks better of it goes on editing."""
    person = Person(browser.base).open_account()
    person.send("POST", "/tasks", {"title": "Stretch", "due": {"kind": "date", "local": str(today())}, "recurrence": {"rrule": "FREQ=DAILY"}})
    page = browser.context().new_page()
    sign_in(page, person, "/app/all")
    row(page, "Stretch").wait_for()
    asked = page.get_by_role("dialog", name="a task that repeats")
    more(page, "Stretch", "Delete")
    asked.get_by_role("button", name="Only this one").wait_for()
    page.keyboard.press("Escape")
    asked.wait_for(state="detached")
    row(page, "Stretch").focus()
    page.keyboard.press("x")
    page.locator(".bulk-bar").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog", name="Delete tasks that repeat?").get_by_role("button", name="Cancel").click()
    page.locator("dialog").wait_for(state="detached")
    is_true(person.titles("status=open") == ["Stretch"], "the series ended")
    page.keyboard.press("Escape")
    row(page, "Stretch").locator(".row-title").click()
    page.locator("[data-fact=repeat]").click()
    editor = page.locator(".popover.editor")
    editor.get_by_label("Rule").fill("FREQ=WEEKLY")
    editor.get_by_role("button", name="Save").click()
    asked.get_by_role("button", name="All of them").wait_for()
    is_true(asked.get_by_role("button", name="Only this one").count() == 0, "a rule of one occurrence is offered")
    page.keyboard.press("Escape")
    asked.wait_for(state="detached")
    is_true(editor.get_by_label("Rule").input_value() == "FREQ=WEEKLY", "what was entered is gone")
    editor.get_by_role("button", name="Save").click()
    asked.get_by_role("button", name="All of them").click()
    editor.wait_for(state="detached")
    until(lambda: tasks_of(person)["Stretch"]["recurrence"]["rrule"] == "FREQ=WEEKLY", "the rule did not arrive")
    page.locator("[data-fact=due]").click()
    editor.get_by_role("button", name="Tomorrow").click()
    asked.get_by_role("button", name="Only this one").wait_for()
    page.keyboard.press("Escape")
    asked.wait_for(state="detached")
    is_true(editor.is_visible() and not page.locator("#announcer").inner_text().startswith("Due"), "a change was announced that was not made")
    editor.get_by_role("button", name="Tomorrow").click()
    asked.get_by_role("button", name="Only this one").click()
    editor.wait_for(state="detached")
    until(lambda: tasks_of(person)["Stretch"]["due"]["local"] == str(today() + timedelta(days=1)), "the day did not arrive")
    row(page, "Stretch").focus()
    page.keyboard.press("Delete")
    asked.get_by_role("button", name="All of them").click()
    until(lambda: person.titles("status=open") == [], "the series goes on")


def lists_put_away(browser):
    """A list that was archived comes back; a name that is taken leads nowhere."""
    person = Person(browser.base).open_account()
    for name in ("Home", "Work"):
        person.send("POST", "/lists", {"name": name})
    page = browser.context().new_page()
    sign_in(page, person, "/app/list/Home")

    def act(kind, name, item):
        page.locator(".nav-item", has_text=name).hover()
        page.get_by_role("button", name=f"More for the {kind} {name}").click()
        page.get_by_role("menuitem", name=item).click()

    act("list", "Home", "Rename")
    page.get_by_role("textbox", name="Name").fill("Work")
    page.get_by_role("button", name="Rename").click()
    page.locator(".toast.error").wait_for()
    is_true(page.url.endswith("/app/list/Home"), f"a refused name led to {page.url}")
    act("list", "Home", "Archive")
    page.locator("summary", has_text="Archived").click()
    act("archived list", "Home", "Bring back")
    page.get_by_role("button", name="More for the list Home").wait_for(state="attached")
    is_true(page.locator("summary", has_text="Archived").is_hidden(), "the list is in both places")


def remind(person, title):
    at = datetime.now(timezone.utc) + timedelta(seconds=2)
    person.send("POST", "/tasks", {"title": title, "reminders": [{"at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}]})


def not_told(browser):
    """What the page is not to tell, it does not; what comes in quiet hours comes without a note."""
    person = Person(browser.base).open_account()
    person.send("PATCH", "/settings", {"quietHours": {"from": "00:00", "to": "23:59"}})
    page, other = browser.context().new_page(), browser.context().new_page()
    sign_in(other, person, "/app/today")
    sign_in(page, person, "/app/settings")
    page.get_by_label("On this page: on", exact=True).uncheck()
    toast(page, "Saved")
    remind(person, "Untold")
    # A page that was open before goes by what it knew.
    other.locator(".badge", has_text="1").wait_for()
    toast(other, "Reminder: Untold")
    is_true(page.locator(".badge").is_hidden(), "a page tells what it was asked not to")
    page.get_by_label("On this page: on", exact=True).check()
    page.get_by_label("On this page: keeps quiet hours").check()
    until(lambda: person.send("GET", "/notifications/preferences")["page"]["quietHours"], "the switch did not arrive")
    remind(person, "Told in silence")
    page.locator(".badge", has_text="1").wait_for()
    is_true(page.locator(".toast", has_text="Reminder").count() == 0, "a note disturbs quiet hours")
    page.get_by_role("button", name="Notifications, 1 new").click()
    page.locator(".notice.unread", has_text="Told in silence").wait_for()
    page.keyboard.press("Escape")
    page.locator(".badge").wait_for(state="hidden")
    page.get_by_role("button", name="Send a test").click()
    page.get_by_role("button", name="Notifications, 1 new").click()
    page.locator(".notice.unread", has_text="A test notification").wait_for()


def found_and_thrown_away(browser):
    """What was found shows what others make of it; what lies in the trash comes back by its history."""
    person = Person(browser.base).open_account()
    task = person.send("POST", "/tasks", {"title": "Pay the invoice of May"})
    page = browser.context().new_page()
    sign_in(page, person, "/app/search?q=invoice")
    row(page, "Pay the invoice of May").locator("mark", has_text="invoice").wait_for()
    person.send("PATCH", f"/tasks/{task['id']}", {"title": "The invoice of May is to be paid"})
    row(page, "is to be paid").locator("mark", has_text=re.compile("^invoice$")).wait_for()
    person.send("DELETE", f"/tasks/{task['id']}")
    page.get_by_role("heading", name="Nothing found").wait_for()
    page.get_by_role("link", name="Trash").click()
    row(page, "The invoice of May").locator(".row-title").click()
    page.locator(".event", has_text="Moved to the trash").get_by_role("button", name="Undo").click()
    row(page, "The invoice of May").wait_for(state="detached")
    until(lambda: page.locator(".panel-title").get_attribute("readonly") is None, "the panel still shows it as in the trash")
    is_true(person.titles() == ["The invoice of May is to be paid"], "it did not come back")


def a_flow(*steps):
    def run(base):
        with a_browser(base) as browser:
            for step in steps:
                step(browser)
                for context in browser.chromium.contexts:
                    context.close()

    return run


FLOWS = {
    "words_and_lists": a_flow(in_plain_words, lists_put_away, found_and_thrown_away),
    "order_and_keys": a_flow(each_in_its_place, keys_that_lead_away),
    "days_and_hours": a_flow(another_day, past_midnight, not_told),
    "many_and_series": a_flow(many_at_once, asked_of_series),
}

if __name__ == "__main__":
    FLOWS[sys.argv[2]](sys.argv[1])
