"""`make fuzz`: break files for an hour, and keep each one that is not refused in plain words.

``python -m tests.fuzz.run --minutes 5`` tries new inputs each time; ``--seed`` tries the same ones
again. A fault is made small by Hypothesis, printed, and kept in the folder of cases; the search then
goes on past it. Where atheris is installed (``pip install atheris``), half of the time goes to
inputs that are led by what lines of the readers they reach.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import platformdirs
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz import cases
from tests.fuzz.given import PLANS, inputs, judge
from tests.fuzz.oracle import resource

ROUND = 200  # inputs between looks at the clock
tried: Counter = (
    Counter()
)  # by kind of input, and of those that are read by the file that was broken
spent: Counter = Counter()  # seconds
ends: Counter = Counter()
known: set[str] = set()


def sign(fault: BaseException) -> str:
    """Return what tells one fault from another: where it arose, and what kind it is."""
    lines = re.findall(r'File "[^"]*?((?:equitylab)/[^"]*)", line (\d+)', str(fault))
    last = str(fault).strip().splitlines()[-1] if str(fault).strip() else type(fault).__name__
    return f"{lines[-1] if lines else ''} {re.sub(r'[^A-Za-z ]', '', last)[:60]}"


def main(arguments: list[str] | None = None) -> int:
    """Fuzz for so long, and return 1 if there was a fault."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--minutes", type=float, default=60)
    ask.add_argument("--seed", type=int, default=int(time.time()))
    ask.add_argument("--only", choices=list(PLANS))
    ask.add_argument("--no-atheris", action="store_true")
    ask.add_argument("--guided", choices=list(PLANS), help=argparse.SUPPRESS)
    ask.add_argument("--told", type=Path, help=argparse.SUPPRESS)
    ask.add_argument(
        "--cases", type=Path, default=Path(platformdirs.user_cache_dir("equitylab"), "fuzz")
    )
    ask = ask.parse_args(arguments)
    ask.cases.mkdir(parents=True, exist_ok=True)
    if ask.guided:
        return _guided(ask.guided, ask.minutes, ask.cases, ask.told)
    plans = [ask.only] if ask.only else list(PLANS)
    guided = not ask.no_atheris and _has_atheris()
    if not guided and not ask.no_atheris:
        print("atheris is not installed: Hypothesis alone chooses the inputs.")
    print(f"Seed {ask.seed}; cases are kept in the cache, in a folder named {ask.cases.name}.")
    began, rounds, faults = time.monotonic(), 0, 0
    share = 0.5 if guided else 1
    while time.monotonic() - began < 60 * share * ask.minutes:
        # The readers are many, and get every second round.
        turn = 0 if rounds % 2 == 0 else 1 + (rounds // 2) % max(1, len(plans) - 1)
        plan = plans[turn % len(plans)]
        faults += _round(plan, ask.seed + rounds, ask.cases)
        rounds += 1
        took = time.monotonic() - began
        print(f"{took:6.0f} s  {sum(tried.values()):,} inputs, {faults} faults", flush=True)
    for plan in plans if guided else []:
        part = 1 if len(plans) == 1 else 0.5 if plan == plans[0] else 0.5 / (len(plans) - 1)
        with tempfile.TemporaryDirectory() as place:
            told = Path(place) / "told.json"
            words = ["--guided", plan, "--minutes", str(ask.minutes * (1 - share) * part)]
            words += ["--cases", str(ask.cases), "--told", str(told)]
            code = subprocess.run([sys.executable, "-m", "tests.fuzz.run", *words]).returncode
            faults += code not in (0,)
            found = json.loads(told.read_text()) if told.exists() else [{}, {}, {}]
            for counter, counts in zip((tried, spent, ends), found, strict=True):
                counter.update(counts)
    print(f"\n{sum(tried.values()):,} inputs in {time.monotonic() - began:.0f} s:")
    for name, count in tried.most_common():
        print(f"  {name:28} {count:8,} inputs {spent[name]:8.0f} s")
    print("How they ended: " + "; ".join(f"{n} {what}" for what, n in ends.most_common(12)))
    for whose in ("SELF", "CHILDREN") if resource else ():  # Hypothesis, atheris
        used = resource.getrusage(getattr(resource, f"RUSAGE_{whose}"))
        cpu, most = used.ru_utime + used.ru_stime, used.ru_maxrss / 1000
        print(f"{cpu:,.0f} s of a core, {most:,.0f} MB at most")
    print(f"{faults} faults." if faults else "No fault.")
    return int(faults > 0)


def _tried(plan: str, given: object) -> None:
    """Judge one input and count it; a fault that is known already is passed by."""
    name = f"{plan}: {given['seed']}" if plan == "readers" else plan
    tried[name] += 1
    began = time.monotonic()
    try:
        ends[judge(plan, given)] += 1
    except Exception as fault:
        if sign(fault) not in known:
            raise
    finally:
        spent[name] += time.monotonic() - began


def _round(plan: str, number: int, folder: Path) -> int:
    last = {}

    @seed(number)
    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(inputs(plan))
    def one(given):
        try:
            _tried(plan, given)
        except Exception as fault:
            last.update(given=given, fault=fault)
            raise

    try:
        one()
    except Exception as fault:
        _keep(plan, last.get("given"), last.get("fault", fault), folder)
        return 1
    return 0


def _keep(plan: str, given: object, fault: BaseException, folder: Path) -> None:
    known.add(sign(fault))
    path = cases.write(folder, plan, given)
    print(f"\nFAULT in {plan}, kept as {path.name}:\n{fault}\n", flush=True)


def _has_atheris() -> bool:
    from importlib.util import find_spec

    return find_spec("atheris") is not None


def _guided(plan: str, minutes: float, folder: Path, told: Path) -> int:
    """Let atheris choose the bytes from which Hypothesis draws the same inputs."""
    import atheris

    own = ("equitylab.readers", "equitylab.portfolio", "equitylab.kit_roster", "equitylab.cohort")
    own += (
        "equitylab.reports.family",
        "equitylab.privacy",
        "equitylab.plan",
        "equitylab.widgets.forms",
    )
    for name, module in list(sys.modules.items()):
        if name.startswith(own):
            for value in list(vars(module).values()):
                if getattr(value, "__module__", "") == name and hasattr(value, "__code__"):
                    atheris.instrument_func(value)

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs(plan))
    def one(given):
        try:
            _tried(plan, given)
        except Exception as fault:
            _keep(plan, given, fault, folder)

    start = folder / "start"  # the first inputs: long enough that Hypothesis can draw from them
    start.mkdir(exist_ok=True)
    for number in range(40):
        (start / str(number)).write_bytes(random.Random(number).randbytes(1500))
    words = [
        sys.argv[0],
        str(start),
        f"-max_total_time={int(60 * minutes) + 1}",
        "-rss_limit_mb=4000",
    ]
    words += ["-max_len=4096", "-verbosity=0", "-print_final_stats=1", "-timeout=60"]
    os.chdir(folder)  # where it leaves the bytes of a crash
    began, count = time.monotonic(), 0

    def each(raw: bytes) -> None:
        nonlocal count
        count += 1
        one.hypothesis.fuzz_one_input(raw)
        if time.monotonic() - began > 60 * minutes:
            print(f"atheris: {count:,} tries of {plan}, {len(known)} faults", flush=True)
            told.write_text(json.dumps([tried, spent, ends]))
            os._exit(int(bool(known)))

    atheris.Setup(words, each)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
