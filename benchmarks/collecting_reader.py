"""The peer's half of benchmarks/collecting.py: `reader`, which updates every feed for each line on standard input."""

from __future__ import annotations

import json
import sys

import feedparser_sgmllib

sys.modules["sgmllib"] = feedparser_sgmllib  # the name by which reader's own copy of feedparser asks for it

from reader import make_reader  # noqa: E402 - it needs the line above


def main() -> None:
    """One update of all a line, by 20 workers; each is answered with what there is now."""
    folder, urls = sys.argv[1], json.loads(sys.argv[2])
    reader = make_reader(f"{folder}/reader.db")
    for url in urls:
        reader.add_feed(url)
    print("ready", flush=True)
    while sys.stdin.readline():
        reader.update_feeds(workers=20, scheduled=False)
        feeds, entries = reader.get_feed_counts(), reader.get_entry_counts()
        print(json.dumps([feeds.total, feeds.broken, entries.total, entries.total]), flush=True)


if __name__ == "__main__":
    main()
