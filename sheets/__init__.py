"""Tables in files from outside, opened with care: workbooks, spreadsheets and comma-separated text.

This package knows nothing of mines. A file is parsed in a process of its own, with a limit on time and memory,
after its packing was looked at; what comes back is plain cells, or `Refused` with the reason. Nothing in a file is
ever executed: formulas count as their stored results, macros and links are only noted.
"""

from sheets.book import MOST_BYTES, MOST_COLUMNS, MOST_PARTS, MOST_ROWS, Book, Progress, Refused, Sheet, Unusable
from sheets.process import edit_book, read_book

__all__ = [
    "MOST_BYTES",
    "MOST_COLUMNS",
    "MOST_PARTS",
    "MOST_ROWS",
    "Book",
    "Progress",
    "Refused",
    "Sheet",
    "Unusable",
    "edit_book",
    "read_book",
]
