"""Cases that were found: small files of base64, so that they are text in the repository."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")


def write(folder: Path, plan: str, given: object) -> Path:
    """Keep one input under a name that is made from what it holds."""
    if isinstance(given, dict):
        told = given | {
            "files": {k: base64.b64encode(v).decode() for k, v in given["files"].items()}
        }
    else:
        told = base64.b64encode(given or b"").decode()
    text = json.dumps({"plan": plan, "given": told}, indent=1) + "\n"
    path = folder / f"{plan}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.json"
    path.write_text(text, "utf-8")
    return path


def load(path: Path) -> tuple[str, object]:
    """Return the plan and the input of a case."""
    found = json.loads(path.read_text("utf-8"))
    given = found["given"]
    if isinstance(given, dict):
        files = {k: base64.b64decode(v) for k, v in given["files"].items()}
        return found["plan"], given | {"files": files}
    return found["plan"], base64.b64decode(given)
