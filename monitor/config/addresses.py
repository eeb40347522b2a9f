"""Addresses in config.toml: feeds, Slack's API, exceptions from the address guard, the database. Pure but for one look
whether a database name is a folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from monitor.config.values import Fault
from monitor.settings import Allowed

if TYPE_CHECKING:
    from pathlib import Path


def feed_address(text: str) -> str | Fault:
    """An http(s) address, kept as written: servers may sign every character of it."""
    if re.search(r"[\s\x00-\x1f]", text):
        return Fault("C150", "the address of a feed holds a space or line break", "remove it, or write %20", text)
    if "://" not in text:
        return Fault("C150", f'"{text}" is not a web address', f"begin it with https://, as in 'https://{text}'", text)
    scheme, host = _scheme_and_host(text)
    if not host:
        return Fault("C150", "this is not a whole web address", "write one like 'https://outlet.org/feed'", text)
    if scheme not in ("http", "https"):
        return Fault("C150", f'"{scheme}://" is not an address of the web', f"try 'https{text[len(scheme):]}'", text)
    if "@" in urlsplit(text).netloc:
        return Fault("C150", "the address of a feed holds a user name or password, which do not belong in this file",
                     "use a feed that needs none; ask the outlet for one", text)
    return text


def without_feed_scheme(text: str) -> str:
    """The address behind feed:// or feed:, which some sites write so that a click opens a feed reader."""
    if not text.lower().startswith("feed:"):
        return text
    plain = text[5:].lstrip("/")
    return plain if "://" in plain else f"http://{plain}"


def heartbeat_address(text: str) -> str | Fault:
    """The address of a watchdog. It is a secret as a whole, so the Fault repeats nothing of it."""
    scheme, host = _scheme_and_host(text)
    if host and scheme in ("http", "https") and not re.search(r"[\s\x00-\x1f]", text):
        return text
    return Fault("C180", "the address of the watchdog cannot be read",
                 "copy the whole address that the watchdog asks to be called at; it begins with https://")


def _scheme_and_host(text: str) -> tuple[str, str]:
    """Both in small letters; an empty host where the text is no address, or has a port that is none."""
    try:
        parts = urlsplit(text)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:  # a bracket left open, a port of letters
        return "", ""
    return parts.scheme.lower(), host or ""


def slack_address(text: str) -> str | Fault:
    """The base of Slack's API, with the final slash. Plain http only to this machine: the token travels with it."""
    scheme, host = _scheme_and_host(text)
    if host and (scheme == "https" or (scheme == "http" and _is_loopback(host))):
        return text.rstrip("/") + "/"
    return Fault("C141", "base_url must begin with https://: the Slack token is sent there",
                 "remove the line; it is for tests only, and http:// is for this machine only", text)


def webhook_address(text: str) -> str | Fault:
    """The address of an incoming webhook, stripped. It is a secret as a whole, so the Fault repeats nothing of it."""
    address = text.strip()
    scheme, host = _scheme_and_host(address)
    slack = scheme == "https" and host in ("hooks.slack.com", "hooks.slack-gov.com")
    if not re.search(r"[\s\x00-\x1f]", address) and (slack or (scheme in ("http", "https") and _is_loopback(host))):
        return address
    return Fault("C168", "this is not the address of an incoming webhook of Slack",
                 "copy the Webhook URL from Incoming Webhooks of the Slack app; it begins with https://hooks.slack.com/")


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def same_feed(text: str) -> str:
    """What two addresses of one feed share: http or https, a final slash and a fragment make no other feed."""
    host, slash, path = text.partition("://")[2].partition("#")[0].partition("/")
    return f"{host.lower()}{slash}{path}".rstrip("/")


def home_place(text: str) -> str | Fault:
    """"Baltimore, MD", "MD" or nothing."""
    if not text or re.fullmatch(r"(?:[^,]+, )?[A-Z]{2}", text):
        return text
    return Fault("C152", f'home = "{text}" does not end in a state of two letters',
                 "write 'Baltimore, MD' or 'MD'; leave the line out for a national outlet", text)


def user_agent(text: str) -> str | Fault:
    """What servers are told who asks; HTTP headers carry plain ASCII."""
    if text.strip() and text.isascii() and text.isprintable():
        return text
    return Fault("C142", "user_agent must be one line of plain letters, without accents",
                 "remove the line to use the default")


_GUARD_FORM = "write host and port, as in '127.0.0.1:8800', 'feeds.internal:443', '10.1.0.0/16:443' or '[fd00::/8]:443'"


def allowed(text: str) -> Allowed | Fault:
    """An exception from the address guard. The port is required: a host is seldom meant whole."""
    read = re.fullmatch(r"\[([^\]]+)\]:([0-9]+)|([^:\s]+):([0-9]+)", text)
    if not read:
        return Fault("C140", f'"{text}" does not name one host or network and one port', _GUARD_FORM, text)
    host, port = read[1] or read[3], int(read[2] or read[4])
    if not 0 < port < 65536:
        return Fault("C140", f'"{text}" has no port between 1 and 65535', _GUARD_FORM, text)
    return _network_fault(host, text) or Allowed(host, port)


def _network_fault(host: str, text: str) -> Fault | None:
    from ipaddress import ip_network

    if "/" not in host:
        return None
    try:
        ip_network(host)
    except ValueError:
        try:
            whole = str(ip_network(host, strict=False))
        except ValueError:
            return Fault("C140", f'"{host}" is not a network', _GUARD_FORM, text)
        return Fault("C140", f'"{host}" is an address inside a network', f"write '{text.replace(host, whole)}'", text)
    return None


_POSTGRES = ("postgresql+psycopg", "postgresql", "postgres")
_DATABASE_FORM = "write a file name ('data/dateline.db') or 'postgresql://user@host/name'"


def database_url(text: str, folder: Path, *, may_hold_password: bool) -> str | Fault:
    """The address storage opens. File names are taken beside config.toml (`folder`, absolute)."""
    scheme, colon, rest = text.partition("://")
    if not colon:
        return _sqlite(text, folder)
    if scheme == "sqlite":
        return _sqlite(rest[1:], folder) if rest.startswith("/") and len(rest) > 1 else Fault(
            "C130", f'"{text}" names no file', "three slashes, then the file: 'sqlite:///data/dateline.db'", text)
    if scheme not in _POSTGRES:
        return Fault("C130", f'Dateline does not know databases of the kind "{scheme}"', _DATABASE_FORM, scheme)
    if not may_hold_password and _has_password(text):
        return Fault("C131", "a database password does not belong in this file",
                     "remove the line, change the password, and put the whole address into the environment variable\n"
                     "DATELINE_DATABASE_URL, which wins over this file")
    return f"postgresql+psycopg://{rest}"


def _sqlite(name: str, folder: Path) -> str | Fault:
    path = beside(folder, name)
    if path is None or "?" in str(path) or path.is_dir():
        return Fault("C130", f'"{name}" cannot be the name of the database file', _DATABASE_FORM, name)
    return f"sqlite:///{path}"


def beside(folder: Path, name: str) -> Path | None:
    """The absolute path of a name in config.toml; None where no file can be called so."""
    try:
        path = (folder / name).resolve()
        path.exists()
    except (OSError, ValueError):  # longer than the file system allows; a NUL inside
        return None
    return path if name else None


def _has_password(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.password) or "password" in parse_qs(parts.query)
    except ValueError:
        return True  # not readable as an address: assume the worst, show nothing of it
