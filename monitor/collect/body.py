"""Bodies decompressed with a bound: a few kilobytes on the wire can hold a gigabyte.

An HTTP client's own decoding hands over one piece of any size, before its length can be looked at.
"""

from __future__ import annotations

import zlib

from monitor.errors import FetchError

_GZIP = 31  # wbits: a gzip header and trailer, nothing else
_PIECE = 65_536


class Body:
    """Collects a body piece by piece, at most `limit` bytes both on the wire and decompressed.

    Raises FetchError: "encoding" for a coding that was not offered or is broken, "size" beyond the limit.
    """

    def __init__(self, coding: str, limit: int) -> None:
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip"}:
            raise FetchError("encoding", f"the answer is packed as “{coding[:40]}”, which was not asked for")
        self._inflate = zlib.decompressobj(_GZIP) if "gzip" in coding else None
        self._limit = limit
        self._wire = 0
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece from the wire."""
        self._wire += len(piece)
        if self._wire > self._limit:
            raise too_large(self._limit)
        if self._inflate is None:
            self._keep(piece)
        else:
            self._unpack(piece)

    @property
    def complete(self) -> bool:
        """Whether a compressed body reached its end; a plain one cannot tell."""
        return self._inflate is None or self._inflate.eof

    def content(self) -> bytes:
        """All of it so far."""
        return b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._limit:
            raise too_large(self._limit)
        self._pieces.append(piece)

    def _unpack(self, piece: bytes) -> None:
        assert self._inflate is not None
        try:
            while piece:
                if self._inflate.eof:  # gzip members may follow one another
                    if not piece.startswith(b"\x1f"):
                        return  # padding after the end, as browsers ignore it
                    self._inflate = zlib.decompressobj(_GZIP)
                self._keep(self._inflate.decompress(piece, _PIECE))
                piece = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
        except zlib.error as error:
            raise FetchError("encoding", "the answer says it is gzip and cannot be unpacked") from error


def too_large(limit: int) -> FetchError:
    """The refusal of a document over `limit` bytes."""
    return FetchError("size", f"the document is larger than {limit / 1e6:g} MB, which no feed or article needs")
