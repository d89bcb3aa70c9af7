"""Group view: a drive of SCALE small files and a folder of SCALE_FOLDER, seen from its kit.

Two of the seven partners are dead, the owner's process and home are gone, and each row begins with
nothing but the kit: no view is open, and the kernel's caches are empty. In the rows "far" what goes
to and comes from each partner is late by 50 ms.
"""

import random
import subprocess
import sys
import time
from pathlib import Path

from delay import Delay
from kith import Kith
from meter import Failed, command, drop_caches, lifetime
from rows import Row, measure

FILES = Path(__file__).with_name("many_files.py")
DEAD = 2
DEPTH = 12
ROUND_TRIP = 0.1

ROWS = {row.name: row for row in (
    Row("view", "first_listing", "from the kit to the first listing"),
    Row("view", "path", f"ls of a path {DEPTH} folders deep, first of all"),
    Row("view", "entry", "one file's ls -l in the large folder, first of all"),
    Row("view", "folder", "ls -f of the large folder, first of all"),
    Row("view", "folder_stat", "ls -l of it, first of all"),
    Row("view", "first_listing_far", "first listing, round trips of 100 ms"),
    Row("view", "path_far", "ls of the deep path, round trips of 100 ms"),
    Row("view", "entry_far", "one file's ls -l, round trips of 100 ms"),
    Row("view", "folder_far", "ls -f of the large folder, round trips of 100 ms"),
)}


def run(settings, data, results, base):
    del data  # made in place
    if settings.has_place(Kith.name):
        Viewing(settings, results, Kith(settings, base), base / "original").run()


class Viewing:
    """One drive, looked at from its kit again and again."""

    def __init__(self, settings, results, kith, original):
        self.settings, self.results, self.kith, self.original = settings, results, kith, original
        self.dice = random.Random(settings.seed)

    def run(self):
        try:
            self.kith.start()
            self.fill()
            self.kith.lose_machine(DEAD)
            for round_number in range(self.settings.rounds):
                print(f"view, round {round_number + 1} of {self.settings.rounds}", flush=True)
                self.round()
                self.results.save()
        finally:
            self.kith.stop()
            subprocess.run(["rm", "-rf", self.original], check=True)

    def fill(self):
        """The files, imported in one go, safe at the partners; and the kit."""
        for shape, count in (("tree", self.settings.tree_files),
                             ("flat", self.settings.folder_files)):
            command([sys.executable, FILES, shape, self.original / shape, str(count),
                     str(self.settings.seed)])
        deep = self.original.joinpath("deep", *(f"folder-{i}" for i in range(DEPTH - 2)))
        deep.mkdir(parents=True)
        (deep / "file").write_text("deep")
        self.kith.run(self.kith.owner, "import", self.original, "/", timeout=7200)
        self.kith.run(self.kith.owner, "snapshot", "create", "saved")
        self.kith.wait()
        self.kith.write_kit()
        subprocess.run(["rm", "-rf", self.original], check=True)

    def round(self):
        for name, row in ROWS.items():
            if not self.settings.wants("view", name):
                continue
            try:
                far = name.endswith("_far")
                measuring = getattr(self, name.removesuffix("_far"))
                if far:
                    with Delay(self.kith.addresses, self.kith.port, ROUND_TRIP):
                        measuring(row)
                else:
                    measuring(row)
            except (Failed, OSError, subprocess.SubprocessError) as failure:
                self.results.skip(row, self.kith.name, f"failed: {failure}")
            finally:
                self.kith.close_view()

    @property
    def saved(self):
        return self.kith.path / "saved"

    def first_listing(self, row):
        drop_caches()

        def listing():
            start = time.monotonic()
            self.kith.view()
            took = command(["ls", self.saved])
            seconds = time.monotonic() - start
            return {**took, "seconds": seconds, "columns": lifetime(self.kith.daemon_pid())}

        measure(self.results, row, self.kith, listing)

    def path(self, row):
        self.listed(row, ["ls", "-R", self.saved / "deep"])

    def entry(self, row):
        number = self.dice.randrange(self.settings.folder_files)
        self.listed(row, ["ls", "-l", self.saved / "flat" / f"file-{number:07}"])

    def folder(self, row):
        self.listed(row, ["ls", "-f", self.saved / "flat"])

    def folder_stat(self, row):
        self.listed(row, ["ls", "-l", self.saved / "flat"])

    def listed(self, row, argv):
        drop_caches()
        self.kith.view()

        def listing():
            took = command(list(map(str, argv)))
            return {**took, "columns": lifetime(self.kith.daemon_pid())}

        measure(self.results, row, self.kith, listing)
