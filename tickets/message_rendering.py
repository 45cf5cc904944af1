"""Messages are Markdown, as help articles are: common/safe_markdown.py."""

from common.safe_markdown import rendered

__all__ = ["rendered"]
