"""Group mount: files through each filesystem, with Kith's partners attached and shipping."""

import json
import os
import subprocess

from data import warm
from filesystems import Bindfs, Disk, Gocryptfs
from kith import Kith
from meter import Failed, command, drop_caches
from rows import Row, cold, measure, rotated

PLACES = (Disk, Bindfs, Gocryptfs, Kith)

ROWS = {row.name: row for row in (
    Row("mount", "rsync_in", "rsync -a of D1 in"),
    Row("mount", "cp_durable", "cp of D2 in, each file fsynced"),
    Row("mount", "dd_write", "dd of D3 in, fsync"),
    Row("mount", "dd_read", "dd of it out, cold", "MB/s"),
    Row("mount", "find_cold", "find in D1, cold"),
    Row("mount", "find_stat", "find with stat, warm"),
    Row("mount", "rsync_again", "rsync -a of D1, nothing to do"),
    Row("mount", "tar_out", "tar of D1 out, cold"),
    Row("mount", "random_1", "4 KiB random reads, 1 job", "IOPS"),
    Row("mount", "random_4", "4 KiB random reads, 4 jobs", "IOPS"),
    Row("mount", "rm", "rm -rf of D1"),
)}
NEEDS_TREE = {"find_cold", "find_stat", "rsync_again", "tar_out", "rm"}
NEEDS_LARGE = {"dd_read", "random_1", "random_4"}


def run(settings, data, results, base):
    places = [place for place in PLACES if settings.has_place(place.name)]
    for round_number in range(settings.rounds):
        print(f"mount, round {round_number + 1} of {settings.rounds}", flush=True)
        for place in rotated(places, round_number):
            MountRound(settings, data, results, place(settings, base)).run()
            results.save()


class MountRound:
    """One round at one place. Rows that weren't selected run unrecorded where others need them."""

    def __init__(self, settings, data, results, place):
        self.settings, self.data, self.results, self.place = settings, data, results, place
        self.selected = {name for name in ROWS if settings.wants("mount", name)}
        self.tree, self.photos, self.large = (place.path / n for n in ("tree", "photos", "large"))

    def run(self):
        try:
            self.place.start()
            for name, row in ROWS.items():
                needed = name == "rsync_in" and self.selected & NEEDS_TREE \
                    or name == "dd_write" and self.selected & NEEDS_LARGE
                if name in self.selected:
                    getattr(self, name)(row)
                elif needed:
                    getattr(self, name)(None)
        except (Failed, subprocess.SubprocessError) as failure:
            for name in self.selected:
                if not self.results.entry(ROWS[name], self.place.name)["rounds"]:
                    self.results.skip(ROWS[name], self.place.name, f"failed: {failure}")
        finally:
            self.place.stop()

    def timed(self, row, argv, wait=False):
        shell = isinstance(argv, str)
        argv = self.settings.pinned(["bash", "-c", "set -o pipefail; " + argv] if shell else argv)
        if row is None:
            command(argv)
            self.place.wait()
        else:
            return measure(self.results, row, self.place, lambda: command(argv), wait)

    def rsync_in(self, row):
        warm(self.data.path("D1"))
        self.timed(row, ["rsync", "-a", f"{self.data.path('D1')}/", f"{self.tree}/"], wait=True)
        command(["sync"])

    def cp_durable(self, row):
        warm(self.data.path("D2"))
        self.timed(row, f"cp -a {self.data.path('D2')} {self.photos} && sync {self.photos}/* "
                   f"{self.photos}", wait=True)
        command(["sync"])

    def dd_write(self, row):
        warm(self.data.path("D3"))
        self.timed(row, ["dd", f"if={self.data.path('D3')}", f"of={self.large}", "bs=1M",
                         "conv=fsync", "status=none"], wait=True)
        command(["sync"])

    def dd_read(self, row):
        cold(self.place)
        size = os.path.getsize(self.large)

        def read():
            took = command(self.settings.pinned(
                ["dd", f"if={self.large}", "of=/dev/null", "bs=1M", "status=none"]))
            return {**took, "value": size / took["seconds"] / 1e6}

        measure(self.results, row, self.place, read)

    def find_cold(self, row):
        cold(self.place)
        self.timed(row, ["find", self.tree])

    def find_stat(self, row):
        walk = ["find", self.tree, "-printf", "%s %T@\\n"]
        command(walk)
        self.timed(row, walk)

    def rsync_again(self, row):
        warm(self.data.path("D1"))
        again = ["rsync", "-a", f"{self.data.path('D1')}/", f"{self.tree}/"]
        command(["find", self.tree, "-printf", "%s"])
        self.timed(row, again)

    def tar_out(self, row):
        cold(self.place)
        # through a pipe: tar knows /dev/null, and doesn't read for it
        self.timed(row, f"tar -cf - {self.tree} 2>/dev/null | cat >/dev/null")

    def random_1(self, row):
        self.random_reads(row, 1)

    def random_4(self, row):
        self.random_reads(row, 4)

    def random_reads(self, row, jobs):
        cold(self.place)
        told = self.place.base / "fio.json"
        argv = self.settings.pinned([
            "fio", "--name=random", f"--filename={self.large}", "--rw=randread", "--bs=4k",
            "--ioengine=psync", f"--numjobs={jobs}", "--thread", "--group_reporting", "--readonly",
            "--time_based", f"--runtime={2 if self.settings.quick else 10}", "--output-format=json",
            f"--output={told}", f"--randseed={self.settings.seed}", "--allow_file_create=0"])

        def read():
            took = command(argv)
            report = json.loads(told.read_text())
            return {**took, "value": report["jobs"][0]["read"]["iops"]}

        measure(self.results, row, self.place, read)

    def rm(self, row):
        self.timed(row, ["rm", "-rf", self.tree], wait=True)
        drop_caches()
