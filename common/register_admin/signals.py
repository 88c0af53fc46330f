"""What other apps may hear of the registers in the admin; the trail does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.dispatch import Signal

# A file was sent and cannot be imported; nothing of it is stored. Sent with `file` (RefusedFile) and `by` (Actor).
file_refused = Signal()


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was refused, by its first step: `register` is the code of what it was sent for.

    `codes` are those of its errors; `counts` says of its rows what is known, nothing where it could not be read.
    """

    register: str
    name: str
    sha256: str
    arrived_at: datetime
    codes: Sequence[str]
    counts: Mapping[str, int]
