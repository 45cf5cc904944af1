"""Every no of this app, as classes. Nothing was changed when one is raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.problems import Refusal


class ArticleIncomplete(Refusal):
    """Member `missing`: the fields that have no text yet."""

    code = "article_incomplete"
    title = _("The article is not complete")
    default_detail = _("An article is published in both languages. Write what is missing first.")


class ArticleNotPublished(Refusal):
    code = "article_not_published"
    title = _("The article is not published")
    default_detail = _("Only a published article can be retired.")
