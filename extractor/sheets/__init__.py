"""Sheets of cells as spreadsheets and CSV files hold them, for the reader of reports and for the import of ledgers.

``grid`` is a sheet whatever it was read from, ``xlsx`` and ``xls`` read workbooks, ``number_formats`` knows what their
cells show, ``delimiter`` what divides the cells of a CSV text.
"""
