"""Recorded against reported: a ledger is read, matched with the figures of reports, and every row gets a verdict."""
