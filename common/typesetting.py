"""PDFs by typst: a template of ours, and what is to be printed as data.

What people typed reaches a template as JSON and is set as text. It is never a part of the template's source, so
nothing in it is markup, code or a file's name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings

from common.beijing import BEIJING

FONT_PACKAGE = "pylopdf_fonts_zh_cn"


def typeset(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The PDF of a `.typ` file of this project, which reads `data` as `json(bytes(sys.inputs.data))`.

    `made_at` stands in the file as its date: the same data give the same bytes. Raises typst.TypstError where the
    template is wrong.
    """
    typst = _typst()
    pdf: bytes = typst.compile(
        template,
        root=settings.BASE_DIR,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=made_at.astimezone(BEIJING).replace(microsecond=0),
    )
    return pdf


def _typst() -> Any:
    # 80 MB of library: only processes that set a PDF load it.
    import typst

    return typst


@cache
def _fonts() -> Any:
    spec = find_spec(FONT_PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folders = list(spec.submodule_search_locations)
    return _typst().Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
