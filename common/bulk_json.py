"""JSON of thousands of rows, written and read in C, and a column that keeps it for Python alone."""

from typing import Any

import orjson
from django.db import models


def to_bytes(value: object) -> bytes:
    """A value as compact JSON; what JSON does not know (decimals, days, instants) as its text."""
    return orjson.dumps(value, str, orjson.OPT_PASSTHROUGH_DATETIME)


def dumps(value: object) -> str:
    """The same as a text."""
    return to_bytes(value).decode()


def loads(text: str | bytes) -> Any:
    """The value that a JSON text holds."""
    return orjson.loads(text)


class BulkJSONField(models.TextField[Any, Any]):
    """A column of JSON that no query looks into: kept as its text, which a database stores in a third of the time."""

    def get_prep_value(self, value: object) -> str:
        """The text that is stored."""
        return dumps(value)

    def to_python(self, value: Any) -> Any:
        """The value as it is: only the database and its dumps hold a text."""
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        """What a dump of the data holds: the value itself, as of Django's own JSON columns."""
        return self.value_from_object(obj)

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        """What the stored text holds."""
        return None if value is None else loads(value)
