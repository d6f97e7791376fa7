"""What the menu of query_tool.py asks at a terminal: a choice, SQL or a file."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import (
    CompleteEvent,
    Completer,
    Completion,
    PathCompleter,
)
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.utils import is_dumb_terminal
from pygments.lexers.sql import SqlLexer

from clustr.sql import quoted
from clustr.text import in_columns
from querying.tables import Table

KEYWORDS = (
    *("select", "from", "where", "group by", "having", "order by", "limit"),
    *("left join", "inner join", "on", "and", "or", "not", "in", "between", "like"),
    *("is null", "is not null", "as", "distinct", "case", "when", "then", "else"),
    *("end", "with", "union all", "count(*)", "sum(", "avg(", "min(", "max("),
    *("cast(", "coalesce(", "desc", "nulls last", "over", "partition by"),
)
WORD = re.compile(r"[\w.]+")
PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
MENU_LINES = 10


class LeftError(Exception):
    """Somebody chose to quit."""


def matching(said: str, names: Iterable[str]) -> list[str]:
    """Names that hold what was typed, whatever its capitals; best first."""
    wanted = said.strip().lower()
    found = [name for name in names if wanted in name.lower()]
    return sorted(found, key=lambda name: not name.lower().startswith(wanted))


class Choices(Completer):
    """The names of a list that hold what is typed, each with its note."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        self.notes = notes

    def get_completions(
        self, document: Document, _complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Those that are left."""
        for name in matching(document.text, self.notes):
            start = -len(document.text)
            yield Completion(name, start, display_meta=self.notes[name])


def written(name: str) -> str:
    """A name as SQL needs it."""
    return name if PLAIN_NAME.fullmatch(name) else quoted(name)


class SqlNames(Completer):
    """Tables, columns and words of SQL that begin with what is typed."""

    def __init__(self, tables: Sequence[Table], columns: Sequence[str]) -> None:
        self.tables = tables
        self.columns = columns

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """A table is found by its own name, too, and a column behind a dot."""
        typed = document.get_word_before_cursor(pattern=WORD)
        word, size = typed.lower(), len(typed)
        place, _, last = word.rpartition(".")
        if not word and not complete_event.completion_requested:
            return
        for table in self.tables:
            if f"{table}".lower().startswith(word) or table.name.startswith(word):
                name = f"{written(table.schema)}.{written(table.name)}"
                yield Completion(name, -size, display_meta="table")
        if place not in {table.schema for table in self.tables}:
            for column in self.columns:
                if column.lower().startswith(last):
                    name = written(column)
                    yield Completion(name, -len(last), display_meta="column")
        for keyword in KEYWORDS:
            if keyword.startswith(word):
                yield Completion(keyword, -size)


class Prompt:
    """A question that is asked again and again; of plain lines on a dumb terminal."""

    def __init__(self, question: str, *, lists: bool = False, **options: Any) -> None:
        self.question = question
        self.session: PromptSession[str] | None = None
        self.first_step: Callable[[], None] | None = None
        if not is_dumb_terminal():
            self.session = PromptSession(
                question, reserve_space_for_menu=MENU_LINES, **options
            )
            if lists:
                self.first_step = self.session.default_buffer.start_completion

    def ask(self, said: str = "") -> str:
        """What is typed, from `said` on, without blanks around it.

        Raises
        ------
        EOFError, KeyboardInterrupt
            At Ctrl-D and Ctrl-C.
        """
        if self.session is None:
            return input(self.question).strip()
        return self.session.prompt(default=said, pre_run=self.first_step).strip()


def leaving_keys() -> KeyBindings:
    """Esc goes back, and the list is there again after a letter was taken away."""
    keys = KeyBindings()

    @keys.add("escape", eager=True)
    def go_back(event: KeyPressEvent) -> None:
        event.app.exit(result="")

    @keys.add("backspace")
    def take_away(event: KeyPressEvent) -> None:
        event.current_buffer.delete_before_cursor()
        event.current_buffer.start_completion()

    return keys


def choose(title: str, notes: Mapping[str, str]) -> str | None:
    """Which of some names was chosen, None to go back.

    What is typed narrows the list down; a part that only one name has will do. Asks
    until that is so. Each name has a note that stands beside it.

    Raises
    ------
    LeftError
        If `q` was typed.
    EOFError, KeyboardInterrupt
        At Ctrl-D and Ctrl-C.
    """
    if is_dumb_terminal():
        print(in_columns([[f"  {name}", note] for name, note in notes.items()], "lr"))
    prompt = Prompt(
        f"{title}> ",
        lists=True,
        completer=Choices(notes),
        key_bindings=leaving_keys(),
        bottom_toolbar="type to filter, Tab or arrows: choose, Esc: back, Ctrl-D: quit",
    )
    said = ""
    while True:
        said = prompt.ask(said)
        if said.lower() in {"q", "quit"} - set(notes):
            raise LeftError
        if said.lower() in {"", "b", "back"} - set(notes):
            return None
        found = [said] if said in notes else matching(said, notes)
        if len(found) == 1:
            return found[0]
        print(f"{said}: {' or '.join(found[:4]) or 'none of these'}")
        said = said if found else ""


def is_unfinished() -> bool:
    """Whether Enter starts a line more in the SQL that is being typed."""
    text = get_app().current_buffer.text.strip()
    return bool(text) and not text.endswith(";")


def history() -> History:
    """What was asked before, from a file of one's own; if there can be one."""
    state = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    path = state / "clustr" / "query_history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.open("ab").close()
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)


def sql_prompt(tables: Sequence[Table], columns: Sequence[str]) -> Prompt:
    """A prompt for SQL that ends at `;` and knows these names and earlier queries."""
    return Prompt(
        "sql> ",
        lexer=PygmentsLexer(SqlLexer),
        completer=SqlNames(tables, columns),
        history=history(),
        multiline=Condition(is_unfinished),
        prompt_continuation="...> ",
        bottom_toolbar="; and Enter: run, Tab: names, up: earlier, Enter alone: back",
    )


def file_prompt() -> Prompt:
    """A prompt for the name of a file."""
    return Prompt(
        "file> ",
        completer=PathCompleter(expanduser=True),
        bottom_toolbar=".csv, .json or .parquet; Enter alone: back",
    )
