"""Group restore: everything back, with two of Kith's seven partners dead and the owner's home gone.

Kith reads through `kith recover --view`; restic and borg through their mounts, and by their restore.
Each row begins with the view unmounted and the kernel's caches empty. In the rows "far" what goes to
and comes from each partner is late, which only Kith has.
"""

import subprocess
import time

from backups import Borg, Restic
from delay import Delay
from kith import Kith
from meter import Failed, command, drop_caches, lifetime
from rows import Row, measure, rotated

PROGRAMS = (Kith, Restic, Borg)
DEAD = 2

ROWS = {row.name: row for row in (
    Row("restore", "first_listing", "from nothing to the first listing"),
    Row("restore", "find", "find in the view of D1"),
    Row("restore", "tar", "tar of D1 out of the view"),
    Row("restore", "read", "D3 read out of the view", "MB/s"),
    Row("restore", "cp", "cp -a of D1 out of the view"),
    Row("restore", "first_listing_far", "first listing, round trips of 100 ms"),
    Row("restore", "cp_far", "cp -a of D1, round trips of 50 ms"),
    Row("restore", "restore_d1", "D1 restored to the disk"),
    Row("restore", "restore_d3", "D3 restored to the disk"),
)}


def run(settings, data, results, base):
    programs = [p for p in PROGRAMS if settings.has_place(p.name)]
    for round_number in range(settings.rounds):
        print(f"restore, round {round_number + 1} of {settings.rounds}", flush=True)
        for program in rotated(programs, round_number):
            Restoring(settings, data, results, program(settings, base)).run()
            results.save()


class Restoring:
    """One round with one program, for which D1 and D3 are stored first."""

    def __init__(self, settings, data, results, program):
        self.settings, self.data, self.results, self.program = settings, data, results, program
        self.is_kith = program.name == "kith"

    def run(self):
        selected = {name: row for name, row in ROWS.items() if self.settings.wants("restore", name)}
        try:
            self.program.start()
            (self.lose if self.is_kith else self.back_up)()
            for name, row in selected.items():
                if name.endswith("_far") and not self.is_kith:
                    continue
                try:
                    getattr(self, name)(row)
                except (Failed, OSError, subprocess.SubprocessError) as failure:
                    self.results.skip(row, self.program.name, f"failed: {failure}")
                finally:
                    self.program.close_view()
        except (Failed, subprocess.SubprocessError) as failure:
            for row in selected.values():
                if not self.results.entry(row, self.program.name)["rounds"]:
                    self.results.skip(row, self.program.name, f"failed: {failure}")
        finally:
            self.program.stop()

    def lose(self):
        for source, name in (("D1", "tree"), ("D3", "large")):
            command(["cp", "-a", self.data.path(source), self.program.path / name])
        self.program.run(self.program.owner, "snapshot", "create", "saved")
        self.program.wait()
        self.program.write_kit()
        self.program.lose_machine(DEAD)

    def back_up(self):
        for source, name in (("D1", "tree"), ("D3", "large")):
            command(["cp", "-a", self.data.path(source), self.program.sources / name])
            self.program.backup(name)

    def open_view(self):
        drop_caches()
        self.program.view()

    def found(self, name):
        return self.program.path / "saved" / name if self.is_kith else self.program.found(name)

    def first_listing(self, row):
        drop_caches()
        shown = self.program.path / "saved" if self.is_kith else self.program.path

        def listing():
            start = time.monotonic()
            self.program.view()
            took = command(["ls", shown if self.is_kith else self.program.listing()])
            seconds = time.monotonic() - start
            return {**took, "seconds": seconds, "columns": lifetime(self.program.daemon_pid())}

        measure(self.results, row, self.program, listing)

    def first_listing_far(self, row):
        with self.far(0.1):
            self.first_listing(row)

    def far(self, round_trip):
        return Delay(self.program.addresses, self.program.port, round_trip)

    def find(self, row):
        self.open_view()
        self.timed(row, ["find", self.found("tree")])

    def tar(self, row):
        self.open_view()
        tree = self.found("tree")
        script = f"set -o pipefail; tar -cf - {tree} 2>/dev/null | cat >/dev/null"
        self.timed(row, ["bash", "-c", script])

    def cp(self, row):
        self.open_view()
        copy = self.program.base / "copy"
        self.timed(row, ["cp", "-a", self.found("tree"), copy])
        command(["rm", "-rf", copy])

    def cp_far(self, row):
        with self.far(0.05):
            self.cp(row)

    def read(self, row):
        self.open_view()
        large = self.found("large")
        size = self.data.size("D3")["bytes"]

        def read():
            took = command(self.settings.pinned(
                ["dd", f"if={large}", "of=/dev/null", "bs=1M", "status=none"]))
            return {**took, "value": size / took["seconds"] / 1e6}

        measure(self.results, row, self.program, read)

    def restore_d1(self, row):
        self.restore(row, "tree")

    def restore_d3(self, row):
        self.restore(row, "large")

    def restore(self, row, name):
        drop_caches()
        measure(self.results, row, self.program, lambda: self.program.restore(name))

    def timed(self, row, argv):
        measure(self.results, row, self.program, lambda: command(self.settings.pinned(argv)))
