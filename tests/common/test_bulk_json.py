"""JSON of thousands of rows: what it writes and gives back."""

from datetime import date
from decimal import Decimal

from common import bulk_json


def test_values_that_json_does_not_know_then_their_texts() -> None:
    said = {"数": Decimal("1034.50"), "日": date(2023, 5, 6), "空": None, "列": [1, True]}

    assert bulk_json.dumps(said) == '{"数":"1034.50","日":"2023-05-06","空":null,"列":[1,true]}'
    assert bulk_json.loads(bulk_json.to_bytes(said)) == {**said, "数": "1034.50", "日": "2023-05-06"}
