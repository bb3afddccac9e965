"""A leader at the keyboard: Tab, letters, arrows, Enter and Space; a field is known by its label."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path

# What a screen reader would say of the place where the keyboard is: its label, and whose it is.
HERE = """() => {
  const e = document.activeElement;
  const sheet = e.closest(".eq");
  const legend = e.closest("fieldset")?.querySelector("legend")?.textContent ?? "";
  const said = e.labels?.length ? e.labels[0].textContent : e.ariaLabel ?? e.textContent;
  return { label: said.trim(), tag: e.tagName, type: e.type ?? "", legend,
           sheet: sheet?.querySelector("h3").textContent ?? "" };
}"""
OPTIONS = "[...document.activeElement.options].map(one => one.textContent)"
CHOSEN = "document.activeElement.selectedOptions[0].textContent"
STOPS = 700  # no page has more places for the keyboard


class Leader:
    """Works one page by keyboard, and never takes a mouse.

    Parameters
    ----------
    page
        An open page of Playwright's.
    work : Path
        The portfolio that the page writes.
    """

    def __init__(self, page, work: Path) -> None:
        self.page, self.work, self.keys = page, work, page.keyboard

    def here(self) -> dict:
        return self.page.evaluate(HERE)

    def to(self, label: str, *, sheet: str = "", legend: str = "") -> dict:
        """Press Tab until the keyboard stands at what is labelled so."""
        for _ in range(STOPS):
            at = self.here()
            if at["tag"] != "BODY" and self._is(at, label, sheet, legend):
                return at
            self.keys.press("Tab")
        raise AssertionError(f"Tab never comes to “{label}” in “{sheet}”")

    @staticmethod
    def _is(at: dict, label: str, sheet: str, legend: str) -> bool:
        told = at["label"].removesuffix(" (required)")
        return told == label and sheet in at["sheet"] and at["legend"].startswith(legend)

    def write(self, label: str, answer, *, sheet: str) -> None:
        """Answer one question: letters, a date, a number, or an option by its words."""
        if isinstance(answer, list):
            for option in answer:
                if self.to(option, sheet=sheet, legend=label):
                    self.keys.press("Space")
            return
        at = self.to(label, sheet=sheet)
        if at["tag"] == "SELECT":
            self.choose(str(answer))
        elif at["type"] == "date":
            self.keys.type(date.fromisoformat(answer).strftime("%m%d%Y"))
        else:
            self.keys.press("Control+A")
            self.keys.type(str(answer))

    def choose(self, words: str) -> None:
        """Choose from a list as one does without a mouse: by typing how the option begins."""
        options = self.page.evaluate(OPTIONS)
        (wanted,) = [o for o in options if o == words] or [o for o in options if words in o]
        self.keys.type(wanted)
        if self.page.evaluate(CHOSEN) != wanted:  # two begin alike, and the arrows do the rest
            self.keys.press("Home")
            for _ in range(options.index(wanted) - options.index(self.page.evaluate(CHOSEN))):
                self.keys.press("ArrowDown")
        assert self.page.evaluate(CHOSEN) == wanted

    def press(self, button: str, *, sheet: str = "") -> None:
        self.to(button, sheet=sheet)
        self.keys.press("Enter")

    # ------------------------------------------------------------ what is kept

    def kept(self, key: str, wanted=lambda value: value, *, seconds: float = 20):
        """Wait until the file holds an answer, and return it: one value, or the rows by their id."""
        end, value = time.monotonic() + seconds, None
        while time.monotonic() < end:
            value = held(self.work, key)
            if value is not None and wanted(value):
                return value
            time.sleep(0.1)
        raise AssertionError(f"{key} holds {value}")

    def shot(self, name: str) -> None:
        """Keep a picture where EQUITYLAB_SHOTS says, for people who look at the pages."""
        if folder := os.environ.get("EQUITYLAB_SHOTS"):
            self.page.screenshot(path=f"{folder}/{name}.png")


def held(work: Path, key: str):
    """What a portfolio's file holds under a key."""
    if not work.exists():
        return None
    entries = json.loads(work.read_text("utf-8"))["entries"]
    rows = {
        name.split("/", 1)[1]: one["value"]
        for name, one in entries.items()
        if name.startswith(f"{key}/") and not one.get("deleted")
    }
    return rows or (entries.get(key) or {}).get("value")
