"""The verbs of a workshop: ``equitylab cohort``."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from .cli_options import debug_option


@click.command()
@click.argument("portfolios", nargs=-1, required=True, type=click.Path(), metavar="PORTFOLIO...")
@click.option("--out", required=True, type=click.Path(), help="The folder to write wall.html in.")
@click.option("--watch", is_flag=True, help="Look again every two seconds, until Ctrl-C.")
@debug_option
def cohort(portfolios: tuple[str, ...], out: str, watch: bool, debug: bool) -> int:
    """Draw a workshop's wall: what a room of leaders expects, rates, chooses and promises.

    PORTFOLIO is a file, a folder or a zip. They are read, never changed. No school and no person is
    on the wall, and nothing that fewer than five said. Exit 1: some were set aside, and are named.

    \b
    Examples:
      equitylab cohort handed-in/ --out wall
      equitylab cohort handed-in/ late.zip --out wall --watch
    """
    from . import cohort as room

    where = Path(out) / room.PAGE
    if watch:
        click.echo(f"Open {where} and leave it open. Ctrl-C here ends the watch.")
        with contextlib.suppress(KeyboardInterrupt):
            room.watch(portfolios, out, tell=lambda line: click.echo(line, err=True))
        return 0
    found = room.cohort(portfolios, out)
    for line in found.aside:
        click.echo(f"Set aside: {line}", err=True)
    shown = len(found.exports)
    click.echo(f"The wall shows {shown} portfolio{'s' * (shown != 1)}. Open {where}")
    return 1 if found.aside else 0
