"""Lists of words that users can read and add to: text files with sections."""

from pathlib import Path


def read_sections(path: Path) -> dict[str, tuple[str, ...]]:
    """Section to its words in order: ``[section]`` begins one, ``#`` a comment, blanks and line ends part words."""
    sections: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            sections[name] = sections.get(name, ()) + tuple(line.split())
    return sections
