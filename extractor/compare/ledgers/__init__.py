"""Official ledgers: a CSV or XLSX file, or a table of a database, as recorded figures.

``open_file`` or ``open_table`` gives the sheets, ``lay_out`` recognises their columns (``mapping.py``: a person's word goes
before), ``read_ledger`` reads every value with its unit and all that row and header say of it. What cannot be read is
told with sheet, row and column, all of it at once, and then nothing is imported.
"""

from extractor.compare.ledgers.columns import Column, Layout
from extractor.compare.ledgers.describe import PLAN_COLUMNS, UNKNOWN, mapping_text, plan_rows
from extractor.compare.ledgers.mapping import SheetRule, parse_mapping
from extractor.compare.ledgers.problems import LedgerError, Problem
from extractor.compare.ledgers.reading import Plan, Source, lay_out, open_file, open_table, read_ledger
from extractor.compare.ledgers.template import write_template
from extractor.compare.ledgers.words import Role

__all__ = [
    "PLAN_COLUMNS",
    "UNKNOWN",
    "Column",
    "Layout",
    "LedgerError",
    "Plan",
    "Problem",
    "Role",
    "SheetRule",
    "Source",
    "lay_out",
    "mapping_text",
    "open_file",
    "open_table",
    "parse_mapping",
    "plan_rows",
    "read_ledger",
    "write_template",
]
