"""A file to a book: identified, guarded, read. To be run in a child process (`progress.excel.child`)."""

from progress.excel.book import Book
from progress.excel.csv_text import read_csv
from progress.excel.guard import Container, identify
from progress.excel.limits import Limits
from progress.excel.xls import read_xls
from progress.excel.xlsx import read_xlsx

_READERS = {Container.ZIP: read_xlsx, Container.OLE: read_xls, Container.TEXT: read_csv}


def read_book(content: bytes, name: str, limits: Limits) -> Book:
    """What a file holds. FileRefused with the one reason why it cannot be used."""
    return _READERS[identify(content, name)](content, limits)
