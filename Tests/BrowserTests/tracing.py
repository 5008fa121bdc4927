"""Traces for the flows of the inspector: made by people's acts, or made up and sent by OTLP."""

import json
import os
import time
import urllib.parse
import urllib.parse
import urllib.request
from datetime import datetime, timedelta

from browser import Person, until

HOSTILE = ["<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "\"><svg onload=alert(3)>", "javascript:alert(4)", "{{constructor.constructor('alert(5)')()}}"]


def port_of(base, offset):
    address = urllib.parse.urlparse(base)
    return f"{address.scheme}://{address.hostname}:{address.port + offset}"


def inspector(base):
    """Where the trace store of a platform answers."""
    return port_of(base, 61)


def ask(base, path):
    with urllib.request.urlopen(inspector(base) + path, timeout=60) as answer:
        return json.loads(answer.read())


def a_recurring_task_completed(base):
    """Makes and completes a task that comes again; gives the traces of both acts when they have settled."""
    person = Person(base).open_account()
    due = (datetime.now() + timedelta(days=1)).strftime("%Y-%m-%dT09:00:00")
    task = person.send("POST", "/tasks", {"title": "Water the plants", "due": {"kind": "zoned", "local": due, "tz": "Europe/Amsterdam"}, "recurrence": {"rrule": "FREQ=DAILY"}})
    person.send("POST", f"/tasks/{task['id']}/complete", {})
    made = trace_of(base, task["id"], "POST /api/v1/tasks", {"audit", "recurring"})
    completed = trace_of(base, task["id"], "POST /api/v1/tasks/{id}/complete", {"audit", "recurring", "reminders"})
    return {"task": task["id"], "made": made, "completed": completed, "person": person}


def recurring_traces(base):
    """What others left of such acts, for flows that only look; else they are made."""
    wanted = [("made", "POST /api/v1/tasks", {"audit", "recurring"}), ("completed", "POST /api/v1/tasks/{id}/complete", {"audit", "recurring", "reminders"})]
    found = {}
    for key, name, services in wanted:
        query = urllib.parse.urlencode({"service": "recurring", "operation": "generate occurrence" if key == "completed" else "process recurring.events", "status": "ok", "limit": 50})
        for one in ask(base, f"/inspector/traces?{query}")["items"]:
            if one["rootName"] == name and one["isSettled"] and services <= set(one["services"]):
                found[key] = one["traceId"]
    return found if len(found) == len(wanted) else a_recurring_task_completed(base)


def trace_of(base, task, name, services):
    """The id of the settled trace of an act, as soon as these services took part."""
    found = []

    def is_there():
        found[:] = [one["traceId"] for one in ask(base, f"/inspector/traces?task={task}")["items"] if one["rootName"] == name and one["isSettled"] and services <= set(one["services"])]
        return found

    until(is_there, f"there is no trace of {name}")
    return found[0]


def send_more(base, trace, numbers, begin):
    """Sends spans of a trace that may have others already; number 1 is its root, without which it does not come to rest."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    attribute = resource.resource.attributes.add()
    attribute.key, attribute.value.string_value = "service.name", "growing"
    scope = resource.scope_spans.add()
    for number in numbers:
        span = scope.spans.add()
        span.trace_id, span.span_id = bytes.fromhex(trace), number.to_bytes(8, "big")
        if number > 1:
            span.parent_span_id = (1).to_bytes(8, "big")
        span.name, span.kind = f"step {number}", 1
        span.start_time_unix_nano = begin + number * 10**6
        span.end_time_unix_nano = span.start_time_unix_nano + 10**6 * (2000 if number == 1 else 5)
    sent = urllib.request.Request(port_of(base, 60) + "/v1/traces", data=request.SerializeToString(), headers={"Content-Type": "application/x-protobuf"}, method="POST")
    with urllib.request.urlopen(sent, timeout=60) as answer:
        answer.read()


def send_spans(base, count):
    """Sends a trace of so many spans, of names that are markup elsewhere; gives its id."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    trace = os.urandom(16)
    begin = time.time_ns() - 60 * 10**9
    request = ExportTraceServiceRequest()
    scopes = []
    for service in ("gateway", "tasks", "<b>billing</b>"):
        resource = request.resource_spans.add()
        attribute = resource.resource.attributes.add()
        attribute.key, attribute.value.string_value = "service.name", service
        scopes.append(resource.scope_spans.add())
    for number in range(count):
        span = scopes[number % len(scopes)].spans.add()
        span.trace_id, span.span_id = trace, (number + 1).to_bytes(8, "big")
        if number:
            span.parent_span_id = (1 + (number - 1) // 3).to_bytes(8, "big")
        span.name = f"{HOSTILE[number % len(HOSTILE)]} {number}"
        span.kind = 2 if number == 0 else 1
        span.start_time_unix_nano = begin + number * 10**6
        span.end_time_unix_nano = begin + count * 2 * 10**6 - number * 10**5
        for key in ("note", HOSTILE[number % len(HOSTILE)]):
            one = span.attributes.add()
            one.key, one.value.string_value = key, HOSTILE[(number + 1) % len(HOSTILE)]
        if number == 1:
            for key in ("timeUnixNano", "startUnixNano"):
                one = span.attributes.add()
                one.key, one.value.string_value = key, "1795292160671929866"
            event = span.events.add()
            event.name, event.time_unix_nano = HOSTILE[0], begin + 2 * 10**6
            span.status.code, span.status.message = 2, HOSTILE[1]
    body = request.SerializeToString()
    sent = urllib.request.Request(port_of(base, 60) + "/v1/traces", data=body, headers={"Content-Type": "application/x-protobuf"}, method="POST")
    with urllib.request.urlopen(sent, timeout=60) as answer:
        answer.read()
    ident = trace.hex()
    # Found by its service: it begins in the past, behind whatever others have done since.
    of_service = "/inspector/traces?limit=100&service=" + urllib.parse.quote("<b>billing</b>")
    until(lambda: any(one["traceId"] == ident for one in ask(base, of_service)["items"]), "the trace that was sent is not there")
    return ident
