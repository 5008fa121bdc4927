#!/usr/bin/env python3
"""Measures what the assistant adds to a model: many chats at once, each with a model that takes its time.

Every turn makes the model call a tool once and then say something. The model's own time, from the first byte of a request
to the last of its answer, is taken off each turn; what is left is ours: guardrails, memory, the tool with the task API
behind it, and everything between the gateway and the model.
"""

import argparse
import asyncio
import itertools
import json
import os
import pathlib
import re
import signal
import statistics
import sys
import threading
import time
import urllib.error
import urllib.request

from scene import Failure, Scene

TALKERS = 10


class Model:
    """An OpenAI-compatible endpoint that thinks for a while and then calls a tool, or says something."""

    def __init__(self, port: int, seconds: float):
        self.port, self.seconds = port, seconds
        self.spent: dict[str, float] = {}
        # Names of turns, by which the model's time is told apart.
        self.turns = itertools.count(1)

    def start(self):
        async def serve():
            server = await asyncio.start_server(self.answer, "127.0.0.1", self.port)
            await server.serve_forever()

        threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()

    async def answer(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            begun = time.monotonic()
            length = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
            text = (await reader.readexactly(length)).decode()
            turn = re.findall(r"turn-(\d+)", text)[-1]
            is_second = json.loads(text)["messages"][-1]["role"] == "tool"
            await asyncio.sleep(self.seconds)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for piece in self.pieces(is_second):
                writer.write(f"data: {json.dumps(piece)}\n\n".encode())
            writer.write(b"data: [DONE]\n\n")
            await writer.drain()
            self.spent[turn] = self.spent.get(turn, 0) + time.monotonic() - begun
        finally:
            writer.close()

    def pieces(self, is_second: bool):
        """Chunks as the wire has them; a text comes word by word."""
        call = {"index": 0, "id": "call_1", "type": "function",
                "function": {"name": "list_tasks", "arguments": "{}"}}
        deltas = [{"content": word + " "} for word in "That is all there is to do .".split()] if is_second else [
            {"role": "assistant", "tool_calls": [call]}]
        for delta in deltas:
            yield self.chunk([{"index": 0, "delta": delta, "finish_reason": None}])
        yield self.chunk([{"index": 0, "delta": {}, "finish_reason": "stop" if is_second else "tool_calls"}])
        yield self.chunk([], {"prompt_tokens": 900, "completion_tokens": 20, "total_tokens": 920})

    def chunk(self, choices, usage=None):
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "slow", "choices": choices,
                "usage": usage}


class ChatScene(Scene):
    """The platform with that model."""

    def start_tasks(self): pass
    def start_rival(self): pass

    @property
    def settings(self) -> dict[str, str]:
        return {
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.base + 95}/v1/", "OPENAI_API_KEY": "none", "OPENAI_MODEL": "slow",
            "TODO_CHAT_REQUESTS_PER_MINUTE": "10000", "TODO_CHAT_TOKENS_PER_DAY": "1000000000"}

    def say(self, talker: str, turn: str) -> float:
        """How long a turn took."""
        request = urllib.request.Request(
            f"{self.gateway}/api/v1/chat", json.dumps({"message": f"what is there to do? turn-{turn}"}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.tokens[talker]}"})
        begun = time.monotonic()
        with urllib.request.urlopen(request, timeout=120) as answer:
            said = json.load(answer)
        if [call["status"] for call in said["toolCalls"]] != ["done"] or said["model"] != "slow":
            raise Failure(f"a turn went otherwise than the model said: {json.dumps(said)[:300]}")
        return time.monotonic() - begun


def measure(scene: ChatScene, model: Model, chats: int, turns: int) -> list[float]:
    """Seconds of each turn that were not the model's."""
    ours, failures, lock = [], [], threading.Lock()
    names = model.turns

    def chat(number: int):
        for turn in range(turns):
            name = f"{next(names)}"
            try:
                took = scene.say(f"writer{1 + number % TALKERS}", name)
                with lock:
                    ours.append(took - model.spent[name])
            except (OSError, Failure, KeyError) as error:
                failures.append(str(error))
                return

    threads = [threading.Thread(target=chat, args=(number,)) for number in range(chats)]
    for thread in threads:
        # People do not press Enter at the same instant.
        time.sleep(model.seconds / chats)
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise Failure(f"{len(failures)} chats failed, such as: {failures[0]}")
    return sorted(ours)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--todo", type=pathlib.Path, default=pathlib.Path(".build/release/todo"))
    parser.add_argument("--port-base", type=int, default=17800)
    parser.add_argument("--chats", type=int, default=50, help="chats at once")
    parser.add_argument("--turns", type=int, default=5, help="turns of each")
    parser.add_argument("--model-seconds", type=float, default=2, help="how long the model takes for an answer")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if os.getloadavg()[0] > 1:
        print(f"bench: the machine is busy (load {os.getloadavg()[0]:.1f}): take the figures with care", file=sys.stderr)
    try:
        model = Model(chosen.port_base + 95, chosen.model_seconds)
        model.start()
        with ChatScene(chosen.todo.resolve(), chosen.port_base) as scene:
            measure(scene, model, min(10, chosen.chats), 1)
            ours = measure(scene, model, chosen.chats, chosen.turns)
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    p95 = ours[int(len(ours) * 0.95)]
    print("| chats at once | turns | model s | ours p50 ms | p95 ms | worst ms |\n| ---: | ---: | ---: | ---: | ---: | ---: |")
    print(f"| {chosen.chats} | {len(ours)} | {chosen.model_seconds:g} x 2 | {statistics.median(ours) * 1000:.1f} | "
          f"{p95 * 1000:.1f} | {ours[-1] * 1000:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
