"""Which characters the bytes of a document are. Declarations are wrong often enough to be asked second."""

from __future__ import annotations

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.+-]{1,40})", re.IGNORECASE)
_META_BYTES = 4_096  # browsers look for a declaration in the first kilobyte


def as_utf8(body: bytes) -> str | None:
    """The text where `body` is UTF-8 or nearly so, whatever it was declared; None: ask the declarations.

    Nearly: at most one byte in a thousand is none, and fewer than the characters that prove UTF-8. Such strays are
    read as Windows quotation marks and accents. Trusting the declaration instead turns every accent of the document.
    """
    if body[:2] in _UTF16 or b"\0" in body[:4] or b"\x1b" in body:  # UTF-16, UTF-32, ISO-2022
        return None
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode()
    except UnicodeDecodeError:
        strays = body.decode(errors="replace").count("\ufffd")
    if strays * 1_000 > len(body) or strays > len(_MULTIBYTE.findall(body)):
        return None
    codecs.register_error("as-cp1252", _as_cp1252)
    return body.decode(errors="as-cp1252")


def page_text(body: bytes, content_type: str) -> str:
    """An HTML page as text: UTF-8 where it is that, else by its header, its meta element, or as a browser guesses."""
    text = as_utf8(body)
    if text is not None:
        return text
    declared = _CHARSET.search(content_type) or _CHARSET.search(body[:_META_BYTES].decode("latin-1"))
    name = "utf-16" if body[:2] in _UTF16 else declared[1] if declared else "cp1252"
    try:
        return body.decode("cp1252" if name.lower() in {"iso-8859-1", "latin-1", "us-ascii"} else name, "replace")
    except LookupError:
        return body.decode("cp1252", "replace")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
