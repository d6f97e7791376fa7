"""The query tool in a terminal: what is typed, and what a person sees of it."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from select import select
from typing import Self

import pyte

from clustr.feeds import PROJECT

# Seconds in which a terminal must show what is waited for, each time it prints.
PATIENCE = 30
BACK, END, STOP, UP, RIGHT = "\x1b", "\x04", "\x03", "\x1b[A", "\x1b[C"


class Screen(pyte.Screen):
    """What a terminal shows; asked where the cursor stands, it answers as one."""

    def __init__(self, columns: int, lines: int, answers_to: int) -> None:
        super().__init__(columns, lines)
        self.answers_to = answers_to

    def write_process_input(self, data: str) -> None:
        """Answer."""
        os.write(self.answers_to, data.encode())


class Terminal:
    """One of the operating system's, and the screen that it would draw."""

    def __init__(self, lines: int = 24, columns: int = 80) -> None:
        self.printed = b""
        self.ours, theirs = pty.openpty()
        self.screen = Screen(columns, lines, self.ours)
        self.stream = pyte.ByteStream(self.screen)
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        # what a shell starts in the background has been told to ignore Ctrl-C
        heeding = ("env", "--default-signal=INT")
        self.process = subprocess.Popen(
            [*heeding, sys.executable, str(PROJECT / "scripts" / "query_tool.py")],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    @property
    def shown(self) -> str:
        """The lines on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    @property
    def colors(self) -> set[str]:
        """The colors in which something is written."""
        return {
            cell.fg for line in self.screen.buffer.values() for cell in line.values()
        }

    def read(self, seconds: float = PATIENCE) -> bool:
        """Take what is printed; False if it has ended or says nothing for so long."""
        if not select([self.ours], [], [], seconds)[0]:
            return False
        try:
            part = os.read(self.ours, 65536)
        except OSError:  # Linux says so when nobody can print any more
            return False
        self.printed += part
        self.stream.feed(part)
        return part != b""

    def see(self, *texts: str) -> Self:
        """Wait until all of it stands on the screen."""
        while not all(text in self.shown for text in texts):
            assert self.read(), f"{texts}: not on the screen\n{self.shown}"
        return self

    def type(self, keys: str) -> Self:
        """Type keys."""
        os.write(self.ours, keys.encode())
        return self

    def interrupt(self, text: str) -> Self:
        """Do as Ctrl-C does until a text stands on the screen.

        A signal that comes while a prompt ends is lost.
        """
        while text not in self.shown:
            self.process.send_signal(signal.SIGINT)
            while self.read(seconds=1) and text not in self.shown:
                pass
            assert self.process.poll() is None, self.shown
        return self

    def code(self) -> int:
        """The exit code, when it has ended."""
        while self.read():
            pass
        return self.process.wait(timeout=PATIENCE)

    def close(self) -> None:
        """End it, if need be."""
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
