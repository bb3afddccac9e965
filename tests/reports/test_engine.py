"""A notebook run in a warm process: equal to what a kernel gives, clean each time, nothing left."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines

from equitylab import places
from equitylab.reports import engine, warm
from equitylab.reports.engine import WarmEngine

pytestmark = pytest.mark.skipif(not warm.can_fork(), reason="this system cannot fork")
papermill_engines.register("equitylab", WarmEngine)

# Each: cells, of which one that starts with "#raises" is tagged `raises-exception`.
AWKWARD = {
    "streams": [
        "import os, sys, time\nprint('a')\nprint('b', file=sys.stderr)\nprint('c', end='')\nprint()",
        "print('one', flush=True); print('two', flush=True); sys.stderr.write('e\\n'); 5",
        "print('first', flush=True)\nos.write(1, b'raw\\n'); time.sleep(0.4)\nprint('after')",
        "os.system('echo from a shell; echo and its errors >&2'); time.sleep(0.4)",
        "!echo by magic",
        "%%bash\necho script\nfor i in 1 2; do echo $i; done",
        "out = !echo kept\nout",
        "import subprocess\nsubprocess.run([sys.executable, '-c', 'print(1)'])\ntime.sleep(0.4)",
        "sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.name, sys.stdout.writable()",
        "print('é ü 漢 😀', '\\x1b[1mbold\\x1b[0m', 'a\\rb')",
        "print('x' * 300_000)\nfor i in range(3000): print(i)",
        "import logging\nlogging.warning('to stderr')\nlogging.getLogger('a').error('again')",
        "import threading\nt = threading.Thread(target=print, args=['thread']); t.start(); t.join()",
        "import os\npid = os.fork()\nif pid == 0:\n    print('child', flush=True); os._exit(0)\n"
        "os.waitpid(pid, 0)[1], time.sleep(0.4)",
    ],
    "displays": [
        "from IPython.display import *\ndisplay(HTML('<b>x</b>'), Markdown('*x*'), metadata={'a': 1})",
        "print('text'); display(1, 2); print('more'); display({'text/plain': 'raw'}, raw=True)",
        "h = display('first', display_id='one')\nh2 = display('other', display_id=True); None",
        "h.update('second')\nupdate_display(HTML('<i>third</i>'), display_id='one')",
        "display('again', display_id='one')",
        "for i in range(3):\n    clear_output(wait=True); print(i); display(i)",
        "print('gone'); clear_output(); print('left')",
        "clear_output(wait=True)",
        "Image(data=b'\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR\\0\\0\\0\\1\\0\\0\\0\\1', format='png')",
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')\nLatex('$x$')",
        "JSON({'a': float('1.5'), 'b': [1, None]})",
        "class Both:\n    def _repr_html_(self): return '<p>both</p>'\n"
        "    def __repr__(self): return 'both'\nBoth()",
        "class Late:\n    def _ipython_display_(self): print('shown itself')\nLate()",
        "class Bad:\n    def _repr_html_(self): raise ValueError('no html')\n"
        "    def __repr__(self): return 'bad'\nBad()",
        "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
        "1; 2",
        "3;",
        "_, __, Out, In[-1]",
        "None",
        "get_ipython().ast_node_interactivity = 'all'",
        "4\n5",
    ],
    "pictures": [
        "%matplotlib inline\nimport matplotlib.pyplot as plt",
        "plt.plot([1, 2, 3]); plt.title('t')",
        "fig, ax = plt.subplots(figsize=(2, 1)); ax.bar([1, 2], [3, 4])\nplt.show()\nprint('after')",
        "%config InlineBackend.figure_formats = ['svg']\nplt.rcParams['svg.hashsalt'] = 'x'",
        "import matplotlib\nmatplotlib.get_backend(), sorted(plt.rcParams)[:3], len(plt.rcParams)",
        "fig",
        "plt.rcParams['figure.dpi'], plt.rcParams['figure.facecolor'], plt.isinteractive()",
    ],
    "async": [
        "import asyncio\nawait asyncio.sleep(0.01)\nprint('waited')\n7",
        "async def f(k):\n    await asyncio.sleep(0)\n    return k\nawait asyncio.gather(f(1), f(2))",
        "task = asyncio.create_task(f('later'))",
        "await task",
        "asyncio.get_running_loop().is_running()",
        "#raises\nasyncio.run(f(3))",
        "async with asyncio.Lock():\n    print('locked')",
        "#raises\nasync def late():\n    await asyncio.sleep(0)\n    raise TimeoutError\nawait late()",
    ],
    "errors": [
        "#raises\nprint('so far')\n1 / 0\nprint('not this')",
        "#raises\ndef f(x):\n    return g(x)\ndef g(x):\n    raise KeyError(x)\nf('key')",
        "#raises\nx = (1,\ny = 2",
        "#raises\nundefined_name",
        "#raises\ntry:\n    1 / 0\nexcept Exception as e:\n    raise ValueError('second') from e",
        "#raises\nraise ExceptionGroup('many', [ValueError(1), TypeError(2)])",
        "#raises\nclass Odd(Exception):\n    def __str__(self): return 'odd ✗ \\x1b[1m'\nraise Odd",
        "#raises\n%nosuchmagic",
        "#raises\n%%nosuchcell\nx",
        "#raises\nimport nosuchmodule",
        "#raises\ninput('name? ')",
        "#raises\nimport getpass; getpass.getpass()",
        "#raises\nimport sys; sys.exit(3)",
        "#raises\nsys.exit()",
        "#raises\nraise KeyboardInterrupt",
        "#raises\nassert 1 == 2, 'not equal'",
        "#raises\nimport pandas as pd\npd.DataFrame({'a': [1]})['b']",
        "#raises\nclass Worse:\n    def __repr__(self): raise ValueError('no repr')\nWorse()",
        "#raises\nfrom equitylab.errors import DataError\nraise DataError('A plain line.')",
        "'after all'",
    ],
    "magics": [
        "%precision 3\n3.14159",
        "%who_ls",
        "a = 1; b = 'x'\n%whos",
        "%%capture kept\nprint('hidden'); 5",
        "kept.stdout, kept.outputs",
        "%%writefile written.py\nvalue = 42",
        "%run written.py\nvalue",
        "%load_ext autoreload\n%autoreload 2",
        "%lsmagic\n%alias",
        "len?",
        "%pinfo len",
        "%env EQUITYLAB_TEST=1",
        "%cd -q /\nimport os; os.getcwd()",
        "%history -l 3",
        "%%html\n<b>html</b>",
        "%%javascript\n1",
        "%%latex\n$x$",
        "import timeit\n%timeit -n1 -r1 -q pass",
        "%xmode Minimal",
        "#raises\n1 / 0",
        "%reset -f\n'a' in globals()",
        "%autosave 0",
        "get_ipython().__class__.__name__, 'IPKernelApp' in get_ipython().config",
        "%config Completer.use_jedi",
        "_i3, In[3]",
    ],
    "warnings": [
        "import warnings\nwarnings.warn('once'); warnings.warn('twice')",
        "for _ in range(3): warnings.warn('same place')",
        "warnings.warn('old', DeprecationWarning)",
        "warnings.warn('soon', FutureWarning); warnings.warn('later', PendingDeprecationWarning)",
        "import numpy as np\nnp.array([1.0]) / 0",
        "np.log(-1)",
        "x = 1\nx is 1",
        "with warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n"
        "    warnings.warn('kept')\nlen(w)",
    ],
    "where": [
        "import os, sys\nos.getcwd(), sys.path, __name__, sys.executable, sys.flags.dev_mode",
        "sorted(k for k in os.environ if not k.startswith(('JPY_', 'PYTEST_')))",
        "[os.environ.get(k) for k in ('MPLBACKEND', 'TERM', 'PAGER', 'OPENBLAS_NUM_THREADS')]",
        "import tempfile, pathlib, locale\ntempfile.gettempdir(), pathlib.Path('~').expanduser()",
        "locale.getlocale(), sys.getdefaultencoding(), sys.getrecursionlimit()",
        "sorted(k for k in globals() if not k.startswith('_i'))",
        "sys.modules['__main__'].__dict__ is globals(), __builtins__ is not None",
        "import threading, signal\nthreading.current_thread() is threading.main_thread()",
        "signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)",
        "os.umask(0o22), os.environ.get('JPY_PARENT_PID') == str(os.getppid()) or True",
        "import pickle\nclass K: pass\npickle.loads(pickle.dumps(K())).__class__ is K",
        "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p: r = p.map(abs, [-1])\nr",
        "sys.stdin.read() if sys.stdin else None",
        "sys.argv[0].endswith('ipykernel_launcher.py')",
        "import decimal; decimal.getcontext().prec, sys.float_info.max",
    ],
    "widgets": [
        "import ipywidgets as w\ns = w.IntSlider(3, description='n'); s",
        "s.value = 5\nw.VBox([s, w.Label('x'), w.HTML('<b>y</b>')])",
        "o = w.Output(); display(o)\nwith o:\n    print('inside'); display(1)",
        "with o:\n    o.clear_output(); print('again')",
        "w.interact(lambda x: print(x) or x, x=(0, 4))",
        "from tqdm.auto import tqdm\nlen(list(tqdm(range(3), disable=True)))",
    ],
    "stops": ["x = 1\nx", "print('here')\nraise ValueError('stop')", "x + 1"],
    "exits": ["1", "import sys\nprint('bye')\nsys.exit(0)", "2"],
    "syntax": ["1", "def f(:\n  pass", "2"],
}


def book(*sources: str, kernel: str = "python3"):
    cells = []
    for source in sources:
        cell = nbformat.v4.new_code_cell(source)
        if source.startswith("#raises"):
            cell.metadata["tags"] = ["raises-exception"]
        cells += [cell, nbformat.v4.new_markdown_cell("prose")]
    about = {"name": kernel, "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": about})


def run(path, name: str | None, out, parameters=None, **options):
    """Run a notebook by an engine; return what lies in the file, and what was raised."""
    raised = None
    try:
        papermill.execute_notebook(
            path, out, parameters=parameters, engine_name=name, progress_bar=False, **options
        )
    except papermill.PapermillExecutionError as error:
        raised = [error.ename, error.evalue, error.exec_count, plain(error.traceback)]
    return nbformat.read(out, as_version=4), raised


def plain(thing) -> str:
    """Return a notebook, or a part, as text without times, ids and addresses."""
    text = json.dumps(thing, indent=1, ensure_ascii=False, sort_keys=True)
    text = re.sub(r"(?<!\d)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:\+00:00|Z)?", "TIME", text)
    text = re.sub(r'"duration": [\d.e-]+', '"duration": SECONDS', text)
    text = re.sub(r"0x[0-9a-f]{6,}", "ADDRESS", text)
    text = re.sub(r"ipykernel_\d+", "PID", text)
    return re.sub(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", "ID", text)


def joined(notebook):
    """Join texts of one stream that follow on each other: a kernel cuts them by the clock."""
    about = notebook.metadata.papermill
    about.pop("input_path"), about.pop("output_path")
    for cell in notebook.cells:
        cell.pop("id")
        outputs = []
        for one in cell.get("outputs", []):
            last = outputs[-1] if outputs else {}
            if one.output_type == "stream" == last.get("output_type") and one.name == last.name:
                last.text += one.text
            else:
                outputs.append(one)
        if "outputs" in cell:
            cell.outputs = outputs
    # Models lie in the order of their ids, which are drawn by lot.
    for bundle in notebook.metadata.get("widgets", {}).values():
        bundle["state"] = sorted(map(plain, bundle["state"].values()))
    return notebook


def same(warm_one, cold_one) -> None:
    (ours, our_error), (theirs, their_error) = warm_one, cold_one
    ours, theirs = joined(ours), joined(theirs)
    for mine, other in zip(ours.cells, theirs.cells, strict=True):
        assert plain(mine) == plain(other), mine.source
    assert plain(ours) == plain(theirs)
    assert our_error == their_error


OURS = {
    "school-report": {"release": "release.zip", "unit_id": "0102"},
    "district-report": {"release": "release.zip", "unit_id": "01"},
    "03-audit-access-and-outcomes": {"release": "release.zip", "unit_id": "0102"},
    "10-plan-goals-and-measures": {"release": "release.zip", "unit_id": "0102"},
}


class Cold:
    """What papermill's own engine makes of each notebook, in two processes, while ours run."""

    def __init__(self, folder: Path, release: Path) -> None:
        self.folder, self.release = folder, release
        names = [*OURS, *AWKWARD]
        self.processes = [
            subprocess.Popen(
                [sys.executable, __file__, *map(json.dumps, map(self.job, names[k::2]))],
                env={k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for k in (0, 1)
        ]

    def job(self, name: str, side: str = "cold") -> dict:
        """Lay down a notebook in a folder of its own, and return how it is run."""
        here = self.folder / side / name
        here.mkdir(parents=True)
        if name in OURS:
            shutil.copy(self.release, here / "release.zip")
            shutil.copy(places.notebooks() / f"{name}.ipynb", here / "in.ipynb")
        else:
            nbformat.write(book(*AWKWARD[name]), here / "in.ipynb")
        return {
            "path": str(here / "in.ipynb"),
            "out": str(here / "out.ipynb"),
            "cwd": str(here),
            "parameters": OURS.get(name),
        }

    def __getitem__(self, name: str):
        here = self.folder / "cold" / name
        until = time.monotonic() + 120
        while not (here / "raised.json").exists():
            if time.monotonic() > until or all(p.poll() is not None for p in self.processes):
                # Two kernels that start at once may be given the same port, and wait for ever.
                for process in self.processes:
                    process.kill()
                shutil.rmtree(here)
                words = [sys.executable, __file__, json.dumps(self.job(name))]
                subprocess.run(words, check=True, timeout=120, capture_output=True)
            time.sleep(0.05)
        raised = json.loads((here / "raised.json").read_text())
        return nbformat.read(here / "out.ipynb", as_version=4), raised


@pytest.fixture(scope="module")
def cold(tmp_path_factory, release):
    made = Cold(tmp_path_factory.mktemp("engine"), release)
    yield made
    for process in made.processes:
        process.terminate()
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OURS, *AWKWARD])
def test_a_notebook_comes_out_as_from_a_kernel(name, cold):
    ours, raised = run(name="equitylab", **cold.job(name, "warm"))
    theirs, their_raised = cold[name]
    away = [(str(cold.folder / side / name), "HERE") for side in ("warm", "cold")]
    texts = []
    for one in (ours, theirs):
        text = nbformat.writes(one)
        for path, word in away:
            text = text.replace(path, word)
        texts.append(nbformat.reads(text, as_version=4))
    same((texts[0], raised), (texts[1], their_raised))
    if name in OURS:
        shown = [bool(cell.outputs) for cell in ours.cells if cell.cell_type == "code"]
        # A report shows something in every cell after its parameters, as they are and as given.
        assert all(shown[2:]) if name.endswith("-report") else sum(shown) > 10


