"""Files that wait for their confirmation, and the tokens by which they are known."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.files.storage import default_storage
from django.utils import timezone

from common.errors import Conflict
from common.register_admin.forms import ConfirmForm
from common.register_admin.uploads import FOLDER, WaitingFile

DAY = timedelta(days=1)


def kept(content: bytes = b"x") -> WaitingFile:
    file = WaitingFile()
    file.save(content)
    return file


def token(salt: str) -> str:
    return signing.dumps({"import_file_name": "n", "original_file_name": "r.csv", "format": "0"}, salt=salt)


def test_file_is_read_until_it_is_removed() -> None:
    file = kept(b"bytes")

    assert WaitingFile(name=file.name).read() == b"bytes"
    file.remove()
    with pytest.raises(Conflict, match="已过期"):
        WaitingFile(name=file.name).read()


def test_file_nobody_confirmed_for_a_day_is_forgotten_with_the_next_one() -> None:
    old = kept()

    with time_machine.travel(timezone.now() + DAY + timedelta(minutes=1)):
        new = kept()

    assert default_storage.listdir(FOLDER)[1] == [new.name]
    assert new.name != old.name


def test_token_confirms_for_a_day_and_for_its_register_and_sender_only() -> None:
    said = {"token": token("targets.Institution:1"), "digest": "d"}

    form = ConfirmForm(said, salt="targets.Institution:1")

    assert form.is_valid()
    assert form.cleaned_data["original_file_name"] == "r.csv"
    for salt in ("targets.Institution:2", "accounts.User:1"):
        with pytest.raises(Conflict):
            ConfirmForm(said, salt=salt).is_valid()
    with time_machine.travel(timezone.now() + DAY + timedelta(minutes=1)), pytest.raises(Conflict):
        ConfirmForm(said, salt="targets.Institution:1").is_valid()
