"""A conversation with the assistant on the page."""

import json
import os
import re

from browser import PASSWORD, Person, a_browser, holds, is_true, row, sign_up


def talk_to_the_assistant(base):
    """Said in plain words, done by tools that are shown, asked before anything goes, and traced."""
    with a_browser(base) as browser:
        person = Person(base)
        context = browser.context()
        page = context.new_page()
        sign_up(page, person)
        page.goto(base + "/app/all")
        page.get_by_role("button", name="Assistant").click()
        chat = page.locator(".chat")

        def tell(text):
            holds(page, "!document.querySelector('.chat-form button').disabled")
            chat.get_by_label("Message to the assistant").fill(text)
            page.keyboard.press("Enter")

        tell("add buy milk tomorrow 9am high priority tagged home, and remind me an hour before")
        chat.locator(".chat-tool.done", has_text="add task").wait_for()
        row(page, "buy milk").wait_for()
        row(page, "buy milk").locator(".chip.tag", has_text="#home").wait_for()
        chat.get_by_role("button", name="Show trace").wait_for()
        chat.get_by_role("button", name="Show trace").click()
        trace = page.locator(".trace-dialog code").first.inner_text()
        is_true(re.fullmatch(r"[0-9a-f]{32}", trace), f"no trace id: {trace}")
        page.keyboard.press("Escape")
        tell("delete buy milk")
        card = chat.locator(".confirm-card")
        card.wait_for()
        is_true("buy milk" in card.inner_text(), f"the question is {card.inner_text()}")
        is_true(person.enter().titles() == ["buy milk"], "it is gone before anybody said so")
        if os.environ.get("SHOTS"):
            page.screenshot(path=os.environ["SHOTS"] + "/assistant.png")
        card.get_by_role("button", name="Yes, do it").click()
        row(page, "buy milk").wait_for(state="detached")
        is_true(card.get_by_role("button", name="No").is_disabled(), "the question can be answered twice")
        tell("<img src=x onerror=alert(1)>")
        chat.locator(".chat-said.you", has_text="<img").wait_for()
        holds(page, "document.querySelectorAll('.chat-said[aria-busy=true]').length === 0")
        is_true(page.locator(".chat img").count() == 0, "markup came to life")
        # The next person does not see it.
        page.get_by_role("button", name=person.email).click()
        page.get_by_role("menuitem", name="Sign out").click()
        other = Person(base).open_account()
        page.get_by_label("E-mail").fill(other.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector(".shell")
        page.get_by_role("button", name="Assistant").click()
        page.locator(".chat-start").wait_for()
        is_true(page.locator(".chat-said").count() == 0, "somebody else's words are there")
        print(json.dumps({"trace": trace}))