def test_a_report_of_a_notebook_that_stops_says_where(cold):
    left, raised = run(name="equitylab", **cold.job("stops", "again"))
    assert raised[:3] == ["ValueError", "stop", 2]
    assert "An Exception was encountered" in left.cells[0].source
    states = [c.metadata.papermill.status for c in left.cells if "papermill" in c.metadata]
    assert states == ["completed", "completed", "failed", "pending", "pending", "pending"]


# Clean state

DIRTY = """
import os, random, sys, warnings, tempfile, decimal, locale, builtins, pathlib
import matplotlib as mpl, numpy as np, pandas as pd
from equitylab.reports import story
mpl.rcParams["font.size"] = 99; pd.options.display.max_rows = 3; np.set_printoptions(precision=1)
warnings.simplefilter("error"); os.environ["DIRTY"] = "1"; os.chdir("/"); os.umask(0)
random.seed(0); np.random.seed(0); sys.path.insert(0, "/dirty"); builtins.dirty = 1
tempfile.tempdir = "/dirty"; decimal.getcontext().prec = 3; sys.setrecursionlimit(5000)
story.dirty = 1; sys.modules["dirty"] = story; x = 1; open_file = open("left.txt", "w")
get_ipython().ast_node_interactivity = "all"; open_file.write("written at the end")
"""
LOOK = """
import os, random, sys, warnings, tempfile, decimal, builtins
import matplotlib as mpl, numpy as np, pandas as pd
from equitylab.reports import story
import psutil
[mpl.rcParams["font.size"], pd.options.display.max_rows, np.get_printoptions()["precision"],
 any(f[0] == "error" for f in warnings.filters), "DIRTY" in os.environ, os.getcwd(),
 "/dirty" in sys.path, hasattr(builtins, "dirty"), tempfile.gettempdir() == "/dirty",
 decimal.getcontext().prec, sys.getrecursionlimit(), hasattr(story, "dirty"),
 "dirty" in sys.modules, "x" in globals(), len(In), get_ipython().ast_node_interactivity,
 sorted(f.path for f in psutil.Process().open_files() if not f.path.startswith("/memfd"))]
"""
DRAWN = "import random, numpy as np\n[random.random(), np.random.rand(), np.random.randint(99)]"


