"""Calls every operation of the public API once as it is meant, and holds each answer against the description.

usage: api_walk.py BASE    prints what does not agree, or how many answers did; the status is 1 when something did not.
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid

from jsonschema import Draft202012Validator

BASE = sys.argv[1]
DOCUMENT = json.load(urllib.request.urlopen(f"{BASE}/openapi.json"))
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
called, answers, mistakes = set(), 0, []
token = cookie = None


def resolved(node):
    while "$ref" in node:
        target = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def send(method, path, body, headers):
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            # A stream has no end to wait for.
            endless = answer.headers.get_content_type() == "text/event-stream"
            return answer.status, answer.headers, answer.read1() if endless else answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


def call(name, wanted, body=None, query="", headers=None, signed_in=True, **places):
    """The answer's body; `wanted` is the status that this call is made for."""
    global answers, cookie
    method, template, operation = OPERATIONS[name]
    path = template.format(**places) + (f"?{query}" if query else "")
    sent = dict(headers or {})
    if body is not None:
        types = list(operation["requestBody"]["content"])
        sent.setdefault("Content-Type", types[0])
        if not isinstance(body, bytes):
            check(operation["requestBody"]["content"][types[0]]["schema"], body, f"{name} request")
    if signed_in and token:
        sent["Authorization"] = f"Bearer {token}"
    status, fields, content = send(method, path, body, sent)
    called.add(name)
    answers += 1
    where = f"{name} {status}"
    if status != wanted:
        mistakes.append(f"{where}: wanted {wanted}: {content[:300]!r}")
    if "Set-Cookie" in fields:
        cookie = fields["Set-Cookie"].split(";")[0]
    described = operation["responses"].get(str(status))
    if described is None:
        mistakes.append(f"{where}: is not described")
        return {}
    described = resolved(described)
    for header in described.get("headers", {}):
        # Only a page that is not the last leads on; an import may find that everything is there.
        if header not in fields and header != "Link" and (name, header) != ("importFile", "Undo-Token"):
            mistakes.append(f"{where}: has no {header}")
    kinds = described.get("content")
    if not kinds:
        if content:
            mistakes.append(f"{where}: has a body that is not described")
        return {}
    kind = fields.get("Content-Type", "").split(";")[0]
    if kind not in kinds:
        mistakes.append(f"{where}: {kind} is not described")
        return {}
    if not kind.endswith("json"):
        return content.decode()
    value = json.loads(content)
    check(kinds[kind]["schema"], value, where)
    return value


def check(schema, value, where):
    whole = {**schema, "components": DOCUMENT["components"]}
    for error in Draft202012Validator(whole).iter_errors(value):
        mistakes.append(f"{where}: /{'/'.join(map(str, error.absolute_path))} {error.message[:200]}")


def account():
    global token
    who = {"email": f"{uuid.uuid4()}@example.com", "password": "correct horse battery"}
    token = call("signUp", 201, {**who, "name": "Somebody", "timeZone": "Europe/Amsterdam"})["accessToken"]
    call("signUp", 409, who)
    call("signIn", 401, {**who, "password": "wrong horse battery"})
    token = call("signIn", 200, who)["accessToken"]
    token = call("refresh", 200, headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})["accessToken"]
    call("readSettings", 200)
    call("changeSettings", 200, {"timeZone": "Asia/Tokyo", "quietHours": {"from": "22:00", "to": "07:00"}})
    call("readSettings", 200)
    call("readSettings", 401, signed_in=False)
    call("listAudit", 200)
    call("readKeys", 200, signed_in=False)
    return who["password"]


