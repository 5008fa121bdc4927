"""The two load generators: wrk for HTTP, pgbench for the statements alone. Each gives one `Sample`."""

import json
import re
import subprocess
from dataclasses import dataclass

from scene import HERE, NEW_TASK, Failure, Scene, processor_seconds


@dataclass
class Sample:
    per_second: float
    p50: float  # milliseconds
    p99: float
    processor: float | None  # microseconds of the serving processes for one request


def wrk(scene: Scene, subject: str, action: str, clients: int, seconds: int) -> Sample:
    address = getattr(scene, subject) + "/api/v1/tasks"
    arguments = (
        ["POST", scene.writers, json.dumps(NEW_TASK)] if action == "create"
        else ["GET", scene.tokens["reader"]])
    command = ["wrk", "--threads", "1", "--connections", str(clients), "--timeout", "10s", "--script",
               HERE / "wrk/request.lua"]

    def run(length):
        return subprocess.run(
            [*command, "--duration", f"{length}s", address, "--", *arguments], capture_output=True, text=True,
            timeout=length + 30)

    run(1)  # warm-up: connections, prepared statements, caches
    pids = scene.processes(subject)
    before = processor_seconds(pids)
    done = run(seconds)
    processor = processor_seconds(pids) - before
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if line is None:
        raise Failure(f"wrk on {subject}: {done.stderr.strip() or done.stdout.strip()}")
    result = json.loads(line)
    if result["refused"] or result["broken"] or not result["requests"]:
        raise Failure(f"{subject} {action}: {result} is not a measurement: every request must succeed")
    return Sample(
        result["requests"] / result["microseconds"] * 1e6, result["p50"] / 1000, result["p99"] / 1000,
        processor * 1e6 / result["requests"])


def pgbench(scene: Scene, action: str, clients: int, seconds: int) -> Sample:
    """The statements of `tasks` in the same round trips, prepared, over the same TCP door."""
    pgbench_run(scene, action, clients, ["--time", "1"], counter=0)
    for old in scene.folder.glob("pgbench_log*"):
        old.unlink()
    output = pgbench_run(
        scene, action, clients,
        ["--time", str(seconds), "--log", f"--log-prefix={scene.folder}/pgbench_log"], counter=1_000_000)
    rate = re.search(r"tps = ([\d.]+)", output)
    if rate is None or "number of failed transactions: 0 " not in output:
        raise Failure(f"pgbench {action}: {output[-400:]}")
    waits = sorted(
        int(line.split()[2])
        for log in scene.folder.glob("pgbench_log*") for line in log.read_text().splitlines())
    return Sample(float(rate[1]), waits[len(waits) // 2] / 1000, waits[len(waits) * 99 // 100] / 1000, None)


def pgbench_run(scene: Scene, action: str, clients: int, extent: list[str], counter: int) -> str:
    snapshot = {"task": NEW_TASK | {
        "id": "01999999-9999-7999-8999-999999999999", "status": "open", "version": 1,
        "createdAt": "2026-11-21T06:00:00.000Z", "updatedAt": "2026-11-21T06:00:00.000Z"}}
    values = {
        "counter": counter, "setting": "app.user_id", "user": scene.users["reader"], "limit": 51,
        "planning": "enable_seqscan", "off": "off",
        "title": NEW_TASK["title"], "description": NEW_TASK["description"], "priority": NEW_TASK["priority"],
        "tags": "{home,garden}", "list": NEW_TASK["list"], "due_kind": "zoned", "due_local": "2026-12-01T09:00",
        "due_tz": "Europe/Amsterdam", "status": "open", "version": 1, "at": "2026-11-21 06:00:00.000+00",
        "due_at": "2026-12-01 08:00:00.000+00", "position": "019a5c00000V", "there": "t",
        "document": "'00000000water':1A '00000000plants':3A '00000000balcony':6A '00000000small':12B '00000000door':15B",
        "words": "{water,the,plants,on,balcony,all,of,them,also,small,ones,behind,door}",
        "reversed": "{retaw,eht,stnalp,no,ynoclab,lla,fo,meht,osla,llams,seno,dniheb,rood}",
        "entities": "{task}", "types": "{todo.task.created.v1}", "versions": "{1}", "diffs": "{{}}".replace("{}", "[]"),
        "trace": "0af7651916cd43dd8448eb211c80319c", "updates": "task.updates", "recorded": "todo.change.recorded.v1",
        "none": 0, "rest": '"entity":"task","entityID":"01999999-9999-7999-8999-999999999999",'
        '"type":"todo.task.created.v1","version":1}',
        "topic": "todo.events", "type": "todo.task.created.v1", "actor": "user",
        "payload": json.dumps(snapshot, separators=(",", ":")),
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    definitions = [f"--define={name}={value}" for name, value in values.items()]
    command = ["pgbench", "--no-vacuum", "--protocol=prepared", "--jobs=1", f"--client={clients}",
               f"--file={HERE}/pgbench/{action}.sql", *extent, *definitions, scene.database_url("tasks_api")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise Failure(f"pgbench {action}: {done.stderr.strip()[-400:]}")
    return done.stdout