def last(notebook) -> str:
    return notebook.cells[-2].outputs[-1].data["text/plain"]


def test_what_one_report_leaves_the_next_does_not_find(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir(), two.mkdir()
    DIRTY_HERE = DIRTY.replace('"left.txt"', repr(str(tmp_path / "left.txt")))
    run(book(DIRTY_HERE), "equitylab", tmp_path / "a.ipynb", cwd=one)
    found, _ = run(book(LOOK), "equitylab", tmp_path / "b.ipynb", cwd=two)
    clean, _ = run(book(LOOK), None, tmp_path / "c.ipynb", cwd=two)
    assert last(found) == last(clean)
    assert (tmp_path / "left.txt").read_text() == "written at the end"


def test_what_is_done_at_the_end_is_done_and_no_longer_than_that_is_waited_for(tmp_path, monkeypatch):
    at_exit = "import atexit, time; atexit.register(lambda: ({}, open({!r}, 'w').write('done')))"
    monkeypatch.setattr(warm, "LEAVING", 2.0)
    for wait, told in (("time.sleep(0.5)", "done"), ("time.sleep(60)", "")):
        left = tmp_path / f"left{bool(told)}"
        left.touch()
        began = time.monotonic()
        run(book(at_exit.format(wait, str(left))), "equitylab", tmp_path / "a.ipynb")
        assert left.read_text() == told and time.monotonic() - began < 20


def test_random_numbers_are_a_reports_own_and_the_same_again(tmp_path):
    def draw(unit_id: str) -> str:
        cells = book("unit_id = ''", DRAWN)
        cells.cells[0].metadata["tags"] = ["parameters"]
        return last(run(cells, "equitylab", tmp_path / "r.ipynb", {"unit_id": unit_id})[0])

    assert draw("01") == draw("01") != draw("02")


# Ends


def left_over(before: set[int]) -> list[str]:
    """Return the processes below this one that were not there before and are no zygote."""
    known = before | {zygote.process.pid for _, zygote in engine._current}
    left = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            line = " ".join(process.cmdline())
            # The cold runs may still be under way beside this test.
            if process.pid not in known and line and not re.search("_launcher|test_engine", line):
                left.append(line)
    return left


@pytest.fixture
def before(tmp_path):
    run(book("1"), "equitylab", tmp_path / "first.ipynb")
    return {p.pid for p in psutil.Process().children(recursive=True)}


SPAWN = """
import subprocess
[subprocess.Popen(["sleep", "600"], start_new_session=apart).pid for apart in (False, True)]
"""


def test_what_a_notebook_started_ends_with_it(before, tmp_path):
    made, _ = run(book(SPAWN), "equitylab", tmp_path / "a.ipynb")
    started = json.loads(last(made))
    alive = [p for p in psutil.process_iter() if p.pid in started and p.status() != "zombie"]
    assert len(started) == 2 and not alive and not left_over(before)


def test_a_cell_over_its_time_and_a_process_that_dies_leave_nothing(before, tmp_path):
    with pytest.raises(CellTimeoutError):
        run(book("while True: pass"), "equitylab", tmp_path / "a.ipynb", execution_timeout=1)
    with pytest.raises(DeadKernelError):
        run(book("import os; os.kill(os.getpid(), 9)"), "equitylab", tmp_path / "b.ipynb")
    assert not left_over(before)
    assert last(run(book("1 + 1"), "equitylab", tmp_path / "c.ipynb")[0]) == "2"


def test_a_killed_zygote_takes_its_children_along_and_a_new_one_is_made(before, tmp_path):
    first = engine.current().process
    cell = "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)"
    with pytest.raises(DeadKernelError):
        run(book(cell), "equitylab", tmp_path / "a.ipynb")
    assert last(run(book("1 + 1"), "equitylab", tmp_path / "b.ipynb")[0]) == "2"
    assert engine.current().process.pid != first.pid
    assert not left_over(before)


def test_when_whoever_runs_it_is_killed_nothing_is_left(tmp_path):
    nbformat.write(book("import time; print('on', flush=True); time.sleep(600)"), tmp_path / "in")
    job = {"path": str(tmp_path / "in"), "out": str(tmp_path / "out"), "name": "equitylab"}
    process = subprocess.Popen([sys.executable, __file__, json.dumps(job)], cwd=tmp_path)
    top, until = psutil.Process(process.pid), time.monotonic() + 30
    while len(top.children(recursive=True)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    below = top.children(recursive=True)
    assert len(below) == 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, left = psutil.wait_procs(below, timeout=10)
    assert left == []


# Where it cannot be


def test_without_fork_a_kernel_runs_it_and_says_so(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(warm, "can_fork", lambda: False)
    monkeypatch.setattr(engine, "current", lambda: pytest.fail("it forked"))
    made, _ = run(book("6 * 7"), "equitylab", tmp_path / "a.ipynb")
    assert last(made) == "42" and "cannot fork" in caplog.text


def test_where_the_warm_process_does_not_start_a_kernel_runs_it(monkeypatch, tmp_path, caplog):
    engine.close()
    monkeypatch.setattr(warm, "PINNED", {"PYTHONHOME": "/nowhere"})
    made, _ = run(book("6 * 7"), "equitylab", tmp_path / "a.ipynb")
    assert last(made) == "42" and "the warm process could not be started" in caplog.text


def test_a_kernel_of_another_language_or_python_is_left_to_jupyter():
    assert engine._cannot("python3", {}) == ""
    assert "is not this Python" in engine._cannot("no-such-kernel", {})
    assert "extra_arguments" in engine._cannot("python3", {"extra_arguments": []})


@pytest.mark.parametrize("first", ["equitylab.reports.engine", "papermill"])
def test_the_engine_is_found_by_its_name_whatever_is_imported_first(first):
    code = (
        f"import {first}, papermill.engines as e; "
        "print(e.papermill_engines.get_engine('equitylab').execute_notebook.__qualname__)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert said.stdout.strip() == "Engine.execute_notebook", said.stderr


def test_papermills_own_command_takes_the_engine(tmp_path):
    nbformat.write(book("6 * 7"), tmp_path / "in.ipynb")
    words = ["--engine", "equitylab", "--no-progress-bar", "in.ipynb", "out.ipynb"]
    command = [sys.executable, "-m", "papermill", *words]
    said = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert last(nbformat.read(tmp_path / "out.ipynb", as_version=4)) == "42"
    assert "kernel of its own" not in said.stderr


if __name__ == "__main__":
    for given in sys.argv[1:]:
        job = json.loads(given)
        _, what = run(**{"name": None} | job)
        (Path(job["out"]).parent / "raised.json").write_text(json.dumps(what))
