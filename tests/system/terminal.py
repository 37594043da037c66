"""A machine at a terminal, for tests: keys go in, and what a person would see comes out as rows of text."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import time

from harness import configure_command

ROWS, COLUMNS = 24, 80
SEQUENCE = re.compile(r"\x1b(?:\[([?0-9;]*)([A-Za-z@])|[()][A-Z0-9]|[=>78MDEc])")


class Screen:
    """As much of a VT100 as full-screen programs need."""

    def __init__(self):
        self.cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self.row = self.column = 0
        self.rest = ""

    def text(self):
        """The rows, without blanks at their ends."""
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def feed(self, text):
        """Output of the machine; a sequence may come in parts."""
        text, self.rest = self.rest + text, ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self.put(text[at])
                at += 1
                continue
            match = SEQUENCE.match(text, at)
            if match:
                self.control(match.group(1) or "", match.group(2))
                at = match.end()
            elif len(text) - at < 16:
                self.rest = text[at:]
                return
            else:
                at += 1

    def put(self, char):
        """One character at the cursor."""
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.row += 1
        elif char == "\b":
            self.column = max(self.column - 1, 0)
        elif char == "\t":
            self.column = min(self.column // 8 * 8 + 8, COLUMNS - 1)
        elif char >= " ":
            if self.column == COLUMNS:
                self.column, self.row = 0, self.row + 1
            self.scroll()
            self.cells[self.row][self.column] = char
            self.column += 1
        self.scroll()

    def scroll(self):
        """Keep the cursor on the screen."""
        while self.row >= ROWS:
            self.cells = self.cells[1:] + [[" "] * COLUMNS]
            self.row -= 1

    def control(self, parameters, letter):
        """One CSI sequence; colours and modes do not show."""
        numbers = [int(word) if word.isdigit() else 0 for word in parameters.split(";")]
        if letter in ("H", "f"):
            self.row = min(max(numbers[0], 1), ROWS) - 1
            self.column = min(max(numbers[1] if len(numbers) > 1 else 1, 1), COLUMNS) - 1
        elif letter == "J":
            first = 0 if numbers[0] == 2 else self.row + 1
            self.cells[first:] = [[" "] * COLUMNS for _ in range(ROWS - first)]
            if numbers[0] != 2:
                self.control("", "K")
        elif letter == "K":
            start = 0 if numbers[0] == 2 else self.column
            self.cells[self.row][start:] = [" "] * (COLUMNS - start)
        elif letter in "ABCD":
            step = max(numbers[0], 1)
            self.row = min(max(self.row + {"A": -step, "B": step}.get(letter, 0), 0), ROWS - 1)
            self.column = min(max(self.column + {"C": step, "D": -step}.get(letter, 0), 0), COLUMNS - 1)


class Terminal:
    """A machine whose serial line is the master side of a pty here."""

    def __init__(self, *arguments):
        self.screen = Screen()
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            configure_command("run", *arguments), stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)

    def type(self, keys):
        """Keys, slowly enough for a 16550."""
        for key in keys:
            os.write(self.master, key.encode())
            self.listen(0.02)

    def listen(self, seconds):
        """Take what comes within SECONDS; False when nothing did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.screen.feed(os.read(self.master, 65536).decode(errors="replace"))
        return True

    def wait(self, pattern, timeout=60):
        """Until the screen shows PATTERN (multi-line regular expression)."""
        end = time.monotonic() + timeout
        while not re.search(pattern, self.screen.text(), re.M):
            assert time.monotonic() < end, f"{pattern!r} never came; the screen:\n{self.screen.text()}"
            self.listen(0.2)

    def close(self):
        """End it, however it is."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


@contextlib.contextmanager
def terminal(*arguments):
    """A booted machine at its shell prompt."""
    guest = Terminal(*arguments)
    try:
        guest.wait(r"^(#|\S*#) ?$", 120)
        yield guest
    finally:
        guest.close()
