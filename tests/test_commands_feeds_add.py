"""`dateline feeds add`: what a person sees of a site, what is asked, and what then stands in config.toml."""

from __future__ import annotations

import io
import signal
from typing import TYPE_CHECKING

import pytest

import bot
from monitor.config.load import load_settings
from tests.terminal import answering

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings import FeedSettings
    from tests.loopback import Loopback

HTML, XML = ({"Content-Type": kind} for kind in ("text/html", "application/rss+xml"))
CONFIG = """# ours
[rules]
packs = ['immigration']

[network]
allow = ['127.0.0.1:{port}']
host_gap_seconds = 0

[[feed]]
url = '{known}'
outlet = 'Known'

[[channel]]
id = 'C0000000001'
timezone = 'America/New_York'
"""
HOME = """<!doctype html><html><head><title>Home</title><meta property="og:site_name" content="The Patapsco Ledger">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/atom+xml" href="/atom">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/rss+xml" href="/old"></head>
<body><main><h1>Council votes</h1><p id="one">It voted on Monday.</p></main></body></html>"""


def rss(title: str, *slugs: str) -> str:
    """A feed of that title, with an entry of 2026 for each."""
    items = "".join(f"<item><title>{slug}</title><link>https://ledger.example/{slug}</link>"
                    "<pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item>" for slug in slugs)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


@pytest.fixture
def site(loopback: Loopback) -> Loopback:
    """A newspaper that names its feed twice, one of comments, one that is gone, and a news sitemap."""
    sitemap = ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
               "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://ledger.example/c</loc>"
               "<news:news><news:publication_date>2026-01-05T10:00:00Z</news:publication_date><news:title>C</news:title>"
               "</news:news></url></urlset>")
    loopback.answer("/", HOME, headers=HTML)
    loopback.answer("/feed", rss("Ledger: all news", "a", "b"), headers=XML)
    loopback.answer("/atom", rss("Ledger: all news", "b", "a"), headers=XML)
    loopback.answer("/comments/feed", rss("Comments", "x"), headers=XML)
    loopback.answer("/old", status=410)
    loopback.answer("/robots.txt", f"User-agent: *\nSitemap: {loopback.url('/news-sitemap.xml')}\n")
    loopback.answer("/news-sitemap.xml", sitemap, headers={"Content-Type": "application/xml"})
    loopback.answer("/script", "<html><body><div id=app></div></body></html>", headers=HTML)
    loopback.answer("/policy", HOME.partition("<link")[0] + HOME.partition("</head>")[2], headers=HTML)
    return loopback


@pytest.fixture
def config(site: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that may read that site; nobody sits at a terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.delenv("DATELINE_DATABASE_URL", raising=False)
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(port=site.port, known="https://known.example/feed"), encoding="utf-8")
    return file


