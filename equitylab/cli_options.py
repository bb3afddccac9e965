"""Options that several verbs take."""

from __future__ import annotations

from collections.abc import Sequence

import click


def pairs(context: click.Context, option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """Return ``column=meaning`` words as a dict; a column's own name may hold an equals sign."""
    made = {}
    for pair in given:
        column, equals, meaning = pair.rpartition("=")
        if not (equals and column.strip() and meaning.strip()):
            raise click.BadParameter(f'"{pair}" is not column=meaning, such as "Sch No=school_id".')
        made[column.strip()] = meaning.strip()
    return made


map_option = click.option(
    "--map",
    "meanings",
    multiple=True,
    metavar="COLUMN=MEANING",
    callback=pairs,
    help='Say what a column means where the file leaves it open: --map "Sch No=school_id". '
    "May be given again.",
)
query_option = click.option(
    "--query",
    multiple=True,
    metavar="SELECT",
    help="Where DATA is a database's address: what to read of it, as SQL or a file that ends in "
    ".sql. May be given again, for students and for what happened to them.",
)
context_option = click.option(
    "--context",
    metavar="NAME",
    help="Whose vocabulary the file uses: us, england, place, generic. Without it: every one.",
)
debug_option = click.option(
    "--debug", is_flag=True, help="On an error, show where in the code it arose."
)
