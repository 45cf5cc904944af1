"""Which files may be attached: by extension and by what they really contain.

The extension must be on the list and the content must be of its kind; the content type served is ours, never
the sender's. Anything a browser could run (HTML, SVG) is not on the list. Spec pages 4.1, 9.3.
"""

from __future__ import annotations

import re
import unicodedata

LARGEST_BYTES = 20 * 1024 * 1024
MOST_PER_MESSAGE = 10
LONGEST_NAME = 150
# As much of the beginning as `is_of_its_kind` looks at.
SNIFFED_BYTES = 8192

_TEXT = "text/plain"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = "application/vnd.openxmlformats-officedocument."

# extension: (content type, beginnings of the content; none = text)
_TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "pdf": ("application/pdf", (b"%PDF-",)),
    "zip": ("application/zip", _ZIP),
    "gz": ("application/gzip", (b"\x1f\x8b",)),
    "tgz": ("application/gzip", (b"\x1f\x8b",)),
    "7z": ("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
    "docx": (_OFFICE + "wordprocessingml.document", _ZIP),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", _ZIP),
    "pptx": (_OFFICE + "presentationml.presentation", _ZIP),
    "pcap": ("application/vnd.tcpdump.pcap", (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1")),
    "csv": ("text/csv", ()),
    "json": ("application/json", ()),
    **dict.fromkeys(("txt", "log", "md", "yaml", "yml", "ini", "conf", "cfg", "har", "xml"), (_TEXT, ())),
}
EXTENSIONS = tuple(sorted(_TYPES))

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def extension_of(name: str) -> str:
    """The extension in lower case, without its dot; '' where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type_of(name: str) -> str | None:
    """The content type a file of this name is served with; None where it is not allowed."""
    known = _TYPES.get(extension_of(name))
    return known[0] if known else None


def is_of_its_kind(name: str, beginning: bytes) -> bool:
    """Whether the first SNIFFED_BYTES of the content are what the extension says."""
    known = _TYPES.get(extension_of(name))
    if known is None:
        return False
    beginnings = known[1]
    if not beginnings:
        return beginning.startswith(_UTF16_MARKS) or b"\x00" not in beginning
    if extension_of(name) == "webp":
        return beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP"
    return beginning.startswith(beginnings)


def clean_name(name: str) -> str:
    """A name that can be shown and sent in a header: no path, no control or direction characters.

    Its extension is kept when it is shortened. `attachment` where nothing is left.
    """
    base = re.split(r"[\\/]", name)[-1]
    shown = "".join(sign for sign in base if not unicodedata.category(sign).startswith("C")).strip(" .")
    if len(shown) > LONGEST_NAME:
        tail = "." + extension_of(shown) if extension_of(shown) in _TYPES else ""
        shown = shown[: LONGEST_NAME - len(tail)] + tail
    return shown or "attachment"
