"""What the person who started the portal sees: one line per step, with the seconds since the start."""

import contextlib
import time


class Screen:
    """Prints lines; a closed terminal must not end the portal in the middle of its stopping."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def step(self, text: str) -> None:
        """A line with the time in front."""
        self.show(f"[{self.seconds():6.1f} s] {text}")

    def show(self, text: str) -> None:
        """Any text, as it is."""
        with contextlib.suppress(OSError):
            print(text, flush=True)
