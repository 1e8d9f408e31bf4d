"""Moments on the pages: a script shows them in the zone of the browser, and without it they are in UTC and say so."""

from __future__ import annotations

from datetime import UTC, datetime

from markupsafe import Markup

from extractor.wording import utc


def moment_html(moment: datetime | None) -> Markup:
    """Return a moment as ``<time>``, which ``static/moments.js`` writes in the zone of the browser; nothing for none."""
    if moment is None:
        return Markup("")
    shown = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Markup('<time datetime="{}">{}</time>').format(utc(moment), shown)
