"""Proves that pgbench measures what `tasks` does: the server's own log of both must be the same statements."""

import itertools
import json
import re
import urllib.request

from load import pgbench_run
from scene import NEW_TASK, Failure, Scene

STATEMENT = re.compile(
    r"tasks_api@todo LOG:  (?:statement|execute [^:]*): (.*?)(?=\n\d{4}-|\Z)", re.DOTALL)


def check(scene: Scene):
    # The server's command line says that statements are not logged; only a setting of the database outranks it.
    scene.sql("ALTER DATABASE todo SET log_statement = 'all'")
    try:
        scene.restart_tasks()
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
    """What the service's login sent meanwhile, without what a connection says once at its start, and without the
    notice that follows commits: it is shared by many, and nobody waits for it."""
    log = scene.data / "logs/postgres.log"
    begin = log.stat().st_size
    work()
    with log.open() as lines:
        lines.seek(begin)
        seen = [plain(text) for text in STATEMENT.findall(lines.read())]
    return [text for text in seen if not text.startswith(("SET ", "SELECT PG_NOTIFY"))]


def ask(scene: Scene, method: str, user: str, body: bytes | None = None):
    headers = {"Authorization": f"Bearer {scene.tokens[user]}", "Content-Type": "application/json"}
    request = urllib.request.Request(scene.tasks + "/api/v1/tasks", body, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        answer.read()


def plain(statement: str) -> str:
    """Without what differs on purpose: blanks, where a value is NULL, and how pgbench makes ids."""
    text = re.sub(r"lpad\(\$\d+::text, \d+, '0'\)(::uuid)?", "$", statement)
    text = re.sub(r"\$\d+(::\w+)?|\bNULL\b", "$", text)
    return re.sub(r"\s+", " ", re.sub(r"\s*([(),])\s*", r"\1", text)).strip(" ;").upper()
