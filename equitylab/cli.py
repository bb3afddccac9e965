"""The verbs: ``equitylab check``, ``report``, ``study`` and ``verify``.

Exit 0: all done. 1: some schools failed (or something could be worked out), the rest is complete.
2: usage or bad input, said in one or two lines. Heavy parts are imported by the verb that needs
them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from . import __version__
from .errors import EquityLabError

_WIDTH = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}


@click.group(context_settings=_WIDTH, no_args_is_help=False, invoke_without_command=True)
@click.version_option(__version__, message="equitylab %(version)s")
@click.pass_context
def verbs(context: click.Context) -> None:
    """Turn a district's own file into one honest, accessible equity report per school.

    \b
    Try it on the bundled sample district, then on your own file:
      equitylab report --out reports
      equitylab check my-export.xlsx
      equitylab report my-export.xlsx --out reports

    Everything runs on this machine, and nothing is sent anywhere.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def _pairs(context: click.Context, option: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """Return ``column=meaning`` words as a dict; a column's own name may hold an equals sign."""
    made = {}
    for pair in given:
        column, equals, meaning = pair.rpartition("=")
        if not (equals and column.strip() and meaning.strip()):
            raise click.BadParameter(f'"{pair}" is not column=meaning, such as "Sch No=school_id".')
        made[column.strip()] = meaning.strip()
    return made


_map = click.option(
    "--map",
    "meanings",
    multiple=True,
    metavar="COLUMN=MEANING",
    callback=_pairs,
    help='Say what a column means where the file leaves it open: --map "Sch No=school_id". '
    "May be given again.",
)
_query = click.option(
    "--query",
    multiple=True,
    metavar="SELECT",
    help="Where DATA is a database's address: what to read of it, as SQL or a file that ends in "
    ".sql. May be given again, for students and for what happened to them.",
)
_context = click.option(
    "--context",
    metavar="NAME",
    help="Whose vocabulary the file uses: us, england, place, generic. Without it: every one.",
)
_debug = click.option("--debug", is_flag=True, help="On an error, show where in the code it arose.")


@verbs.command()
@click.argument("data", required=False, type=click.Path())
@_map
@_context
@click.option("--year", metavar="YEAR", help="The school year, where the file does not say it.")
@click.option("--indicators", is_flag=True, help="List the indicators that reports know, and stop.")
@_query
@_debug
def check(data: str | None, indicators: bool, debug: bool, meanings: dict, **options) -> int:
    """Say what is recognised in DATA, a file or a folder, and what is set aside. Writes nothing.

    \b
    Examples:
      equitylab check my-export.xlsx
      equitylab check crdc-2021-22/
      equitylab check my-export.csv --map "Bldg=school_id"
      equitylab check sqlite:///sis.db --query "select * from students"
      equitylab check --indicators
    """
    from . import checking

    if indicators:
        click.echo(checking.indicators())
        return 0
    if data is None:
        raise click.UsageError("Give the file or folder to check: equitylab check DATA.")
    from .readers import read, shown

    dataset = read(data, map=meanings or None, **options)
    click.echo(checking.to_text(dataset, shown(data)))
    return 0


@verbs.command()
@click.argument("data", required=False, type=click.Path())
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=True),
    help="The folder to write. A folder of an earlier run is brought up to date.",
)
@click.option(
    "--school",
    "schools",
    multiple=True,
    metavar="ID",
    help="Only this school, by id or exact name. May be given again. Without it: every school.",
)
@click.option(
    "--year",
    metavar="YEAR",
    help="Only this school year, as the file writes it; or which year it is, where no column says.",
)
@click.option(
    "--notebook",
    metavar="NAME",
    help="Make the schools' reports from another notebook: a bundled one or an .ipynb file.",
)
@click.option(
    "--format",
    "formats",
    default="html",
    show_default=True,
    type=click.Choice(["html"]),
    help="What to write. Each page also prints well from a browser.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Reports made at one time. Without it: as many as there are cores.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Make the reports on a Dask cluster in a private network: tcp://scheduler:8786.",
)
@click.option(
    "--audience",
    default="public",
    show_default=True,
    type=click.Choice(["public"]),
    help="Who will read them. Public: everything small is hidden.",
)
@click.option(
    "--min-group",
    default=10,
    show_default=True,
    type=int,
    metavar="N",
    help="Hide every number of a group with fewer students. At least 5.",
)
@click.option(
    "--min-cell",
    default=3,
    show_default=True,
    type=int,
    metavar="N",
    help="Hide counts of 1 to N-1 students. Stricter districts say 10.",
)
@click.option(
    "--reference",
    default="others",
    show_default=True,
    metavar="WORD",
    help="What a group is compared with: others (everyone else in the school), overall, district, "
    "state, or the label of a group in the file.",
)
@_query
@_context
@_map
@click.option(
    "--resume/--fresh",
    default=True,
    help="Keep reports that are finished and unchanged, or make every one again.  [resume]",
)
@click.option(
    "--certificates",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Also write the proof of the hiding, for the data's owner. It holds hidden numbers: the "
    "file must lie outside the --out folder.",
)
@click.option(
    "--portfolios",
    "--portfolio",
    type=click.Path(),
    metavar="PATH",
    help="A leader's portfolio.json, or a folder of them: each school's report then carries what "
    "its team decided, without names and small numbers. They are read, never changed.",
)
@click.option(
    "--idea-rules",
    metavar="STATE",
    help="Draw this State's published threshold in the rehearsal of the federal ratios. Without "
    "it none is drawn: each State sets its own. A rehearsal is never a determination.",
)
@_debug
def report(data: str | None, out: str, cluster: str | None, debug: bool, **options) -> int:
    """Write a report for every school in DATA, a district report, an index and the findings.

    Without DATA, the bundled sample district is used. A run that was stopped is finished by the
    same command. Open index.html in the folder to read.

    \b
    Examples:
      equitylab report --out reports
      equitylab report my-export.xlsx --out reports
      equitylab report my-export.xlsx --out reports --school 0123 --school "Cedar High"
      equitylab report my-export.xlsx --out reports --min-group 20 --min-cell 10
      equitylab report my-export.csv --out reports --map "Bldg=school_id"
      equitylab report my-export.csv --out reports --portfolios my-work/portfolio.json
      equitylab report crdc-2021-22/ --out reports --cluster tcp://scheduler:8786
    """
    from .reports.batch import report as batch
    from .reports.progress import clock

    for done in ("formats", "audience"):  # one choice each for now
        options.pop(done)
    options["map"] = options.pop("meanings") or None
    if (query := list(options.pop("query"))) or "://" in (data or ""):
        from .readers import read

        asked = {k: options[k] for k in ("map", "context", "year")}
        data = read(data or "", query=query, **asked)
    options["fresh"] = not options.pop("resume")
    options["schools"] = options["schools"] or None
    if cluster and options["jobs"]:
        raise click.UsageError("--jobs counts reports on this machine; --cluster makes none here.")
    try:
        with contextlib.ExitStack() as stack:
            if cluster:
                from .reports.cluster import Dask

                options["runner"] = stack.enter_context(Dask(cluster))
            result = batch(data, out, **options)
    except KeyboardInterrupt:
        click.echo(
            "\nStopped. What is finished is whole; run the same command to finish the rest.",
            err=True,
        )
        return 130
    made, kept, failed = len(result.done), len(result.skipped), len(result.failed)
    said = f"{made} reports made" if made != 1 else "1 report made"
    said += f", {kept} unchanged" if kept else ""
    said += f", {failed} failed" if failed else ""
    click.echo(f"{said}, in {clock(result.seconds)}. Open {result.out / 'index.html'}")
    for note in result.notes:
        click.echo(note, err=True)
    for one in result.failed:
        click.echo(f"Not made: {one.unit or one.unit_id}: {one.why}", err=True)
    return 1 if failed else 0


