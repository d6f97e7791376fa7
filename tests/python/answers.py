"""Questions that the docs ask in SQL, and the answers that they give below.

A question is an ```sql block, its answer the Markdown table right below it.
"""

import re
from dataclasses import dataclass
from typing import Any

from clustr.feeds import PROJECT

FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
ROWS_BELOW = re.compile(r"\A\s*((?:\|.*\|\n?)+)")
DOC = re.compile(r"\{% docs questions_(\w+) %\}\n(.*?)\{% enddocs %\}", re.DOTALL)

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Block:
    """A fenced block, what stands above and the cells of the table right below it.

    `above` begins where the block before it ends; without a table there are no cells.
    """

    language: str
    text: str
    above: str
    table: Table


def cells(line: str) -> tuple[str, ...]:
    """Cells of one line of a Markdown table."""
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def blocks(text: str, language: str) -> list[Block]:
    """Fenced blocks of a language, in order."""
    found = []
    end = 0
    for fence in FENCE.finditer(text):
        above, end = text[end : fence.start()], fence.end()
        if fence[1] != language:
            continue
        below = ROWS_BELOW.match(text[end:])
        lines = below[1].splitlines() if below else []
        # the second line of a Markdown table is its rule
        table = tuple(cells(line) for line in lines[:1] + lines[2:])
        found.append(Block(language, fence[2], above, table))
    return found


def gold_docs() -> dict[str, str]:
    """What the docs of each gold table ask and answer, by the table's name."""
    found: dict[str, str] = {}
    for path in sorted((PROJECT / "models" / "gold").rglob("_*__questions.md")):
        for name, text in DOC.findall(path.read_text(encoding="utf-8")):
            assert name not in found, f"{path}: {name} is asked twice"
            found[name] = text.strip()
    return found


def gold_questions() -> list[tuple[str, Block]]:
    """Every question to a gold table, with the table's name."""
    return [
        (name, block)
        for name, text in gold_docs().items()
        for block in blocks(text, "sql")
    ]


def as_cell(value: Any) -> str:
    """A value as the docs show it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def expect_answer(cursor: Any, block: Block) -> None:
    """Ask a connection to DuckDB or a cursor of PostgreSQL; fail with what it says."""
    assert block.table, f"no table of answers below:\n{block.text}"
    cursor.execute(block.text)
    header = tuple(column[0] for column in cursor.description)
    rows = tuple(tuple(map(as_cell, row)) for row in cursor.fetchall())
    lines = (header, ("---",) * len(header), *rows)
    said = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    assert (header, *rows) == block.table, f"{block.text}\n{said}"
