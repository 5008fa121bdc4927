"""Measures lists, filters and search of one user over HTTP: p50 and p95 of each question, one caller after another.

queries.py API-URL BEARER-TOKEN [ROUNDS]; fill the user before with loadtest/seed-tasks.sql.
"""

import sys
import time
import urllib.parse
import urllib.request

QUESTIONS = [
    ("list", "tasks", {}),
    ("list by due", "tasks", {"sort": "due"}),
    ("list by -priority, due", "tasks", {"sort": "-priority,due"}),
    ("list by title", "tasks", {"sort": "title"}),
    ("filter today", "tasks", {"filter": "today"}),
    ("filter overdue by due", "tasks", {"filter": "overdue", "sort": "due"}),
    ("filter tag and priority", "tasks", {"filter": "#tag7 AND priority >= high AND status:open"}),
    ("filter list, NOT", "tasks", {"filter": "@list3 AND NOT p1", "sort": "-updated"}),
    ("filter title contains", "tasks", {"filter": "title: topic1999"}),
    ("search one word", "tasks/search", {"q": "topic77 "}),
    ("search two words", "tasks/search", {"q": "review topic77"}),
    ("search prefix", "tasks/search", {"q": "topic19"}),
    ("search phrase", "tasks/search", {"q": '"with group7"'}),
    ("search misspelt", "tasks/search", {"q": "tpoic77 "}),
    ("search nothing", "tasks/search", {"q": "elephant"}),
]


def main():
    base, token = sys.argv[1].rstrip("/"), sys.argv[2]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    print(f"{'question':28}{'items':>6}{'p50 ms':>9}{'p95 ms':>9}")
    for name, path, query in QUESTIONS:
        url = f"{base}/{path}?{urllib.parse.urlencode(query)}"
        times, items = [], 0
        for _ in range(rounds):
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
            start = time.perf_counter()
            body = urllib.request.urlopen(request).read()
            times.append((time.perf_counter() - start) * 1000)
            items = body.count(b'"createdAt"')
        times.sort()
        print(f"{name:28}{items:6}{times[len(times) // 2]:9.1f}{times[int(len(times) * 0.95)]:9.1f}")


main()