@verbs.command()
@click.argument("folder", default="equitylab-study", type=click.Path(file_okay=False))
@click.option("--app", is_flag=True, help="Open it as pages without any code, in Voilà.")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Where the pages are served."
)
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening a browser.")
@click.option("--lay-only", is_flag=True, help="Only lay the folder; open nothing.")
@_debug
def study(
    folder: str, app: bool, port: int | None, no_browser: bool, lay_only: bool, debug: bool
) -> int:
    """Open the curriculum: thirteen notebooks from a first look to a plan, for your own school.

    Lays the notebooks in FOLDER and opens the first. What you write is kept in FOLDER/my-work, in a
    file that never leaves this machine; the same command brings the notebooks up to date.

    \b
    Examples:
      equitylab study
      equitylab study our-school
      equitylab study our-school --app
    """
    from . import study as room

    where = Path(folder).expanduser().resolve()
    words = room.command(where, app=app, browser=not no_browser, port=port)
    for line in room.lay(where):
        click.echo(line)
    click.echo(f"The notebooks are in {where}; your work is kept in {where / room.WORK}.")
    if lay_only:
        return 0
    click.echo("Opening. Leave this window open while you work; Ctrl-C here closes it.")
    return room.run(where, words)


@verbs.command()
@click.argument("folder", type=click.Path())
@_debug
def verify(folder: str, debug: bool) -> int:
    """Attack FOLDER, a finished folder of reports, as an outsider would.

    Reads every file again (tables, descriptions of figures, notebooks, CSV) and tries to work out
    what is hidden. Exit 0: nothing can be worked out. Exit 1: something can, and it is listed.

    \b
    Example:
      equitylab verify reports
    """
    from .errors import ReportError
    from .privacy.verify import verify as attack

    if not (Path(folder) / "manifest.json").is_file():
        raise ReportError(
            "This is not a finished folder of reports: it has no manifest.json.",
            file=folder,
            mend="Give the --out folder of equitylab report, after it has finished.",
        )
    verdict = attack(folder)
    click.echo(verdict.to_text())
    return 0 if verdict.ok else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb and return its exit code; nothing that goes wrong ends in a traceback.

    Examples
    --------
    >>> main(["--version"])
    equitylab 0.1.0
    0
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    try:
        with _terminable():
            code = verbs.main(args=words, prog_name="equitylab", standalone_mode=False)
        return int(code or 0)
    except click.ClickException as error:
        verb = error.ctx.command_path if getattr(error, "ctx", None) else "equitylab"
        return _say(f"{error.format_message()}\n{verb} --help shows how it is used.", 2)
    except EquityLabError as error:
        if debug:
            raise
        return _say(str(error), 2)
    except (KeyboardInterrupt, click.Abort):
        return _say("Stopped; nothing was changed.", 130)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        return 0
    except Exception as error:
        if debug:
            raise
        return _say(
            f"This is a fault in EquityLab, not in your file: {type(error).__name__}: "
            f"{str(error).splitlines()[0] if str(error) else 'no message'}\n"
            "Please report it, with what the same command prints when --debug is added.",
            2,
        )


def _say(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code


@contextlib.contextmanager
def _terminable():
    """Let a polite request to end (SIGTERM, a closed terminal) end a run as Ctrl-C does."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        with contextlib.suppress(AttributeError, ValueError):  # not here, or not the main thread
            number = getattr(signal, name)
            if signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores one of them on purpose
                before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(main())
