"""`make fuzz`: break files for an hour, and keep each one that is not refused in plain words.

``python -m tests.fuzz.run --minutes 5`` tries new inputs each time; ``--seed`` tries the same ones
again. A fault is made small by Hypothesis, printed, and kept in the folder of cases; the search then
goes on past it. Where atheris is installed (``pip install atheris``), half of the time goes to
inputs that are led by what lines of the readers they reach.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import platformdirs
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz import cases, mutations, oracle

PLANS = {
    "readers": (mutations.inputs(), lambda one: oracle.readers(**one)),
    "portfolio": (mutations.folios(), oracle.portfolio),
}
ROUND = 500  # inputs between looks at the clock
tried: Counter = Counter()
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
    ask.add_argument(
        "--cases", type=Path, default=Path(platformdirs.user_cache_dir("equitylab"), "fuzz")
    )
    ask = ask.parse_args(arguments)
    ask.cases.mkdir(parents=True, exist_ok=True)
    if ask.guided:
        return _guided(ask.guided, ask.minutes, ask.cases)
    plans = [ask.only] if ask.only else list(PLANS)
    guided = not ask.no_atheris and _has_atheris()
    if not guided and not ask.no_atheris:
        print("atheris is not installed: Hypothesis alone chooses the inputs.")
    print(f"Seed {ask.seed}; cases are kept in the cache, in a folder named {ask.cases.name}.")
    began, rounds, faults = time.monotonic(), 0, 0
    share = 0.5 if guided else 1
    while time.monotonic() - began < 60 * share * ask.minutes:
        # A portfolio takes a disk's flush; the readers are many, and get three rounds of four.
        plan = plans[0] if len(plans) == 1 or rounds % 4 else plans[1]
        faults += _round(plan, ask.seed + rounds, ask.cases)
        rounds += 1
        took = time.monotonic() - began
        print(f"{took:6.0f} s  {sum(tried.values()):,} inputs, {faults} faults", flush=True)
    for plan in plans if guided else []:
        minutes = ask.minutes * (1 - share) / len(plans)
        words = ["--guided", plan, "--minutes", str(minutes), "--cases", str(ask.cases)]
        code = subprocess.run([sys.executable, "-m", "tests.fuzz.run", *words]).returncode
        faults += code not in (0,)
    print(f"\n{sum(tried.values()):,} inputs in {time.monotonic() - began:.0f} s: {dict(tried)}")
    print("How they ended: " + "; ".join(f"{n} {what}" for what, n in ends.most_common(12)))
    print(f"{faults} faults." if faults else "No fault.")
    return int(faults > 0)


def _round(plan: str, number: int, folder: Path) -> int:
    inputs, judge = PLANS[plan]
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
    @given(inputs)
    def one(given):
        tried[plan] += 1
        try:
            ends[judge(given)] += 1
        except Exception as fault:
            if sign(fault) not in known:
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


def _guided(plan: str, minutes: float, folder: Path) -> int:
    """Let atheris choose the bytes from which Hypothesis draws the same inputs."""
    import atheris

    inputs, judge = PLANS[plan]
    for name, module in list(sys.modules.items()):
        if name.startswith(("equitylab.readers", "equitylab.portfolio")):
            for value in list(vars(module).values()):
                if getattr(value, "__module__", "") == name and hasattr(value, "__code__"):
                    atheris.instrument_func(value)

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs)
    def one(given):
        try:
            judge(given)
        except Exception as fault:
            if sign(fault) not in known:
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
            print(f"atheris: {count:,} inputs of {plan}, {len(known)} faults", flush=True)
            os._exit(int(bool(known)))

    atheris.Setup(words, each)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
