"""A server whose answers take a known time. Usage: server.py PORT MILLISECONDS [STALL_AT STALL_FOR]

Each answer takes about MILLISECONDS: from half of it to twice, the same for every run. With a stall, nothing is answered
for STALL_FOR seconds, STALL_AT seconds after the first request."""

import asyncio
import random
import sys
import time

port, pause = int(sys.argv[1]), float(sys.argv[2]) / 1000
stall = [float(text) for text in sys.argv[3:5]]
pauses = random.Random(1)
first = None
BODY = b"x" * 512
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


async def serve(reader, writer):
    global first
    try:
        while await reader.readuntil(b"\r\n\r\n"):
            now = time.monotonic()
            first = first or now
            wait = pause * 2 ** pauses.uniform(-1, 1) if pause else 0
            if stall and stall[0] <= now - first < sum(stall):
                wait = first + sum(stall) - now
            if wait:
                await asyncio.sleep(wait)
            writer.write(ANSWER)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


asyncio.run(main())
