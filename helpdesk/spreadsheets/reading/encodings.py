"""Which encoding a text file is in.

A byte order mark or valid UTF-8 settles it. Of the rest, each candidate has to decode the sample
and is then scored on how much of it looks like the language that encoding is used for; general
detectors guess badly on the few dozen bytes that a short contact list brings. A few broken
characters (a cell cut off at so many bytes, a file cut off at its end) do not make it another
encoding: they count against a candidate, and are read as the replacement character.
"""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

SAMPLE_BYTES = 256 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BROKEN = "\ufffd"
_MOST_BROKEN = 0.05  # of the characters beyond ASCII
_CONVINCING = 0.5  # of a score; no wrong guess comes near it


def detect(stream: BinaryIO) -> str:
    """The name of the codec for the text in ``stream``, which is read and not closed."""
    sample = _sample(stream)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    unmarked = _unmarked_utf16(sample)
    if unmarked:
        return unmarked
    if _is_utf8(stream):
        return "utf-8"
    telling = _interesting(stream, sample)
    return "utf-8" if _is_nearly_utf8(telling) else _best_legacy(telling)


def _sample(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(SAMPLE_BYTES)


def _unmarked_utf16(sample: bytes) -> str:
    """UTF-16 without a mark shows as a zero in every second byte; stray NULs are far rarer."""
    half = len(sample) // 2
    if half < 4:
        return ""
    if sample[1::2].count(0) > half * 0.4:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > half * 0.4 else ""


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    try:
        while chunk := stream.read(SAMPLE_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_utf8(sample: bytes) -> bool:
    """Whether this is UTF-8 but for a few broken characters; text of the others hardly ever reads as UTF-8 at all."""
    beyond = [c for c in sample.decode(errors="replace") if ord(c) > 127]
    return beyond.count(_BROKEN) * 8 <= len(beyond)


def _interesting(stream: BinaryIO, sample: bytes) -> bytes:
    """A sample with high bytes in it, up to the last whole line: the first may lie far down."""
    stream.seek(0)
    chunk = sample
    while chunk and not _HIGH_RUN.search(chunk):
        chunk = stream.read(SAMPLE_BYTES)
    end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    return chunk[:end] if end > 0 and len(chunk) >= SAMPLE_BYTES else chunk


def _best_legacy(sample: bytes) -> str:
    """The candidate whose language this looks like; broken characters are overlooked only where none reads cleanly."""
    clean, score = _best(sample, "strict")
    if score >= _CONVINCING:
        return clean
    damaged, score = _best(sample, "replace")
    return damaged if score >= _CONVINCING else clean


def _best(sample: bytes, errors: str) -> tuple[str, float]:
    scores = {
        "cp949": _korean(_decoded(sample, "cp949", errors)),
        "cp932": _japanese(_decoded(sample, "cp932", errors)),
        "cp1252": _western(sample),
    }
    best = max(scores, key=lambda encoding: scores[encoding])
    return best, scores[best]


def _decoded(sample: bytes, encoding: str, errors: str) -> str:
    """The characters of the sample beyond ASCII, or nothing when more than a few of them are none."""
    try:
        text = "".join(c for c in sample.decode(encoding, errors) if ord(c) > 127)
    except UnicodeDecodeError:
        return ""
    return text if text.count(_BROKEN) <= len(text) * _MOST_BROKEN else ""


def _share(points: float, count: int) -> float:
    return points / count if count else -1.0


def _korean(text: str) -> float:
    """Share of Hangul syllables of KS X 1001; chance hits fall outside that everyday set."""
    return _share(sum(_korean_point(c) for c in text), len(text))


def _korean_point(c: str) -> float:
    if "가" <= c <= "힣":
        return 1.0 if _encodes(c, "euc_kr") else -0.5
    return 0.3 if "一" <= c <= "鿿" else 0.0


def _japanese(text: str) -> float:
    """Share of kana and everyday kanji; half-width katakana is what Korean text looks like here."""
    return _share(sum(_japanese_point(c) for c in text), len(text))


def _japanese_point(c: str) -> float:
    if "ぁ" <= c <= "ヿ":
        return 1.0
    if "一" <= c <= "鿿":
        return 0.9 if c.encode("cp932", "ignore")[:1] < b"\x98" else 0.1
    return -1.0 if "\uff61" <= c <= "\uff9f" else 0.0


def _western(sample: bytes) -> float:
    """Share of single accented letters: one high byte at a time, and a letter of Windows-1252."""
    runs = _HIGH_RUN.findall(sample)
    points = sum(1.0 if len(run) == 1 and run[0] >= 0xC0 else 0.0 for run in runs)
    return _share(points, sum(len(run) for run in runs)) - 0.05


def _encodes(c: str, encoding: str) -> bool:
    try:
        c.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
