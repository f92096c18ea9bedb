"""Markdown tables, printed as they come."""


def row(*cells: object) -> None:
    """Print one row of a table."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def head(title: str, *cells: str) -> None:
    """Print a title and a table's first rows."""
    print(f"\n**{title}**\n")
    row(*cells)
    row("---", *["---:"] * (len(cells) - 1))
