"""Texts as they are kept."""

import pytest

from common.text import clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一期\t二期\n三期", "一期\t二期\n三期"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("一\x00二\x07\x1b\x7f\x85三", "一二三"),
        ("一\ud800二\uffff", "一二"),
    ],
    ids=["tab and newline stay", "line ends", "control characters", "what cannot be encoded"],
)
def test_text_is_kept_as_typed_without_control_characters(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept
