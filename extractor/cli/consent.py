"""Asking a person before something goes."""

from __future__ import annotations

import sys

import click


def on_terminal() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agreed(question: str) -> bool:
    """Ask on the terminal; Ctrl-C says no."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        return False
