"""Where the notebooks and the samples are: in a clone of the repository, or inside the package.

A wheel carries copies at ``equitylab/_notebooks`` and ``equitylab/_samples``. In a clone the files
lie where people edit them, ``notebooks/`` and ``data/samples/`` beside the package.
"""

from __future__ import annotations

import difflib
from pathlib import Path

from .errors import ReportError

_PACKAGE = Path(__file__).resolve().parent


def _either(inside: str, beside: str) -> Path:
    """Return the folder inside the package if there is one, or else the one in the clone."""
    folder = _PACKAGE / inside
    return folder if folder.is_dir() else _PACKAGE.parent / beside


def notebooks() -> Path:
    """Return the folder that holds the notebooks which reports are made from.

    Examples
    --------
    >>> notebooks().name in ("notebooks", "_notebooks")
    True
    """
    return _either("_notebooks", "notebooks")


def samples() -> Path:
    """Return the folder that holds the bundled sample district."""
    return _either("_samples", "data/samples")


def notebook(name: str) -> Path:
    """Return the path of a notebook: a bundled one by its name, or a file of the reader's own.

    Raises
    ------
    ReportError
        There is no such notebook; ``nearest`` is the closest bundled name.
    """
    own = Path(name)
    if own.suffix == ".ipynb" and own.is_file():
        return own.resolve()
    bundled = {path.stem: path for path in sorted(notebooks().glob("*.ipynb"))}
    stem = name.removesuffix(".ipynb")
    if stem in bundled:
        return bundled[stem]
    close = difflib.get_close_matches(stem, bundled, n=1)
    raise ReportError(
        f'There is no notebook "{name}".',
        nearest=close[0] if close else None,
        mend=f"Bundled: {', '.join(bundled) or 'none'}; or give the path of an .ipynb file.",
        notebook=name,
    )