def add(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of the command."""
    status = bot.main(["--config", str(config), "feeds", "add", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], config: Path, url: str, *answers: str,
          options: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """The same by somebody who types these answers."""
    with answering(*answers) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        return add(capsys, config, url, *options)


def added(config: Path) -> list[tuple[str, str, str, str, str]]:
    """What stands behind the known feed, as (kind, url, outlet, home, selector)."""
    def parts(one: FeedSettings) -> tuple[str, str, str, str, str]:
        return one.kind, one.url, one.outlet, one.home, one.selector

    return [parts(one) for one in load_settings(config, {}).feeds if one.outlet != "Known"]


def test_a_site_shows_its_feeds_and_the_chosen_one_is_written(
    site: Loopback, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """RSS and Atom of one site are one choice; what is gone is named; Enter takes what stands in brackets."""
    status, out, _ = typed(monkeypatch, capsys, config, site.url("/"), "1", "", "Baltimore, MD")
    shown = [line.strip() for line in out.splitlines() if line.startswith("  ") and line[2:3].isdigit()]
    assert ["1  Ledger: all news", "2  Comments", "3  News sitemap: 127.0.0.1", "4  Watch this page: Home"] == shown
    assert "2 entries, the newest from " in out
    assert f"Named too, and cannot be read: {site.url('/old')}: 127.0.0.1 says that this address is gone" in out
    assert 0 == status
    assert [("feed", site.url("/feed"), "The Patapsco Ledger", "Baltimore, MD", "")] == added(config)
    assert config.read_text().startswith("# ours\n[rules]")


def test_answers_that_will_not_do_are_asked_again(
    site: Loopback, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a word on what would do."""
    _, out, _ = typed(monkeypatch, capsys, config, site.url("/"), "9", "2", "Letters", "Baltimore", "MD")
    assert "Type 1, 2, 3 or 4, or 0 for none." in out
    assert "Write town and state, such as Baltimore, MD" in out
    assert [("feed", site.url("/comments/feed"), "Letters", "MD", "")] == added(config)


def test_a_page_is_watched_by_a_part_that_is_on_it(
    site: Loopback, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The selector is tried on the page before it is written."""
    status, out, _ = typed(monkeypatch, capsys, config, site.url("/policy"), "#two", "div[", "#one", "Sheriff", "",
                           options=("--page",))
    assert "there is no #two on the page" in out
    assert "is no CSS selector" in out
    assert "That is 1 paragraph; it begins “It voted on Monday.”" in out
    assert (0, [("page", site.url("/policy"), "Sheriff", "", "#one")]) == (status, added(config))


@pytest.mark.parametrize("answers", [("0",), (), ("9",) * 5], ids=["none", "end-of-input", "nonsense"])
def test_nothing_is_written_without_an_answer(
    answers: tuple[str, ...], site: Loopback, config: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str]
) -> None:
    """No default is taken for somebody who did not choose."""
    status, out, err = typed(monkeypatch, capsys, config, site.url("/"), *answers)
    assert (1, []) == (status, added(config))
    assert "Nothing was written" in out + err


def test_where_nobody_can_be_asked_the_choices_are_shown(
    site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And how to make one without being asked."""
    status, out, _ = add(capsys, config, site.url("/"))
    assert (1, []) == (status, added(config))
    assert "--yes              takes number 1" in out
    assert "--page" in out


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        ("/", ("--yes",), ("feed", "/feed", "The Patapsco Ledger", "", "")),
        ("/feed", ("--yes", "--home", "MD"), ("feed", "/feed", "Ledger: all news", "MD", "")),
        ("/", ("--yes", "--page", "--outlet", "Ledger"), ("page", "/", "Ledger", "", "")),
        ("/policy", ("--yes", "--selector", "#one"), ("page", "/policy", "The Patapsco Ledger", "", "#one")),
    ])
def test_options_answer_the_questions(
    path: str, options: tuple[str, ...], expected: tuple[str, ...], *, site: Loopback, config: Path,
    capsys: pytest.CaptureFixture[str]
) -> None:
    """--yes takes the first feed; --page and --selector watch the page, also where it names feeds."""
    kind, found, *rest = expected
    assert 0 == add(capsys, config, site.url(path), *options)[0]
    assert [(kind, site.url(found), *rest)] == added(config)


@pytest.mark.parametrize(
    ("url", "options", "part"),
    [
        ("https://known.example/feed/", (), "in config.toml already, as Known, line 9"),
        ("{site}/missing", ("--yes",), "has nothing at this address (404)"),
        ("the ledger", (), "holds a space"),
        ("mailto:desk@ledger.example", (), "this is a mail address"),
        ("{site}/missing", ("--yes",), "Try the home page: dateline feeds add http://127.0.0.1"),
        ("ftp://ledger.example/feed", (), "not an address of the web"),
        ("{site}/policy", ("--yes", "--selector", "#two"), "there is no #two on the page"),
        ("{site}/policy", ("--selector", "p["), "is no CSS selector"),
        ("{site}/feed", ("--yes", "--page"), "there is no page to watch"),
        ("{site}/feed", ("--home", "Baltimore"), "write 'Baltimore, MD' or 'MD'"),
    ])
