"""What the measurements need: a platform, `tasks` on its own, the rival, users, and a database to set back.

Everything lives in one temporary folder and on loopback; `Scene` is a context manager that leaves nothing
running.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SEEDED_TASKS = 200
WRITERS = 32
PASSWORD = "correct horse battery"
# The shape of a task as people write them: every field that create takes.
NEW_TASK = {
    "title": "Water the plants on the balcony",
    "description": "All of them, also the small ones behind the door.",
    "priority": "high",
    "tags": ["home", "garden"],
    "list": "Household",
    "due": {"kind": "zoned", "local": "2026-12-01T09:00", "tz": "Europe/Amsterdam"},
}


class Failure(Exception):
    """Ends the benchmark with one line."""


class Scene:
    # What a measurement sets. Small pools: pgbench and the rival share the hundred connections of the private server.
    settings: dict[str, str] = {"TODO_DATABASE_CONNECTIONS": "3"}

    def __init__(self, todo: pathlib.Path, port_base: int):
        self.todo, self.base = todo, port_base
        self.children: dict[str, subprocess.Popen] = {}
        self.tokens: dict[str, str] = {}
        self.users: dict[str, str] = {}
        self.is_up = False

    # The reserved end of the port block holds what the platform itself does not start.
    @property
    def gateway(self) -> str: return f"http://127.0.0.1:{self.base}"
    @property
    def tasks(self) -> str: return f"http://127.0.0.1:{self.base + 90}"
    @property
    def rival(self) -> str: return f"http://127.0.0.1:{self.base + 92}"

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="todo-bench-"))
        # The database server may run as another user, who must pass through.
        self.folder.chmod(0o711)
        self.data = self.folder / "data"
        try:
            self.start_platform()
            self.start_tasks()
            self.start_rival()
            self.sign_up()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        for child in self.children.values():
            child.send_signal(signal.SIGTERM)
        for child in self.children.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        if self.is_up:
            subprocess.run([self.todo, "down", "--data", self.data], capture_output=True, timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_platform(self):
        """Spans are made and forgotten, and nobody empties the outbox: the write path alone is measured."""
        environment = os.environ | {"OTEL_TRACES_EXPORTER": "none", "TODO_OUTBOX_RELAY": "false",
                                    "TODO_API_RATE": "1000000000"} | self.settings
        self.is_up = True
        up = subprocess.run(
            [self.todo, "up", "--detach", "--data", self.data, "--port-base", str(self.base)],
            env=environment, capture_output=True, text=True, timeout=120)
        if up.returncode != 0:
            raise Failure(f"the platform does not start: {up.stderr.strip() or up.stdout.strip()}")
        self.secrets = json.loads((self.data / "secrets.json").read_text())

    def start_tasks(self):
        self.launch("tasks", [self.todo, "tasks"], {
            "TODO_PORT": str(self.base + 90), "TODO_ADMIN_PORT": str(self.base + 91),
            "DATABASE_URL": self.database_url("tasks_api"), "DAPR_HTTP_PORT": str(self.base + 41),
            "DAPR_API_TOKEN": self.secrets["dapr-api-token.tasks"],
            "OTEL_TRACES_EXPORTER": "none", "TODO_OUTBOX_RELAY": "false"})
        self.wait_for("tasks", self.base + 90)

    def restart_tasks(self):
        self.children["tasks"].send_signal(signal.SIGTERM)
        self.children["tasks"].wait(15)
        self.start_tasks()

    def start_rival(self):
        environment = self.folder / "rival"
        pip = [environment / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        install = [*pip, "-r", HERE / "rival/requirements.txt"]
        for command in ([sys.executable, "-m", "venv", environment], install):
            done = subprocess.run(command, capture_output=True, text=True, timeout=180)
            if done.returncode != 0:
                raise Failure(f"the rival cannot be installed: {(done.stderr or done.stdout).strip()[-300:]}")
        url = self.database_url("tasks_api").replace("postgres://", "postgresql+asyncpg://").split("?")[0]
        self.launch("rival", [
            environment / "bin/python", "-m", "uvicorn", "--app-dir", HERE / "rival", "app:app",
            "--host", "127.0.0.1", "--port", str(self.base + 92), "--workers", str(min(2, os.cpu_count() or 1)),
            "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning",
        ], {"RIVAL_DATABASE_URL": url, "RIVAL_JWKS_URL": f"{self.gateway}/.well-known/jwks.json",
            "PYTHONDONTWRITEBYTECODE": "1"})
        self.wait_for("rival", self.base + 92)

    def launch(self, name, command, environment):
        """In a session of its own, so that an interrupt of the terminal reaches only this program."""
        output = (self.folder / f"{name}.log").open("w")
        self.children[name] = subprocess.Popen(
            [str(part) for part in command], env=os.environ | environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True)

    def wait_for(self, name, port):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.children[name].poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        log = (self.folder / f"{name}.log").read_text()[-500:]
        raise Failure(f"{name} does not start: {log.strip()}")

    def database_url(self, login):
        key = "postgres.superuser" if login == "todo_admin" else f"postgres.{login}"
        return f"postgres://{login}:{self.secrets[key]}@127.0.0.1:{self.base + 62}/todo?sslmode=disable"

    def sql(self, text):
        """Runs statements as the superuser, whom no row-level security hinders."""
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", self.database_url("todo_admin")],
            input=text, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Failure(f"psql: {done.stderr.strip()}")

    def sign_up(self):
        """Those who write and one who reads, so that the list stays the same while tasks are made. Writes of one user
        come one after another, so that there are many."""
        for name in ["writer", "reader"] + [f"writer{number}" for number in range(1, WRITERS)]:
            answer = self.post("/api/v1/auth/sign-up", {"email": f"{name}@example.com", "password": PASSWORD})
            self.users[name] = answer["user"]["id"]
        self.sign_in()

    def sign_in(self):
        """Access tokens live five minutes."""
        for name in self.users:
            answer = self.post("/api/v1/auth/sign-in", {"email": f"{name}@example.com", "password": PASSWORD})
            self.tokens[name] = answer["accessToken"]

    @property
    def writers(self) -> str: return ",".join(
        token for name, token in self.tokens.items() if name.startswith("writer"))

    def post(self, path, body):
        request = urllib.request.Request(
            self.gateway + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.URLError as error:
            raise Failure(f"POST {path}: {error}") from error

    def set_back(self):
        """The same tables before every measurement: empty but for what the reader lists.

        A load generator leaves requests behind that nobody waits for; TRUNCATE must come after them.
        """
        self.sql(f"""
            DO $$ BEGIN
              FOR attempt IN 1..200 LOOP
                PERFORM pg_stat_clear_snapshot();
                EXIT WHEN NOT EXISTS (
                  SELECT 1 FROM pg_stat_activity WHERE usename = 'tasks_api' AND state <> 'idle');
                PERFORM pg_sleep(0.05);
              END LOOP;
            END $$;
            TRUNCATE tasks.task, tasks.search_document, tasks.search_word, tasks.change, tasks.undone, tasks.change_counter,
              tasks.outbox;
            INSERT INTO tasks.task (id, user_id, title, description, priority, tags, list, due_kind, due_local,
              due_tz, due_at, title_key, status, version, created_at, updated_at)
            SELECT lpad(n::text, 32, '0')::uuid, '{self.users["reader"]}', '{NEW_TASK["title"]}',
              '{NEW_TASK["description"]}', '{NEW_TASK["priority"]}', '{{home,garden}}', '{NEW_TASK["list"]}',
              'zoned', '2026-12-01T09:00', 'Europe/Amsterdam', '2026-12-01T08:00Z', lower('{NEW_TASK["title"]}'), 'open',
              1, now(), now()
            FROM generate_series(1, {SEEDED_TASKS}) AS n;
            ANALYZE tasks.task; CHECKPOINT;""")

    def processes(self, subject) -> list[int]:
        """Those that serve a subject; of the platform all but the database."""
        if subject != "gateway":
            return descendants(self.children[subject].pid)
        status = subprocess.run(
            [self.todo, "status", "--json", "--data", self.data], capture_output=True, text=True, timeout=30)
        roles = json.loads(status.stdout)["roles"]
        return [role["pid"] for role in roles if role["role"] in ("gateway", "sidecar", "tasks")]


def descendants(pid: int) -> list[int]:
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread that has just ended
        for child in children:
            found += descendants(int(child))
    return found


def processor_seconds(pids: list[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
