"""Markup that was pasted with a text: what a reader has not taken out before the stages see it."""

from __future__ import annotations

import re

TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
"""A tag of HTML or XML (<b>, </td>, <br/>)."""
