"""The program: it runs one command, or ticks until a signal ends it. Every decision is made elsewhere."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from monitor.commands.parser import VERSION, build_parser
from monitor.errors import ConfigError, DatelineError
from monitor.logs import set_up_logging

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.cycle import House

__all__ = ["VERSION", "build_parser", "main"]

log = logging.getLogger("dateline")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is success, 1 a problem that was printed, 2 a command line that was not understood."""
    parser = build_parser()
    args = parser.parse_args(argv)
    if "run" not in args:
        parser.print_help()
        return 2
    set_up_logging(verbose=args.verbose)
    try:
        return _dispatch(args)
    except ConfigError as error:
        print("\n\n".join(str(problem) for problem in error.problems), file=sys.stderr)
        print(f"\n{error}. Nothing was started.", file=sys.stderr)
    except DatelineError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt as stop:
        print(f"\n{stop}" if stop.args else "stopped", file=sys.stderr)
    except BrokenPipeError:
        # `dateline status | head`: the reader has seen enough. Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _dispatch(args: argparse.Namespace) -> int:
    room, name = args.run.split(":")
    if room == "bot":
        return asyncio.run(_bot(args.config, forever=name == "run"))
    command = getattr(import_module(f"monitor.commands.{room}"), name)
    status: int = command(args)
    return status


async def _bot(config: Path, *, forever: bool) -> int:
    from monitor.config.load import load_settings
    from monitor.cycle import opened, run_cycle

    settings = load_settings(config, os.environ)
    if not forever:  # there is no next round that would go on with a backlog, or with what is slow
        settings = replace(settings, delivery=replace(settings.delivery, budget=math.inf),
                           polling=replace(settings.polling, patience=math.inf))
    async with opened(settings, _clock) as house:
        log.info("started; feeds: %d, channels: %d%s", len(settings.feeds), len(settings.channels),
                 "; the first round may take minutes, Ctrl-C stops" if forever else "")
        if not forever:
            return 1 if (await run_cycle(house)).undelivered else 0
        await _tick_until_stopped(house)
    return 0


async def _tick_until_stopped(house: House) -> None:
    """APScheduler ticks; what is due stands in the database. SIGTERM and SIGINT end it.

    One job, never twice at once, and a missed tick is simply the next one: nothing depends on a tick's time.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(_tick, "interval", args=[house], seconds=house.settings.polling.tick_seconds,
                      next_run_time=_clock(), max_instances=1, coalesce=True, misfire_grace_time=None)
    scheduler.start()
    house.listen()
    await stop.wait()
    log.info("stopping")
    scheduler.pause()  # or the end of this round would start the next one
    await house.finish()
    scheduler.shutdown(wait=False)


async def _tick(house: House) -> None:
    """The scheduler's job boundary: whatever a round dies of is logged, and the next one starts from what is stored."""
    from monitor.cycle import run_rounds

    house.current = asyncio.create_task(run_rounds(house))
    await asyncio.wait([house.current])
    if house.current.cancelled():
        return
    error = house.current.exception()
    if isinstance(error, DatelineError):
        log.error("%s", error)
    elif error:
        log.error("this round failed; the next one starts from what is stored", exc_info=error)


def _clock() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
