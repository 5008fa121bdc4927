"""Proves that pgbench measures what `tasks` does: the server's own log of both must be the same statements."""

import itertools
import json
import re
import time
import urllib.request

from load import pgbench_run
from scene import NEW_TASK, Failure, Scene

STATEMENT = re.compile(
    r"tasks_api@todo LOG:  (?:statement|execute [^:]*): (.*?)(?=\n\d{4}-|\Z)", re.DOTALL)


def check(scene: Scene):
    # The server's command line says that statements are not logged; only a setting of the database outranks it.
    scene.sql("ALTER DATABASE todo SET log_statement = 'all'")
    try:
        begin = server_log(scene).stat().st_size
        scene.restart_tasks()
        wait_for_pruning(scene, begin)
        ours = statements(scene, lambda: (
            ask(scene, "POST", "writer", json.dumps(NEW_TASK).encode()), ask(scene, "GET", "reader")))
        theirs = statements(scene, lambda: [
            pgbench_run(scene, action, 1, ["--transactions=1"], counter=0) for action in ("create", "list")])
    finally:
        scene.sql("ALTER DATABASE todo RESET log_statement")
        scene.restart_tasks()
    if not ours or ours != theirs:
        pairs = itertools.zip_longest(ours, theirs, fillvalue="(nothing)")
        mine, its = next((pair for pair in pairs if pair[0] != pair[1]), ("(nothing)", "(nothing)"))
        raise Failure(
            f"benchmarks/pgbench no longer runs the statements of tasks:\n  tasks    {mine}\n  pgbench  {its}")


def statements(scene: Scene, work) -> list[str]:
    """What the service's login sent meanwhile, without what a connection says once at its start, without the notice that
    follows commits, which is shared by many and awaited by nobody, and without what is pruned on the side."""
    begin = server_log(scene).stat().st_size
    work()
    seen = logged(scene, begin)
    beside = ("SET ", "SELECT PG_NOTIFY", "DELETE FROM TASKS.", "UPDATE TASKS.DELIVERY_FAILURE")
    return [text for text in seen if not text.startswith(beside)]


def server_log(scene: Scene):
    return scene.data / "logs/postgres.log"


def logged(scene: Scene, begin: int) -> list[str]:
    with server_log(scene).open() as lines:
        lines.seek(begin)
        return [plain(text) for text in STATEMENT.findall(lines.read())]


def wait_for_pruning(scene: Scene, begin: int):
    """`tasks` begins with a round of pruning, which must not be taken for part of a request."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        seen = logged(scene, begin)
        pruned = next((n for n, text in enumerate(seen) if text.startswith("DELETE FROM TASKS.IDEMPOTENCY")), None)
        if pruned is not None and "COMMIT" in seen[pruned:]:
            return
        time.sleep(0.1)
    raise Failure("tasks does not begin with a round of pruning")


def ask(scene: Scene, method: str, user: str, body: bytes | None = None):
    headers = {"Authorization": f"Bearer {scene.tokens[user]}", "Content-Type": "application/json"}
    request = urllib.request.Request(scene.tasks + "/api/v1/tasks", body, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()


def plain(statement: str) -> str:
    """Without what differs on purpose: blanks, where a value is NULL, and how pgbench makes ids."""
    text = re.sub(r"lpad\(\(?\$\d+( \+ \$?\d+\))?::text, \d+, '[01]'\)(::uuid)?", "$", statement)
    text = text.replace("ARRAY[$]", "$[]")
    text = re.sub(r"\$\d+(::\w+)?|\bNULL\b", "$", text)
    return re.sub(r"\s+", " ", re.sub(r"\s*([(),])\s*", r"\1", text)).strip(" ;").upper()
