"""What papermill finds under the name ``equitylab`` when it looks for engines.

It looks while it is itself being imported, so what it finds imports nothing of papermill's: the
engine comes when a notebook is to be run.
"""


class _Engine:
    def __getattr__(self, name: str):
        from .engine import WarmEngine

        return getattr(WarmEngine, name)


engine = _Engine()
