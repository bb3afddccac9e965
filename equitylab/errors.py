"""What can go wrong, said so that a principal can mend it.

Every error carries fields, so that a caller can act on them and a test can read them, and prints as
one or two plain lines that name the file, the row, the column and the mend.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class EquityLabError(Exception):
    """Something went wrong that a person can mend.

    Parameters
    ----------
    message : str
        What is wrong, in one sentence.
    mend : str, optional
        What to do about it, in one sentence.
    file, row, column : optional
        Where: a path, a 1-based row as a spreadsheet counts them, a column name.
    nearest : str, optional
        The closest known name to what was given.
    **fields
        Anything else that a caller may want.

    Examples
    --------
    >>> print(DataError("No column says which school.", file="a.csv", column="school",
    ...                 mend="Add one, or say --map COLUMN=school."))
    a.csv, column school: No column says which school.
    Add one, or say --map COLUMN=school.
    """

    def __init__(
        self,
        message: str,
        *,
        mend: str = "",
        file: object = None,
        row: int | None = None,
        column: str | None = None,
        nearest: str | None = None,
        **fields: object,
    ) -> None:
        self.message, self.mend = message, mend
        self.file, self.row, self.column, self.nearest = file, row, column, nearest
        self.fields = fields
        super().__init__(message)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the one or two plain lines, and no traceback."""
        return [str(self)]

    def __str__(self) -> str:
        where = ", ".join(
            text
            for text in (
                str(self.file) if self.file is not None else "",
                f"row {self.row}" if self.row is not None else "",
                f"column {self.column}" if self.column is not None else "",
            )
            if text
        )
        first = f"{where}: {self.message}" if where else self.message
        if self.nearest:
            first += f' Did you mean "{self.nearest}"?'
        lines = [first, self.mend] if self.mend else [first]
        # The name of a file, or a cell, may hold the end of a line or a terminal's commands.
        lines = [_UNSEEN.sub(" ", line).strip() for line in lines]
        return "\n".join(x if len(x) < 600 else f"{x[:300]} … {x[-200:]}" for x in lines)

    def __reduce__(self):
        # Errors cross process borders in batches; the default would lose the keyword fields.
        known = dict(
            mend=self.mend, file=self.file, row=self.row, column=self.column, nearest=self.nearest
        )
        return _rebuild, (type(self), self.message, known | self.fields)


def _rebuild(cls, message, fields):
    return cls(message, **fields)


class DataError(EquityLabError):
    """The file that was given cannot be read as it stands."""


class MetricError(EquityLabError):
    """A metric was asked for numbers that cannot be counts or values."""


class PrivacyError(EquityLabError):
    """Something cannot be published without giving a hidden number away."""


class ReportError(EquityLabError):
    """A report, or the folder of reports, could not be written."""
