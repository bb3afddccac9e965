"""The verbs: ``equitylab check``, ``report``, ``study``, ``kit``, ``cohort`` and ``verify``.

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
from .cli_options import context_option, debug_option, map_option, query_option
from .cli_report import report
from .cli_workshop import cohort, kit
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


@verbs.command()
@click.argument("data", required=False, type=click.Path())
@map_option
@context_option
@click.option("--year", metavar="YEAR", help="The school year, where the file does not say it.")
@click.option("--indicators", is_flag=True, help="List the indicators that reports know, and stop.")
@query_option
@debug_option
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
@click.argument("folder", default="equitylab-study", type=click.Path(file_okay=False))
@click.option("--app", is_flag=True, help="Open it as pages without any code, in Voilà.")
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Where the pages are served."
)
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening a browser.")
@click.option("--lay-only", is_flag=True, help="Only lay the folder; open nothing.")
@debug_option
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
@click.option(
    "--earlier",
    type=click.Path(),
    multiple=True,
    metavar="FOLDER",
    help="A folder that was published before, the oldest first: what do both together tell?",
)
@debug_option
def verify(folder: str, earlier: tuple[str, ...], debug: bool) -> int:
    """Attack FOLDER, a finished folder of reports, as an outsider would.

    Reads every file again (tables, descriptions of figures, notebooks, CSV) and tries to work out
    what is hidden. Exit 0: nothing can be worked out. Exit 1: something can, and it is listed.

    \b
    Examples:
      equitylab verify reports
      equitylab verify reports-2025 --earlier reports-2023 --earlier reports-2024
    """
    from .errors import ReportError
    from .privacy.verify import verify as attack
    from .reports.audience import MARK, alike, held
    from .reports.earlier import marks

    for one in (folder, *earlier):
        if not (Path(one) / "manifest.json").is_file():
            raise ReportError(
                "This is not a finished folder of reports: it has no manifest.json.",
                file=one,
                mend="Give the --out folder of equitylab report, after it has finished.",
            )
    if (readers := held(Path(folder))) == "team":
        click.echo(f"{MARK} It is attacked as by one who has it in hand.")
    alike(earlier, readers)
    marks(map(Path, earlier))
    verdict = attack(folder, earlier=earlier)
    click.echo(verdict.to_text())
    return 0 if verdict.ok else 1


verbs.add_command(report)
verbs.add_command(cohort)
verbs.add_command(kit)


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