def test_what_cannot_be_added_says_why(
    url: str, options: tuple[str, ...], part: str, *, site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence on standard error, and the file as it was."""
    before = config.read_bytes()
    status, _, err = add(capsys, config, url.format(site=site.url("")), *options)
    assert (1, before) == (status, config.read_bytes())
    assert part in err


def test_the_second_best_is_never_taken_in_silence(
    site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the first feed is known, --yes would else add the comments."""
    assert 0 == add(capsys, config, site.url("/"), "--yes")[0]
    status, out, err = add(capsys, config, site.url("/"), "--yes")
    assert "1  Ledger: all news (in config.toml already)" in out
    assert "give its own address" in err
    assert (1, 1) == (status, len(added(config)))


def test_a_page_is_never_watched_in_silence(site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--yes alone means feeds."""
    site.scripts["/robots.txt"] = []
    site.answer("/robots.txt", status=404)
    status, _, err = add(capsys, config, site.url("/policy"), "--yes")
    assert (1, []) == (status, added(config))
    assert "add --page" in err


def test_a_page_that_a_script_makes_is_called_so(
    site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing on it that could be watched, and no word of an HTML page helps anybody."""
    site.scripts["/robots.txt"] = []
    site.answer("/robots.txt", status=404)
    status, _, err = add(capsys, config, site.url("/script"), "--yes")
    assert (1, []) == (status, added(config))
    assert "perhaps a script makes it in the browser, and that cannot be watched" in err


def test_with_page_only_the_page_is_offered(
    site: Loopback, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever asks for it has chosen; what it is called by default is the site's own name."""
    status, out, _ = typed(monkeypatch, capsys, config, site.url("/policy"), "", "", "", options=("--page",))
    assert (0, 0, 1) == (status, out.count("News sitemap"), out.count("Watch this page"))
    assert "(Enter: its main part)" in out
    assert [("page", site.url("/policy"), "The Patapsco Ledger", "", "")] == added(config)


def test_the_first_feed_of_all_can_be_added(
    site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A configuration that names none yet is no mistake here; elsewhere it is, and says how to add one."""
    text = config.read_text()
    config.write_text(text[:text.index("[[feed]]")] + text[text.index("[[channel]]"):])
    assert 0 == bot.main(["--config", str(config), "feeds", "list"])
    assert 1 == bot.main(["--config", str(config), "status"])
    assert "or:  dateline feeds add https://outlet.org" in capsys.readouterr().err
    assert 0 == add(capsys, config, site.url("/feed"), "--yes")[0]
    assert [site.url("/feed")] == [one[1] for one in added(config)]


def test_ctrl_c_ends_the_questions_at_once(
    site: Loopback, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not after the last answer, as an event loop would have it; and nothing is written."""
    with answering("1", "Ledger", "MD") as terminal:
        def interrupted() -> str:
            signal.raise_signal(signal.SIGINT)
            return "1\n"

        monkeypatch.setattr(terminal, "readline", interrupted)
        monkeypatch.setattr("sys.stdin", terminal)
        status, out, err = add(capsys, config, site.url("/"))
    assert (1, "\nNothing was written.\n", []) == (status, err, added(config))
    assert "What is the outlet called?" not in out


@pytest.mark.parametrize(("status", "path"), [(301, "/feed"), (302, "/moved")])
def test_only_an_address_that_moved_for_good_is_replaced(
    status: int, path: str, site: Loopback, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A passing detour is not what should stand in the file."""
    site.answer("/moved", status=status, headers={"Location": "/feed"})
    assert 0 == add(capsys, config, site.url("/moved"), "--yes")[0]
    assert site.url(path) == added(config)[0][1]
