"""Documents written as tagged sentences: ``word/tag``, ``word/tag*`` for a stop word, ``[ORG word/tag …]`` a name."""

import re
import subprocess
import sys

from pipeline.keywords.core import Document, Name, Token


def document(*sentences: str, doc_id: str = "0" * 16) -> Document:
    """A document of the sentences, one a line of its text."""
    position = 0
    tokens, names = [], []
    for sentence in sentences:
        row = []
        label, start = "", 0
        for piece in re.split(r"(?<!\S)\[([A-Z]+) | |(?<=\S)(\])(?!\S)", sentence):
            if piece is None or piece == "":
                continue
            if piece == "]":
                text = "".join(token.text for token in row if token.start >= start)
                names.append(Name(start, position, text, label))
            elif re.fullmatch("ORG|PUB|LOC|PER", piece):
                label, start = piece, position
            else:
                text, pos = piece.rsplit("/", 1)
                row.append(Token(position, position + len(text), text, pos.rstrip("*"), pos.endswith("*")))
                position += len(text)
        tokens.append(tuple(row))
        position += 1
    return Document(doc_id, tuple(tokens), tuple(names))


def outputs_under_hash_seeds(code: str) -> set[bytes]:
    """What ``code`` prints, run with the tests of this folder at hand, under several hash seeds: as a set."""
    return {
        subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, 'tests/keywords'); {code}"],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
