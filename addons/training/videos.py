"""The video library: lessons that staff publish for everyone, those of one course in their order (spec page 5.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from addons.models import Topic, Video
from common import audit
from common.problems import FieldErrors

ARCHITECTURE = "architecture"
# The courses; a lesson of none stands under its topic. To add one, add a line.
COURSES = {ARCHITECTURE: gettext_lazy("Architecture course"), "getting_started": gettext_lazy("Getting started")}
LONGEST_ABOUT = 5000
_WIDTHS = {"title_en": 150, "title_zh": 150, "about_en": LONGEST_ABOUT, "about_zh": LONGEST_ABOUT}
_is_address = URLValidator(schemes=["https"])


@dataclass(frozen=True)
class Draft:
    """What staff give of a lesson."""

    course: str = ""
    topic: str = ""
    title_en: str = ""
    title_zh: str = ""
    about_en: str = ""
    about_zh: str = ""
    url: str = ""
    minutes: int = 0
    position: int = 0


@dataclass(frozen=True)
class Shelf:
    """The lessons of a course or of a topic; `code` makes its anchor."""

    code: str
    name: str
    lessons: list[Video]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


def as_draft(video: Video) -> Draft:
    """The lesson as it stands."""
    return Draft(**{field.name: getattr(video, field.name) for field in fields(Draft)})


def keep_video(*, draft: Draft, published: bool, at: datetime, by: Person, video: Video | None = None) -> Video:
    """Keep a lesson, new or as a change of `video`; `published`: whether everyone sees it. Raises FieldErrors."""
    values = _checked(draft)
    video = video or Video()
    for name, value in values.items():
        setattr(video, name, value)
    if published != (video.published_at is not None):
        video.published_at = at if published else None
    video.save()
    audit.record(
        by=by,
        organization_id=None,
        action="training_video.kept",
        object=f"training video {video.pk}",
        after={"name": video.title_en, "published": published},
    )
    return video


def shelves(videos: Iterable[Video]) -> list[Shelf]:
    """Courses in their order of COURSES, then the other lessons by topic."""
    rows = list(videos)
    found = [(f"course-{code}", str(name), [v for v in rows if v.course == code]) for code, name in COURSES.items()]
    others = [video for video in rows if video.course not in COURSES]
    found += [(f"topic-{code}", str(name), [v for v in others if v.topic == code]) for code, name in Topic.choices]
    return [Shelf(code, name, lessons) for code, name, lessons in found if lessons]


def _checked(draft: Draft) -> dict[str, object]:
    values: dict[str, object] = {
        name: value.strip() if isinstance(value, str) else value for name, value in vars(draft).items()
    }
    errors: dict[str, list[str]] = {}
    if draft.course and draft.course not in COURSES:
        errors["course"] = [_("Choose one of these.")]
    if draft.topic not in Topic.values:
        errors["topic"] = [_("Choose one of these.")]
    for name, longest in _WIDTHS.items():
        text = str(values[name])
        if name.startswith("title") and not text:
            errors[name] = [_("Give it a title in both languages.")]
        elif len(text) > longest:
            errors[name] = [_("Use at most %(longest)s characters.") % {"longest": longest}]
    try:
        _is_address(values["url"])
    except ValidationError:
        errors["url"] = [_("Give the address of the video: https://…")]
    if len(str(values["url"])) > 300:
        errors["url"] = [_("Use at most %(longest)s characters.") % {"longest": 300}]
    for name in ("minutes", "position"):
        if not 0 <= getattr(draft, name) <= 1000:
            errors[name] = [_("Use a number from 0 to 1000.")]
    if errors:
        raise FieldErrors(errors)
    return values
