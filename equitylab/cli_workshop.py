"""The verbs of a workshop: ``equitylab kit`` before it, ``equitylab cohort`` during it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from .cli_options import context_option, debug_option, map_option

_SAID = 8  # failures that are said one by one


@click.command()
@click.argument("data", required=False, type=click.Path())
@click.option("--out", required=True, type=click.Path(), help="The folder to write.")
@click.option(
    "--roster",
    type=click.Path(),
    metavar="FILE",
    help="A CSV or XLSX file of leaders: name, school (id or exact name), at will pair and role. "
    "Without it, each school has a folder.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Notebooks at one time.")
@click.option("--year", metavar="YEAR", help="Only this school year, as the file writes it.")
@click.option("--min-group", default=10, show_default=True, type=int, metavar="N")
@click.option("--min-cell", default=3, show_default=True, type=int, metavar="N")
@context_option
@map_option
@debug_option
def kit(data: str | None, out: str, debug: bool, meanings: dict, **options) -> int:
    """Make a cohort kit: for each leader a folder and a zip that already hold their school.

    A folder has the thirteen notebooks with the school's figures in them, an empty portfolio, the
    school's report, and every notebook as a page to print. The facilitator gets the guide, agendas,
    and name cards. Without DATA, the sample district. The same command brings a kit up to date, and
    never writes over what leaders wrote.

    \b
    Examples:
      equitylab kit --out kit
      equitylab kit my-export.xlsx --out kit --roster leaders.csv
    """
    from .display import many
    from .kit import kit as make

    try:
        made = make(
            data, out, map=meanings or None, say=lambda t: click.echo(t, err=True), **options
        )
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command makes the rest.", err=True)
        return 130
    for note in made.notes:
        click.echo(note, err=True)
    for one in made.failed[:_SAID]:
        click.echo(f"Not run: {one}", err=True)
    if len(made.failed) > _SAID:
        click.echo(f"Not run: {len(made.failed) - _SAID} more.", err=True)
    click.echo(
        f"{many(len(made.leaders), 'folder')}: {made.ran} notebooks run, {made.kept} unchanged. "
        f"Open {Path(out) / 'facilitator' / 'index.html'}"
    )
    return 1 if made.failed else 0


@click.command()
@click.argument("portfolios", nargs=-1, required=True, type=click.Path(), metavar="PORTFOLIO...")
@click.option("--out", required=True, type=click.Path(), help="The folder to write wall.html in.")
@click.option("--watch", is_flag=True, help="Look again every two seconds, until Ctrl-C.")
@click.option(
    "--open-at",
    type=click.IntRange(min=5),
    default=5,
    show_default=True,
    metavar="N",
    help="Show nothing before N portfolios are there: how many leaders are in the room.",
)
@debug_option
def cohort(portfolios: tuple[str, ...], out: str, watch: bool, open_at: int, debug: bool) -> int:
    """Draw a workshop's wall: what a room of leaders expects, rates, chooses and promises.

    PORTFOLIO is a file, a folder or a zip. They are read, never changed. No school and no person is
    on the wall, and nothing that fewer than five said. A question is drawn anew once five answers
    to it have changed. Exit 1: some were set aside, and are named.

    \b
    Examples:
      equitylab cohort handed-in/ --out wall
      equitylab cohort handed-in/ late.zip --out wall --watch
    """
    from . import cohort as room

    where = Path(out) / room.PAGE

    def tell(line: str) -> None:
        click.echo(line, err=True)

    if watch:
        click.echo(f"Open {where} and leave it open. Ctrl-C here ends the watch.")
        with contextlib.suppress(KeyboardInterrupt):
            room.watch(portfolios, out, tell=tell, open_at=open_at)
        return 0
    found = room.cohort(portfolios, out, tell=tell, open_at=open_at)
    for line in found.aside:
        click.echo(f"Set aside: {line}", err=True)
    there = len(found.exports)
    click.echo(f"{there} portfolio{'s' * (there != 1)} handed in. Open {where}")
    return 1 if found.aside else 0
