"""What a batch makes beside a page when it is asked for: the page as a PDF, and family summaries.

All of it is made in the process that made the page, from the page or from the same numbers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ReportError
from ..privacy import Published
from . import measures
from .folder import MEASURES, Report, digest
from .pdf import PAPERS, lacking, pdf
from .runner import Job

FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Beside:
    """What is asked for beside each page.

    Attributes
    ----------
    paper : str
        What a PDF is made for; empty for none.
    words : dict
        The words of a family summary, by language; see :func:`equitylab.reports.family.words`.
    note : str
        What cannot be made, in one plain line.
    """

    paper: str = ""
    words: dict[str, dict] = field(default_factory=dict)
    note: str = ""

    def of(self, one: Report) -> dict[str, str]:
        """Return the files that a report gets besides, each with a mark of how it is asked for."""
        stem, found = one.file.removesuffix(".html"), {}
        if self.paper:
            found[f"{stem}.pdf"] = self.paper
        for language, words in self.words.items() if one.level == "school" else ():
            mark = digest(repr(words))
            found[f"{stem}.family.{language}.html"] = mark
            if self.paper:
                found[f"{stem}.family.{language}.pdf"] = digest(mark, self.paper)
        return found


def asked(
    formats: Iterable[str], paper: str, languages: Iterable[str], translations: str | Path | None
) -> Beside:
    """Return what is asked for, or say what there is to choose from.

    Raises
    ------
    ReportError
        A format, a paper or a language is not one of those that there are.
    """
    from . import family

    formats = [formats] if isinstance(formats, str) else list(formats)
    for word, known in [*((f, FORMATS) for f in formats), (paper, PAPERS)]:
        if word not in known:
            raise ReportError(f'"{word}" is not one of {" and ".join(known)}.')
    words = {language: family.words(language, translations) for language in languages}
    note = lacking() if "pdf" in formats else ""
    return Beside("" if note or "pdf" not in formats else paper, words, note)


def files_of(job: Job) -> list[str]:
    """Return the paths of what :func:`made` makes, in its order."""
    stem = job.page.removesuffix(".html")
    found = []
    if job.measures:
        numbers = os.path.normpath(Path(job.page).parent / job.parameters["release"])
        found.append(numbers.removesuffix(".zip") + MEASURES)
    found += [f"{stem}.pdf"] if job.paper else []
    for language in job.words:
        found += [f"{stem}.family.{language}.html"]
        found += [f"{stem}.family.{language}.pdf"] if job.paper else []
    return found


def made(job: Job, page: str, opened: Callable[[], object] | None = None) -> dict[str, str | bytes]:
    """Return the content of each file that a job asks for beside its page.

    ``opened`` returns the report that made the page, so that nothing is worked out twice.
    """
    contents: list[str | bytes] = []
    report = opened() if opened else None
    if (job.measures or job.words) and report is None:
        release = Path(job.page).parent / job.parameters["release"]
        report = measures.report_of(Published.load(release), job.parameters["unit_id"])
    if job.measures:
        contents.append(measures.rows(report))
    if job.paper:
        contents.append(pdf(page, paper=job.paper))
    if job.words:
        from .family import summary

        view = report.view
        for words in job.words.values():
            told = summary(view, words)
            contents.append(told.encode("utf-8"))
            if job.paper:
                foot = words["page"]["numbered"]
                contents.append(pdf(told, paper=job.paper, numbered=foot, most=2))
    return dict(zip(files_of(job), contents, strict=True))
