"""Rows on a terminal: printed where they fit, else to be scrolled, lines unbroken."""

from collections.abc import Callable, Sequence
from io import StringIO

from prompt_toolkit.application import Application, get_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.layout import FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.utils import is_dumb_terminal

from querying.answer import TABLE_LIMIT
from querying.formats import write_table
from querying.reading import Cut, Result

MOST_ROWS = 10_000
KEYS = "q: back, arrows and PgDn: move"


class View:
    """Lines below a heading, and the part of them that is seen."""

    def __init__(self, lines: Sequence[str], size: Callable[[], Size]) -> None:
        self.heading, *self.lines = lines
        self.width = max(map(len, lines))
        self.size = size
        self.top = self.left = 0

    @property
    def height(self) -> int:
        """Lines seen at a time: the heading and the last line are not among them."""
        return max(self.size().rows - 2, 1)

    def move(self, down: int = 0, right: int = 0) -> None:
        """Move as far as there is something to see."""
        furthest = max(self.width - self.size().columns, 0)
        lowest = max(len(self.lines) - self.height, 0)
        self.top = min(max(self.top + down, 0), lowest)
        self.left = min(max(self.left + right, 0), furthest)

    def part(self, line: str) -> str:
        """What is seen of a line."""
        return line[self.left : self.left + self.size().columns]

    def body(self) -> str:
        """What is seen of the lines."""
        seen = self.lines[self.top : self.top + self.height]
        return "\n".join(map(self.part, seen))

    def place(self) -> str:
        """Which lines and columns of text these are, and of how many."""
        bottom = min(self.top + self.height, len(self.lines))
        right = min(self.left + self.size().columns, self.width)
        return (
            f"rows {self.top + 1:,}-{bottom:,} of {len(self.lines):,},"
            f" columns {self.left + 1}-{right} of {self.width}"
        )


def moving_keys(view: View) -> KeyBindings:
    """Keys as in `less`."""
    keys = KeyBindings()
    end = len(view.lines)
    moves: dict[tuple[str, ...], Callable[[], None]] = {
        ("up", "k"): lambda: view.move(down=-1),
        ("down", "j"): lambda: view.move(down=1),
        ("pageup", "b"): lambda: view.move(down=-view.height),
        ("pagedown", " "): lambda: view.move(down=view.height),
        ("home", "g"): lambda: view.move(down=-end, right=-view.width),
        ("end", "G"): lambda: view.move(down=end),
        ("left", "h"): lambda: view.move(right=-view.size().columns // 2),
        ("right", "l"): lambda: view.move(right=view.size().columns // 2),
    }
    for names, move in moves.items():
        for name in names:
            keys.add(name)(lambda _, move=move: move())
    for name in ("q", "escape", "enter", "c-c", "c-d"):
        keys.add(name, eager=True)(lambda event: event.app.exit())
    return keys


def scroll(lines: Sequence[str], note: str) -> None:
    """Show lines below the first, which stays, until somebody goes back."""
    view = View(lines, get_app_session().output.get_size)
    parts: list[tuple[Callable[[], str], str]] = [
        (lambda: view.part(view.heading), "bold"),
        (view.body, ""),
        (lambda: f"{view.place()}{note}; {KEYS}", "reverse"),
    ]
    windows = [
        Window(FormattedTextControl(text), height=1 if style else None, style=style)
        for text, style in parts
    ]
    Application[None](
        layout=Layout(HSplit(windows)), key_bindings=moving_keys(view), full_screen=True
    ).run()


def show(result: Result, rows_are: str = "rows") -> None:
    """Print a result that fits the terminal, and let others be scrolled.

    Where nothing can be scrolled, the first rows are printed. `rows_are` is what they
    are called.
    """
    is_dumb = is_dumb_terminal()
    rows = Cut(result.rows, TABLE_LIMIT if is_dumb else MOST_ROWS)
    text = StringIO()
    write_table(result.columns, rows, text)
    lines = text.getvalue().splitlines()
    size = get_app_session().output.get_size()
    note = f"; there are more than {rows.count:,} {rows_are}" if rows.is_cut else ""
    fits = len(lines) < size.rows - 2 and max(map(len, lines)) <= size.columns
    if is_dumb or fits:
        print(text.getvalue(), end="")
        print(f"{rows.count:,} {rows_are}{note}")
    else:
        scroll(lines, note)
