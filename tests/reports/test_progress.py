"""Progress: one line a report in a log, a bar on a terminal."""

import io

import pytest

from equitylab.reports.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def told(stream):
    progress = Progress(stream)
    progress.say("Reading ...")
    progress.start(2)
    progress.step("Oak\nSchool\x1b[2J", True, 1.25)
    progress.step("Elm", False, 0.5, "no rows")
    progress.close()
    return stream.getvalue()


def test_a_log_has_one_line_a_report_with_rate_and_time_left():
    lines = told(io.StringIO()).splitlines()
    assert lines[0] == "Reading ..."
    assert lines[1].startswith("[1/2] Oak School [2J: done in 1.2 s (")
    assert "a minute" in lines[1] and "left)" in lines[1]
    assert lines[2].startswith("[2/2] Elm: FAILED, no rows in 0.5 s (")
    assert len(lines) == 3, "a name cannot start a line of its own"


def test_a_terminal_has_a_bar_that_counts():
    said = told(Terminal())
    assert "2/2" in said and "report" in said
    assert "Elm: FAILED, no rows" in said
    assert "\x1b[2J" not in said, "a name cannot clear the screen"


@pytest.mark.parametrize("total", [0, 1])
def test_nothing_to_do_is_no_bar(total):
    stream = Terminal()
    progress = Progress(stream)
    progress.start(total)
    progress.close()
    assert bool(stream.getvalue()) == bool(total)
