"""How much a file may hold (policy P2). The numbers are settings; these are their defaults."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one kind of import. Sizes are bytes, `seconds` is processor time, `memory` address space."""

    unpacked: int = 100 * MEGABYTE
    part: int = 50 * MEGABYTE
    entries: int = 2_000
    sheets: int = 50
    merges: int = 5_000
    rows: int = 20_000
    cells: int = 200_000
    last_row: int = 200_000
    columns: int = 64
    characters: int = 32_767
    header_rows: int = 20
    memory: int = 400 * MEGABYTE
    seconds: int = 8
    wall_seconds: int = 30
