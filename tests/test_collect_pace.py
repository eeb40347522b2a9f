"""How many requests may run and start, on a loop whose clock the test turns."""

from __future__ import annotations

import asyncio

from monitor.collect.pace import Pace


class TurnedClock(asyncio.SelectorEventLoop):
    """A loop in which waiting takes no time: its clock jumps to the next thing due."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0.0

    def time(self) -> float:
        return self.ahead

    def _run_once(self) -> None:
        ready, scheduled = self._ready, self._scheduled  # type: ignore[attr-defined] # the loop's queues have no public name
        if not ready and scheduled:
            self.ahead = max(self.ahead, scheduled[0].when())
        super()._run_once()  # type: ignore[misc]


def starts(pace: Pace, hosts: list[str], *, lasting: float = 0.0) -> list[tuple[str, float]]:
    """When each of the requests started, in order, if each lasts so long."""
    started: list[tuple[str, float]] = []

    async def request(host: str) -> None:
        async with pace.turn(host):
            started.append((host, round(asyncio.get_running_loop().time(), 3)))
            await asyncio.sleep(lasting)

    async def all_of_them() -> None:
        await asyncio.gather(*map(request, hosts))

    with asyncio.Runner(loop_factory=TurnedClock) as runner:
        runner.run(all_of_them())
    return started


def test_starts_on_one_host_keep_their_distance() -> None:
    """One second apart, whatever the answers take."""
    pace = Pace(per_host=2, gap=1.0, starts_per_second=100)
    assert [("a", 0.0), ("a", 1.0), ("a", 2.0)] == starts(pace, ["a", "a", "a"])


def test_few_requests_run_on_one_host() -> None:
    """The third waits until one of the two has ended."""
    pace = Pace(per_host=2, gap=0.0, starts_per_second=1_000)
    assert [0.0, 0.001, 10.0] == [at for _, at in starts(pace, ["a", "a", "a"], lasting=10.0)]


def test_a_slow_host_holds_up_no_other() -> None:
    """Another host's request does not queue behind the waiting ones."""
    pace = Pace(per_host=1, gap=5.0, starts_per_second=10)
    assert ("b", 0.1) == starts(pace, ["a", "a", "a", "b"])[1]


def test_starts_are_limited_over_all() -> None:
    """Many hosts together start no faster than allowed."""
    pace = Pace(per_host=2, gap=1.0, starts_per_second=4)
    assert [0.0, 0.25, 0.5] == [at for _, at in starts(pace, ["a", "b", "c"])]


def test_hosts_of_the_past_are_forgotten() -> None:
    """A bot that runs for years does not remember every host it ever asked."""
    pace = Pace(per_host=1, gap=1.0, starts_per_second=10)

    async def ask_many() -> None:
        for number in range(2_500):
            async with pace.turn(f"host-{number}"):
                pass

    with asyncio.Runner(loop_factory=TurnedClock) as runner:
        runner.run(ask_many())
    assert len(pace._lanes) <= 1_000  # nothing else shows it
