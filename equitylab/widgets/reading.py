"""A portfolio that remembers what was read of it, so that a drawing knows when it is stale."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..portfolio import Portfolio


class Read(Portfolio):
    """A portfolio whose reads can be watched."""

    _reads: dict | None = None

    @contextmanager
    def watched(self) -> Iterator[dict]:
        """Yield what fills with everything read meanwhile; for :meth:`stale`."""
        before, self._reads = self._reads, {}
        try:
            yield self._reads
        finally:
            inner, self._reads = self._reads, before
            if before is not None:
                before.update(inner)

    def stale(self, reads: dict) -> bool:
        """Whether anything that was read is different now."""
        now = ((getattr(self, how)(*given), value) for (how, _), (given, value) in reads.items())
        return any(new != old for new, old in now)

    def _note(self, how: str, given: tuple, value: object) -> object:
        if self._reads is not None:
            self._reads[how, repr(given)] = given, value
        return value

    def get(self, key: str, default: object = None) -> object:
        return self._note("get", (key, default), super().get(key, default))

    def rows(self, key: str) -> list[dict]:
        return self._note("rows", (key,), super().rows(key))

    def row(self, key: str, id: str) -> dict | None:
        return self._note("row", (key, id), super().row(key, id))

    def keys(self, prefix: str = "") -> list[str]:
        return self._note("keys", (prefix,), super().keys(prefix))
