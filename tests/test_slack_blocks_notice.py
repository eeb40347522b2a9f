"""Notes to admins: sentences, a list, and what a command printed."""

from __future__ import annotations

from monitor.digest.model import Point
from monitor.slack.render.notice import note
from tests.slack_checks import refused, within_limits


def test_note_counts_what_does_not_fit() -> None:
    """A long list of feeds that do not answer is cut, and says by how much."""
    made = note("Test alert", ["This is a test."], [f"https://f.example/{number} {'x' * 90}" for number in range(90)])
    points = made.blocks[1]["elements"][1]["elements"]
    assert f"… and {90 - len(points) + 1} more" == points[-1]["elements"][0]["text"]
    assert within_limits(made) and made.text.startswith("Test alert\nThis is a test.\n• https://f.example/0")


def test_keys_and_commands_can_be_copied() -> None:
    """From the text beside the blocks too, where underscores could make italics."""
    made = note("Set max_per_day", ["The answer was not_in_channel: put SLACK_BOT_TOKEN into .env, _now_."])
    assert made.text.split("\n") == ["Set max_per_day",
                                     "The answer was not_in_channel: put SLACK_BOT_TOKEN into .env, ＿now＿."]


def test_one_line_without_room_is_one() -> None:
    """It is counted in the singular."""
    made = note("T", ["x " * 499] * 4)
    assert made.blocks[1]["elements"][0]["elements"][0]["text"].endswith("\n… and 1 more line")


def test_what_a_command_printed_keeps_its_form() -> None:
    """Carets stand below what they point at; long rows are cut, and whole problems that do not fit are counted."""
    problems = [f"error[E{number}]: no\n  |\n{number} | query = '{'x' * 400}'\n  |   ^^^" for number in range(60)]
    made = note("T", [], printed=problems)
    block = made.blocks[1]["elements"][0]
    printed = block["elements"][0]["text"]

    assert "rich_text_preformatted" == block["type"]
    assert printed.startswith("error[E0]: no\n  |\n0 | query = 'xxx")
    assert "…\n  |   ^^^\n\nerror[E1]" in printed
    assert f"… and {60 - printed.count('error[')} more" == printed.splitlines()[-1]
    assert within_limits(made)


def test_points_link_articles() -> None:
    """A line of a list names articles, each a link to its address."""
    articles = (("One & two", "https://a.example/?x&y"), ("Bad", "javascript:x"))
    made = note("T", ["a"], [Point("no longer found:", articles)])
    line = made.blocks[1]["elements"][1]["elements"][0]["elements"]

    assert [("no longer found: ", None), ("One & two", "https://a.example/?x&y"), ("; ", None), ("Bad", None)] == [
        (part["text"], part.get("url")) for part in line]
    assert "• no longer found: One &amp; two; Bad" in made.text


def test_stand_in_accepts_notes() -> None:
    """Sentences, links and printed lines: nothing to refuse."""
    made = note("T", ["a & b"], ["c", Point("d:", (("e", "https://a.example/?a&b"),))], ["error: x\n  | ^"])
    assert [] == refused(made)