def tasks():
    task = call("createTask", 201, {
        "title": "walk the dog", "description": "far", "priority": "high", "tags": ["pets"], "list": "Home",
        "due": {"kind": "zoned", "local": "2026-12-01T09:00", "tz": "Europe/Amsterdam"},
        "start": {"kind": "date", "local": "2026-11-30"}})
    part = call("createTask", 201, {"title": "find the lead", "parentId": task["id"]})
    call("createTask", 422, {"title": "x", "parentId": str(uuid.uuid4())})
    call("createTask", 415, b"title=x", headers={"Content-Type": "text/plain"})
    call("createTask", 400, b"{")
    call("readTask", 200, id=task["id"])
    call("readTask", 304, id=task["id"], headers={"If-None-Match": "*"})
    call("readTask", 404, id=uuid.uuid4())
    call("changeTask", 200, {"title": "walk the dogs", "due": None}, id=task["id"])
    call("changeTask", 412, {"title": "x"}, id=task["id"], headers={"If-Match": '"1"'})
    call("changeTask", 422, json.dumps({"parentId": None}).encode(), id=task["id"])
    call("moveTask", 200, {"parentId": None, "list": "Home"}, id=part["id"])
    call("moveTask", 200, {"after": task["id"]}, id=part["id"])
    again = call("createTask", 201, {
        "title": "water the plants", "due": {"kind": "floating", "local": "2026-12-04T09:00"},
        "recurrence": {"rrule": "FREQ=WEEKLY;BYDAY=FR"}, "reminders": [{"before": "PT30M"}]})
    call("createTask", 422, {"title": "x", "recurrence": {"rrule": "FREQ=DAILY"}})
    call("changeTask", 200, {"due": {"kind": "floating", "local": "2026-12-04T10:00"}}, id=again["id"],
         query="scope=this")
    call("changeTask", 400, {"title": "y"}, id=again["id"], query="scope=some")
    call("deleteTask", 204, id=again["id"], query="scope=all")
    call("changeTask", 200, {"reminders": [{"at": "2030-01-01T09:00"}]}, id=task["id"])
    call("snoozeTask", 200, {"for": "PT10M"}, id=task["id"])
    call("snoozeTask", 409, {"for": "PT10M"}, id=part["id"])
    call("snoozeTask", 422, {}, id=task["id"])
    call("completeTask", 200, query="children=leave", id=task["id"])
    call("reopenTask", 200, id=task["id"])
    call("listTasks", 200, query="filter=p2%20OR%20today&sort=-due,title&limit=1")
    call("listTasks", 200, query="fields=title,due")
    call("listTasks", 422, query="filter=p1%20AND")
    call("listTasks", 400, query="sort=size")
    call("searchTasks", 200, query="q=dgos%20walk")
    call("readHistory", 200, id=task["id"])
    bulk = [{"op": "create", "task": {"title": "b"}}, {"op": "complete", "id": str(uuid.uuid4())}]
    call("bulk", 200, {"items": bulk})
    call("bulk", 422, {"items": bulk, "atomic": True})
    call("bulk", 422, b'{"items": []}')
    return task


def changes(task):
    status, fields, _ = send(
        "POST", f"/api/v1/tasks/{task['id']}/complete", None, {"Authorization": f"Bearer {token}"})
    undo = {"token": fields["Undo-Token"]}
    call("undo", 200, undo)
    call("undo", 409, undo)
    call("undo", 404, {"token": f"u1.{uuid.uuid4()}"})
    call("listChanges", 200, query="since=0&limit=5")
    call("listChanges", 410, query="since=999999")
    call("openStream", 200, query="lastEventId=0")
    call("deleteTask", 204, id=task["id"])
    call("restoreTask", 200, id=task["id"])
    call("deleteTask", 204, id=task["id"])
    call("listTasks", 200, query="trash=true")
    call("readTrashedTask", 200, id=task["id"])
    call("purgeTask", 204, id=task["id"])
    call("emptyTrash", 200)


def collections():
    one = call("createList", 201, {"name": "Work"})
    call("createList", 409, {"name": "Work"})
    two = call("createList", 201, {"name": "Garden"})
    call("listLists", 200, query="archived=all")
    call("readList", 200, id=one["id"])
    call("changeList", 200, {"name": "Office", "archived": True}, id=one["id"])
    call("moveList", 200, {"before": two["id"]}, id=one["id"])
    call("deleteList", 204, query="tasks=keep", id=one["id"])
    call("createTask", 201, {"title": "x", "tags": ["a", "b"]})
    call("listTags", 200)
    call("renameTag", 200, {"from": ["a", "b"], "to": "c"})
    template = call("createTemplate", 201, {"name": "t", "task": {"title": "a", "subtasks": [{"title": "b"}]}})
    call("listTemplates", 200, query="limit=1")
    call("readTemplate", 200, id=template["id"])
    call("changeTemplate", 200, {"name": "u"}, id=template["id"])
    call("instantiate", 201, {"title": "c"}, id=template["id"])
    call("instantiate", 201, id=template["id"])
    call("deleteTemplate", 204, id=template["id"])
    saved = call("createFilter", 201, {"name": "f", "filter": "p1 OR overdue", "sort": "-due"})
    call("createFilter", 409, {"name": "f", "filter": "p1"})
    call("createFilter", 422, {"name": "g", "filter": "p1 OR"})
    call("listFilters", 200)
    call("readFilter", 200, id=saved["id"])
    call("changeFilter", 200, {"filter": "p1 OR p2"}, id=saved["id"])
    call("listFilterTasks", 200, id=saved["id"])
    call("deleteFilter", 204, id=saved["id"])
    call("previewRecurrence", 200, {
        "rrule": "FREQ=MONTHLY;BYMONTHDAY=-1", "start": "2026-01-31T09:00", "tz": "Europe/Amsterdam", "count": 5})
    call("previewRecurrence", 422, {"rrule": "FREQ=NEVER", "start": "2026-01-31"})
    call("parsePhrase", 200, {"text": "water plants every friday 9am p1 #garden", "tz": "UTC"})


