"""Who is who: the address of an article without what varies, and the keys by which an entry is known again. Pure.

A key outlives the text it stands for, so it is a hash: of fixed size, and telling nothing about what was read.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from json.encoder import encode_basestring
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from datetime import datetime

_TELLING_TEXT = 80  # characters; "See today's police log." stands below a new log every day
_CONTENT_DIGITS = 16
_ESCAPED = bytes(sorted({*range(32), *b'"\\'} - {*b"\n"}))  # in JSON, beside the ends of lines
URL_LIMIT = 2_048  # longer ones are broken or hostile, and Slack refuses links over 3,000

# Of one document each address is asked for several times, and that of the feed with every entry.
_REMEMBERED = 512
_TRACKING_PREFIXES = ("utm_", "hsa_", "mtm_", "pk_", "matomo_", "_hs", "guce_")
# Names that only say where a reader came from. Names that some site uses to choose the page stay: id, p, src, page.
_TRACKING = frozenset(
    re.findall(
        r"\S+",
        """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid li_fat_id mc_cid mc_eid mkt_tok igshid igsh
    ref ref_src ref_url referrer cmp cmpid icid ncid ocid s_cid scid smid smtyp sr_share soc_src soc_trk at_medium
    at_campaign at_custom1 at_custom2 at_custom3 at_custom4 at_link_id at_link_type at_format at_ptr_name
    at_bbc_team xtor ito wt_mc wt.mc_id spm trk trkcampaign vero_id oly_enc_id oly_anon_id _ga _gl hsctatracking
    guccounter __twitter_impression fb_action_ids fb_action_types fb_source rss_id feedref partnerref taid tpcc
    """,
    )
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE = "/%:@!$&'()*+,;=~-._"
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]")
# What most articles have: an address with nothing in it that could vary. It is recognised in a tenth of the time that
# taking it apart takes, and is what would come out.
_ORDINARY = re.compile(
    r"https?://([a-z0-9._-]{0,252}[a-z0-9_-](?::(?!80/|443/)(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}))?)(/[A-Za-z0-9/._~-]*)")


@lru_cache(_REMEMBERED)
def canonical_url(url: str) -> str:
    """The address to show and to fetch: http(s), without tracking, fragment, password or default port.

    Empty for anything else: other schemes, addresses that cannot be read, or longer than URL_LIMIT.
    """
    if _ORDINARY.fullmatch(url):
        return url if len(url) <= URL_LIMIT else ""
    try:
        parts = urlsplit(url.strip())
        scheme, netloc = parts.scheme.lower(), _netloc(parts.scheme.lower(), parts.hostname or "", parts.port)
        path, query = quote(parts.path or "/", safe=_SAFE), quote("&".join(_telling(parts.query)), safe=_SAFE + "?")
    except ValueError:  # a port that is no number, a bracket left open, a name that IDNA refuses, half a surrogate
        return ""
    if scheme not in _DEFAULT_PORTS or not netloc:
        return ""
    canonical = urlunsplit((scheme, netloc, path, query, ""))
    return canonical if len(canonical) <= URL_LIMIT else ""


@lru_cache(_REMEMBERED)
def url_key(url: str) -> str:
    """One key for one page, whatever scheme, "www.", trailing slash or order of parameters; empty for no address."""
    canonical = canonical_url(url)
    if not canonical:
        return ""
    if ordinary := _ORDINARY.fullmatch(canonical):
        return _hash("url", ordinary[1].removeprefix("www."), ordinary[2].rstrip("/"), "")
    netloc, _, rest = canonical.partition("://")[2].partition("/")
    path, _, query = rest.partition("?")
    parameters = sorted(map(unquote, query.split("&")))
    return _hash("url", netloc.removeprefix("www."), unquote(f"/{path}").rstrip("/"), *parameters)


def path_key(feed_url: str, url: str) -> str:
    """The key of a page within its feed whatever its host, since a site may move to another; empty for a front page,
    which every entry of a feed may name."""
    path = _path(canonical_url(url))
    return _hash("path", url_key(feed_url) or feed_url, path) if path else ""


def full_key(feed_url: str, url: str, title: str, published: str, text: str) -> str:
    """The key of an entry whose id and link were used for another one before: everything it shows."""
    return _hash("full", url_key(feed_url) or feed_url, url_key(url), title, published, text=text)


def entry_key(feed_url: str, guid: str, url: str, title: str, published: str) -> str:
    """The key of an entry within its feed: by its guid, else its link, else its title and date ("" where undated).

    Pass an empty guid or url where it does not tell the feed's entries apart. Guids are compared as they are.
    """
    feed = url_key(feed_url) or feed_url
    if guid.strip():
        return _hash("guid", feed, guid.strip())
    page = url_key(url)
    return _hash("link", feed, page) if page else _hash("title", feed, flat(title), published)


def title_key(feed_url: str, title: str, published: datetime | None, text: str) -> str:
    """The key by which an entry is known again whose id and link changed; empty where none would be safe.

    The title with the minute of its publication, or with its text where it has no time or a full hour only, as all
    entries of a day may. A column that comes back under its title is news each time, and a wrong merge would hide it.
    """
    feed, named = url_key(feed_url) or feed_url, flat(title)
    if named and published is not None and tells_time(published):
        return _hash("titled", feed, named, published.isoformat())
    if len(text) < _TELLING_TEXT:
        return ""
    return _hash("told", feed, named, published.isoformat() if published else "", text=text)


def tells_time(published: datetime | None) -> bool:
    """Whether the date is more than a day or a full hour, which many entries may share."""
    return published is not None and bool(published.minute or published.second)


def content_hash(title: str, text: str) -> str:
    """The hash by which an edit shows: short, since several are kept of an entry, and only compared with these."""
    return _hash("content", title, text=text)[:_CONTENT_DIGITS]


def flat(text: str) -> str:
    """The text without differences of letter case and blanks."""
    return " ".join(text.casefold().split())


def _path(canonical: str) -> str:
    """Path and parameters without a slash at the end; empty where it has none."""
    return canonical.partition("://")[2].partition("/")[2].rstrip("/")


def _netloc(scheme: str, host: str, port: int | None) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        host = host.encode("idna").decode("ascii")  # shown as punycode: look-alike letters give themselves away
    if not _HOST.fullmatch(host):
        return ""
    return host if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{host}:{port}"


def _telling(query: str) -> list[str]:
    return [pair for pair in query.split("&") if pair and not _is_tracking(pair.partition("=")[0].lower())]


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _hash(*parts: str, text: str | None = None) -> str:
    # As a JSON list, which keeps the parts apart; "surrogatepass" because a guid may hold what no encoding allows.
    listed = f"[{', '.join(map(encode_basestring, parts))}".encode("utf-8", "surrogatepass")
    ended = b"]" if text is None else b", %b]" % _quoted(text)
    return hashlib.sha256(listed + ended).hexdigest()


def _quoted(text: str) -> bytes:
    """A long text as JSON has it, in a third of the time that the encoder takes where nothing but lines is escaped."""
    plain = text.encode("utf-8", "surrogatepass")
    if len(plain.translate(None, _ESCAPED)) == len(plain):
        return b'"%b"' % plain.replace(b"\n", b"\\n")
    return encode_basestring(text).encode("utf-8", "surrogatepass")
