"""Read CSV files of others: hostile until proven otherwise, and never wholly in memory."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

_MAX_LINE = 20_000


class TableError(ValueError):
    """The file is not the table it should be.

    `line` counts from 1 (the header; 0 = the whole file), `field` is the column.
    """

    def __init__(self, message: str, *, line: int = 0, field: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.field = field

    def __str__(self) -> str:
        where = f"line {self.line}" if self.line else "file"
        return f"{where}{f', {self.field}' if self.field else ''}: {self.args[0]}"


def open_text(path: Path) -> IO[str]:
    """Open a CSV file as UTF-8 text, through gzip when its name ends in .gz."""
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "rb"), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def has_column(path: Path, name: str) -> bool:
    """Tell whether the header of a CSV file names a column; False if it has no readable header."""
    with open_text(path) as stream:
        try:
            header = next(csv.reader(_limited(stream)), [])
        except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, zlib.error, EOFError):
            return False
    return name in header


def read_rows(
    stream: IO[str], *, columns: Iterable[str], optional: Iterable[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) of a CSV with at least these columns; `optional` ones are blank
    where the file lacks them.

    Lines are read with a limit, so that a file without line ends cannot fill the memory. Raises
    TableError for a wrong encoding, a missing column, or a line that is no CSV.
    """
    reader = csv.DictReader(_limited(stream), strict=True)
    wanted = (*columns, *optional)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"column {missing[0]} is missing", line=1, field=missing[0])
        for row in reader:
            yield reader.line_num, {key: (row.get(key) or "").strip() for key in wanted}
    except UnicodeDecodeError as error:
        raise TableError("the file is not UTF-8 text", line=reader.line_num + 1) from error
    except (csv.Error, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise TableError(f"not a CSV file: {error}", line=reader.line_num + 1) from error


def _limited(stream: IO[str]) -> Iterator[str]:
    """Yield lines, refusing one that is longer than any row can be."""
    while line := stream.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise csv.Error(f"a line is longer than {_MAX_LINE} characters")
        if "\0" in line:
            raise csv.Error("the file holds binary data")
        yield line