def exchange():
    whole = call("export", 200)
    call("exportTable", 200)
    call("importFile", 200, whole, query="dry_run=true")
    call("importFile", 200, whole)
    call("importFile", 422, {"format": "todo.export", "version": 1, "tasks": [{"id": "1"}]})
    call("readCalendarFeed", 200)
    path = call("rotateCalendarFeed", 201)["path"]
    secret = path.split("/")[-1].removesuffix(".ics")
    call("readCalendarFeed", 200)
    call("readCalendar", 200, secret=secret, signed_in=False)
    call("readCalendar", 304, secret=secret, signed_in=False, headers={"If-None-Match": "*"})
    call("revokeCalendarFeed", 204)
    call("revokeCalendarFeed", 404)
    call("readCalendar", 404, secret=secret, signed_in=False)


def notifications():
    call("readPreferences", 200)
    call("changePreferences", 200, {"email": {"digest": True}, "digestAt": "07:30", "push": None})
    place = call("subscribe", 201, {"channel": "webhook", "url": f"https://example.com/{uuid.uuid4()}"})
    call("subscribe", 422, {"channel": "webhook", "url": "ftp://example.com/"})
    call("listSubscriptions", 200)
    call("readSubscription", 200, id=place["id"])
    call("pauseSubscription", 200, {"enabled": False}, id=place["id"])
    call("confirmSubscription", 403, {"code": "0"}, id=place["id"])
    call("testNotifications", 202, {})
    call("testNotifications", 404, {"subscriptionID": place["id"]})
    call("listDeliveries", 200, query="state=delivered&channel=page")
    call("unsubscribe", 204, id=place["id"])
    # It depends on how the platform was set up.
    key = send("GET", "/api/v1/notifications/push-key", None, {"Authorization": f"Bearer {token}"})[0]
    call("readPushKey", key)


def assistant():
    said = call("chat", 200, {"message": "add buy milk tomorrow 9am"})
    talk = said["conversationId"]
    asked = call("chat", 200, {"message": "delete buy milk", "conversationId": talk})["confirmation"]
    call("chat", 200, {"conversationId": talk, "confirm": {"id": asked["id"], "accept": True}})
    call("chat", 404, {"message": "hello", "conversationId": str(uuid.uuid4())})
    call("chat", 422, {"message": ""})
    call("listConversations", 200, query="limit=1")
    call("readConversation", 200, id=talk)
    call("renameConversation", 200, {"title": "Milk"}, id=talk)
    call("deleteConversation", 204, id=talk)
    call("readConversation", 404, id=talk)


def pages():
    span = {"traceId": uuid.uuid4().hex, "spanId": "00f067aa0ba902b7", "name": "task.create",
            "start": time.time() * 1000 - 20, "duration": 12.5, "status": "ok", "attributes": {"todo.page.queued": True}}
    report = {"spans": [span], "vitals": [{"name": "CLS", "value": 0.01}],
              "errors": [{"type": "TypeError", "asset": "js/main.js", "line": 7}]}
    call("tellTelemetry", 204, report)
    call("tellTelemetry", 204, {"spans": [{**span, "name": "Buy milk"}]}, signed_in=False)
    call("tellTelemetry", 422, b'{"spans": [{"name": 7}]}')
    call("tellTelemetry", 415, b"{}", headers={"Content-Type": "text/plain"})
    call("tellTelemetry", 413, b" " * 70000)
    call("tellViolation", 204, {"csp-report": {"effective-directive": "img-src"}}, signed_in=False)
    call("tellViolation", 204, [{"type": "csp-violation", "body": {"effectiveDirective": "style-src-elem"}}],
         signed_in=False, headers={"Content-Type": "application/reports+json"})
    call("tellViolation", 400, b"7", signed_in=False)


def leaving():
    for name in ("readOpenAPI", "readDocs", "readDocsStyle"):
        call(name, 200, signed_in=False)
        call(name, 304, signed_in=False, headers={"If-None-Match": "*"})
    sessions = call("listSessions", 200)["items"]
    call("endSession", 204, id=next(each["id"] for each in sessions if not each["isCurrent"]))
    call("endSession", 404, id=uuid.uuid4())
    call("signOut", 204, headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
    account()
    call("signOutEverywhere", 204)
    call("readSettings", 401)
    password = account()
    call("closeAccount", 403, {"password": "wrong horse battery"})
    call("closeAccount", 422, json.dumps({"password": password, "why": "bored"}).encode())
    call("closeAccount", 204, {"password": password})
    call("closeAccount", 401, {"password": password})


try:
    account()
    changes(tasks())
    collections()
    exchange()
    notifications()
    assistant()
    pages()
    leaving()
except (KeyError, StopIteration) as error:
    mistakes.append(f"the walk ended at {error!r}")
mistakes += [f"{name}: was not called" for name in OPERATIONS if name not in called]
print("\n".join(mistakes) or f"{answers} answers of {len(called)} operations are as described")
sys.exit(1 if mistakes else 0)
