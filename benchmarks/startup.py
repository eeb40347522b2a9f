"""How long the quick commands take beyond a bare interpreter: median of seven runs, in one go.

The bounds are 0.4 s for `--help` and 0.8 s for `rules check`: an admin runs them after every edit.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 7
PROGRAM = [sys.executable, "-P", "-c", "import sys, bot; sys.exit(bot.main())"]
BOUNDS = {("--help",): 0.4, ("rules", "check"): 0.8}


def seconds(command: list[str]) -> float:
    """Median wall time of a command, in seconds."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    """Print one line a command."""
    bare = seconds([sys.executable, "-c", "pass"])
    print(f"{'python -c pass':<24} {bare:6.3f} s")
    for words, bound in BOUNDS.items():
        over = seconds([*PROGRAM, *words]) - bare
        print(f"{'dateline ' + ' '.join(words):<24} {over:6.3f} s more (bound {bound} s)")


if __name__ == "__main__":
    main()
