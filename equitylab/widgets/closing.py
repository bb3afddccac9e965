"""What closes every module: a promise with a date, and questions to oneself."""

from __future__ import annotations

from dataclasses import replace

from .. import catalog
from .ask import Ask
from .forms import Field, Form, book

PROMPTS = "Answer at least one, and skip freely. Nobody marks this, and nobody else reads it."


def promise(at) -> Ask:
    """What will I do, when, and who will ask me about it?"""
    form = book("every").forms["promise"]
    return Ask(at, replace(form, key=f"promises.{at.id}"))


def reflect(at) -> Ask:
    """What did this bring up? The module's prompts, and its look back where it has one."""
    told = catalog.content("reflection_prompts")
    asked = [Field(f"p{k}", text, "long") for k, text in enumerate(told["prompts"][at.id], 1)]
    again = told["growth_checkin"]
    if at.id in again["after"]:
        asked += [Field(f"g{k}", text, "long") for k, text in enumerate(again["ask"], 1)]
    form = Form(
        "reflect", "form", "Questions to yourself", key=f"reflections.{at.id}",
        intro=PROMPTS, private=True, fields=tuple(asked),
    )  # fmt: skip
    return Ask(at, form)
