"""A digest as one HTML page that looks like the channel it goes to: a file to open, send round or photograph.

Self-contained (styles inline, no script, no request to anywhere, and a content policy that says so), drawn from the
frozen payload like the terminal preview.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render.lines import MENU, Kind, above, read, replies, threads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.slack.render.lines import Line, Payload
    from monitor.slack.render.mrkdwn import Token

_ELEMENT: dict[Kind, str] = {
    "title": "h2",
    "topic": "h3",
    "headline": "p",
    "quote": "blockquote",
    "bullet": "li",
    "small": "p",
    "text": "p",
    "story": "p",
    "buttons": "p",
}

_STYLE = """
:root { color-scheme: light dark; --page:#f3f1f4; --paper:#fff; --ink:#1d1c1d; --soft:#616061; --line:#e3e1e4;
  --link:#1264a3; --bar:#3f0e40; --bar-ink:#fff; --mark:#fdeeb5; --mark-ink:#1d1c1d; --badge:#e8e6e9; --app:#1d3557; }
@media (prefers-color-scheme: dark) { :root { --page:#121016; --paper:#1a1d21; --ink:#d1d2d3; --soft:#9b9c9e;
  --line:#36393d; --link:#4ea3dd; --bar:#350d36; --mark:#5b4a12; --mark-ink:#fff3c9; --badge:#36393d; --app:#3c5f8f; } }
* { box-sizing: border-box; }
body { margin:0; padding:24px 12px; background:var(--page); color:var(--ink); -webkit-text-size-adjust:100%;
  font:15px/1.47 Lato,"Helvetica Neue","Noto Sans",Roboto,Arial,sans-serif; }
.window { max-width:760px; margin:0 auto; background:var(--paper); border:1px solid var(--line); border-radius:10px;
  overflow:hidden; box-shadow:0 8px 28px rgba(0,0,0,.12); }
.bar { background:var(--bar); color:var(--bar-ink); padding:12px 20px; font-weight:700; font-size:16px; margin:0; }
.channel { margin:0; padding:12px 20px; border-bottom:1px solid var(--line); font-weight:800; font-size:17px; }
.message { display:flex; gap:12px; padding:16px 20px; }
.message + .message { border-top:1px solid var(--line); }
.avatar { flex:none; width:38px; height:38px; border-radius:8px; background:var(--app); color:#fff; font-weight:800;
  font-size:20px; display:grid; place-items:center; }
.said { flex:1; min-width:0; overflow-wrap:anywhere; }
.who { font-weight:800; margin:0; line-height:1.3; }
.badge { font-size:10px; font-weight:700; background:var(--badge); color:var(--soft); padding:1px 4px;
  border-radius:3px; vertical-align:1.5px; margin-left:3px; }
h2 { font-size:18px; line-height:1.3; font-weight:800; margin:4px 0; }
h3 { font-size:17px; line-height:1.3; font-weight:800; margin:26px 0 2px; }
p { margin:2px 0; }
ul { margin:4px 0; padding-left:22px; }
.headline { margin-top:14px; font-weight:700; }
h3 + .headline { margin-top:8px; }
a { color:var(--link); text-decoration:none; }
a:hover, a:focus { text-decoration:underline; }
blockquote { margin:5px 0; padding:1px 0 1px 13px; border-left:4px solid var(--line); border-radius:2px; }
.small { font-size:13px; color:var(--soft); line-height:1.5; }
mark { background:var(--mark); color:var(--mark-ink); font-weight:700; border-radius:3px; padding:0 1px;
  margin:0 -1px; }
.headline mark { color:inherit; font-style:italic; }
.small + .text { margin-top:8px; }
.story:empty { height:12px; }
code { font:12px/1.4 Menlo,Consolas,monospace; background:var(--page); border:1px solid var(--line); border-radius:3px;
  padding:1px 4px; color:#c01343; }
.menu { float:right; margin:0 0 4px 12px; padding:0 9px; border:1px solid var(--line); border-radius:5px;
  font-weight:700; color:var(--soft); cursor:default; }
.buttons { margin-top:8px; }
.button { display:inline-block; margin:2px 8px 2px 0; padding:3px 11px; border:1px solid var(--line);
  border-radius:5px; font-size:13px; font-weight:700; }
.thread { margin:0 0 12px 50px; border-left:2px solid var(--line); }
.replies { color:var(--link); font-size:13px; font-weight:700; margin:0 0 0 18px; }
hr { border:0; border-top:1px solid var(--line); margin:12px 0; }
@media (max-width:520px) { body { padding:0; background:var(--paper); } .window { border:0; border-radius:0;
  box-shadow:none; } .message { padding:14px 12px; gap:9px; } .bar, .channel { padding-left:12px; } }
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main class="window">
<h1 class="bar">{title}</h1>
{content}
</main>
</body>
</html>
"""


def to_html(
    payloads: Sequence[Payload], title: str, channels: Mapping[str, str] | None = None
) -> str:
    """One page with these messages in order, replies below the first message of their thread.

    `channels` names channel ids; messages of a named one get its heading.
    """
    drawn: list[str] = []
    names = channels or {}
    current = ""
    for first, *below in threads(payloads):
        channel = "" if isinstance(first, Message) else str(first.get("channel", ""))
        if channel != current and channel in names:
            drawn.append(f'<p class="channel"># {escape(names[channel].lstrip("#"))}</p>')
        current = channel
        if words := above(first):
            drawn.append(_thread(words, [first, *below]))
            continue
        drawn.append(_message(first))
        drawn += [_thread(replies(len(below)), below)] if below else []
    return _PAGE.format(title=escape(title), style=_STYLE, content="\n".join(drawn))


def _thread(words: str, messages: Sequence[Payload]) -> str:
    drawn = "\n".join(map(_message, messages))
    return f'<section class="thread">\n<p class="replies">{words}</p>\n{drawn}\n</section>'


def _message(payload: Payload) -> str:
    return (
        '<article class="message">\n<div class="avatar" aria-hidden="true">D</div>\n<div class="said">\n'
        '<p class="who">Dateline <span class="badge">APP</span></p>\n'
        f"{_lines(list(read(payload)))}\n</div>\n</article>"
    )


def _lines(lines: Sequence[Line]) -> str:
    drawn: list[str] = []
    for at, line in enumerate(lines):
        before = lines[at - 1].kind if at else None
        after = lines[at + 1].kind if at + 1 < len(lines) else None
        if line.kind == "bullet" and before != "bullet":
            drawn.append("<ul>")
        drawn.append(_line(line))
        if line.kind == "bullet" and after != "bullet":
            drawn.append("</ul>")
    return "\n".join(drawn)


def _line(line: Line) -> str:
    if line.kind == "rule":
        return "<hr>"
    name = _ELEMENT[line.kind]
    return f'<{name} class="{line.kind}">{_menu(line)}{_anchored(line)}</{name}>'


def _menu(line: Line) -> str:
    return f'<span class="menu" title="{escape(" · ".join(line.menu))}">{MENU}</span>' if line.menu else ""


def _anchored(line: Line) -> str:
    """The words of a line; neighbours with the same address become one link, as they look in Slack."""
    drawn: list[str] = []
    current = ""
    for token in line.tokens:
        if token.url != current:
            drawn.append(("</a>" if current else "") + _opening(token.url))
            current = token.url
        drawn.append(_words(line, token))
    return "".join(drawn) + ("</a>" if current else "")


def _opening(url: str) -> str:
    return f'<a href="{escape(url)}" target="_blank" rel="noreferrer noopener">' if url else ""


def _words(line: Line, token: Token) -> str:
    words = escape(token.text)
    if line.kind == "buttons":
        return f'<span class="button">{words}</span>'
    if token.code:
        return f"<code>{words}</code>"
    if line.marked(token):
        return f"<mark>{words}</mark>"
    if token.bold and line.kind != "headline":
        return f"<strong>{words}</strong>"
    return f"<em>{words}</em>" if token.italic else words
