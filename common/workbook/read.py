"""A file to a book: identified, guarded, read. To be run in a child process (`common.workbook.child`)."""

from common.workbook.book import Book
from common.workbook.csv_text import read_csv
from common.workbook.guard import Container, check_name, identify
from common.workbook.limits import Limits
from common.workbook.xls import read_xls
from common.workbook.xlsx import read_xlsx

_READERS = {Container.ZIP: read_xlsx, Container.OLE: read_xls, Container.TEXT: read_csv}


def read_book(content: bytes, name: str, limits: Limits) -> Book:
    """What a file holds. FileRefused with the one reason why it cannot be used."""
    container = identify(content, name)
    book = _READERS[container](content, limits)
    check_name(container, name)  # last: what a macro file or a document really is says more than its name
    return book
