"""What a run was asked for, from the environment. See `make bench ROWS=help`."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
GROUPS = ("cli", "mount", "ship", "yield", "restore", "scale", "view", "jmh")
BY_DEFAULT = ("cli", "mount", "ship", "restore", "jmh")


class Wrong(Exception):
    """The run can't be done as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Settings:
    rows: tuple
    rounds: int
    quick: bool
    pin: bool
    seed: int
    milestone: str
    places: tuple
    tree_files: int
    folder_files: int
    large: int  # MiB
    kith: Path
    output: Path
    work: Path
    data: Path
    java_homes: tuple = field(default=())

    def wants(self, group, row=None):
        """Whether a row, or any row of the group, was selected."""
        for asked in self.rows:
            if asked in ("all", group) or row and asked in (row, f"{group}.{row}"):
                return True
            if row is None and asked.startswith(group + "."):
                return True
        return False

    def names(self, group, row):
        """Whether a row was asked for by its own name."""
        return row in self.rows or f"{group}.{row}" in self.rows

    def has_place(self, place):
        """Whether to run it: kith or a peer; PLACES may leave some out."""
        return not self.places or place in self.places

    def pinned(self, argv):
        """The command on one CPU where that was asked for."""
        return ["taskset", "-c", "0", *argv] if self.pin else list(argv)


def number(name, default):
    text = os.environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]+", text) or int(text) < 1:
        raise Wrong(f"{name}={text} is no number from 1 on")
    return int(text)


def words(name, default=""):
    return tuple(re.split(r"[\s,]+", (os.environ.get(name) or default).strip())) \
        if (os.environ.get(name) or default) else ()


def flag(name):
    return os.environ.get(name, "") not in ("", "0")


def from_environment():
    quick = flag("QUICK")
    milestone = os.environ.get("MILESTONE", "").strip()
    if not re.fullmatch(r"[\w .()+-]*", milestone):
        raise Wrong("MILESTONE may have letters, digits, blanks and . ( ) + - _ only")
    output = REPO / "build" / "bench"
    return Settings(
        rows=words("ROWS", " ".join(BY_DEFAULT)),
        rounds=number("ROUNDS", 1 if quick else 5),
        quick=quick,
        pin=flag("PIN"),
        seed=number("SEED", 1),
        milestone=milestone,
        places=words("PLACES"),
        tree_files=number("SCALE", 20_000 if quick else 1_000_000),
        folder_files=number("SCALE_FOLDER", 5_000 if quick else 200_000),
        large=number("LARGE", 64 if quick else 8192),
        kith=Path(os.environ.get("KITH") or REPO / "build/kith/bin/kith").resolve(),
        output=output,
        work=Path(os.environ.get("WORK") or output).resolve(),
        data=Path(os.environ.get("DATA") or output / "data").resolve(),
        java_homes=words("JAVA_HOMES"),
    )
