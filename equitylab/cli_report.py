"""``equitylab report``: a report for every school, and what stands beside them."""

from __future__ import annotations

import contextlib

import click

from .cli_options import context_option, debug_option, map_option, query_option


def _formats(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Return the formats of a list with commas, or of an option that is given again."""
    words = [word.strip().lower() for text in given for word in text.split(",") if word.strip()]
    if unknown := [word for word in words if word not in ("html", "pdf")]:
        raise click.BadParameter(f'"{unknown[0]}" is not html or pdf.')
    return words or ["html"]


@click.command()
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
    multiple=True,
    metavar="WORDS",
    callback=_formats,
    help="What to write: html, or html,pdf for each page as a tagged PDF too.  [default: html]",
)
@click.option(
    "--paper",
    default="letter",
    show_default=True,
    type=click.Choice(["letter", "a4"]),
    help="The paper of the PDF.",
)
@click.option(
    "--family",
    is_flag=True,
    help="Also write two pages in plain words for the families of each school.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    help="The language of those pages: en or es, or one of --translations. May be given again.  "
    "[default: en]",
)
@click.option(
    "--translations",
    type=click.Path(file_okay=False, exists=True),
    metavar="FOLDER",
    help="A folder with words in more languages, such as vi.yaml.",
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
    type=click.Choice(["public", "team"]),
    help="Who will read them. Public: everyone. Team: a leadership team under the district's own data "
    "agreement; groups from 5 students are shown, and every page and file says that it is not for "
    "publication. Give each its own folder, and make the team's first.",
)
@click.option(
    "--team",
    type=click.Path(file_okay=False, exists=True),
    metavar="FOLDER",
    help="The team's release of the same data. The public one then shows nothing that it hides, so "
    "that who reads both learns no hidden number.",
)
@click.option(
    "--min-group",
    type=int,
    metavar="N",
    help="Hide every number of a group with fewer students. At least 5.  [default: 10, for a team 5]",
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
@query_option
@context_option
@map_option
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
    "--earlier",
    type=click.Path(file_okay=False, exists=True),
    multiple=True,
    metavar="FOLDER",
    help="A folder of reports that was published before, the oldest first. What it hides stays "
    "hidden, and nothing is written that beside it would give a hidden number away.",
)
@click.option(
    "--idea-rules",
    metavar="STATE",
    help="Draw this State's published threshold in the rehearsal of the federal ratios. Without "
    "it none is drawn: each State sets its own. A rehearsal is never a determination.",
)
@debug_option
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
      equitylab report my-export.csv --out reports --format html,pdf --paper a4
      equitylab report my-export.csv --out reports --family --language en --language es
      equitylab report my-export.csv --out reports --portfolios my-work/portfolio.json
      equitylab report my-export-2025.csv --out reports-2025 --earlier reports-2024
      equitylab report my-export.csv --out for-the-team --audience team
      equitylab report my-export.csv --out reports --team for-the-team
      equitylab report crdc-2021-22/ --out reports --cluster tcp://scheduler:8786
    """
    from .reports.audience import minimum
    from .reports.batch import report as batch
    from .reports.progress import clock

    if options["min_group"] is None:
        options["min_group"] = minimum(options["audience"])
    languages = options.pop("languages")
    if (languages or options["translations"]) and not options["family"]:
        raise click.UsageError(
            "--language and --translations are for --family, which is not asked."
        )
    options["family"] = (languages or ("en",)) if options["family"] else ()
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
