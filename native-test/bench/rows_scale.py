"""Group scale: a great many small files in one tree (SCALE), and in one folder (SCALE_FOLDER);

a file that is nearly all holes, and, where its rows are asked for by name, a large one (LARGE MiB).
"""

import subprocess
import sys
import time
from pathlib import Path

from filesystems import Disk, Gocryptfs
from kith import CODE, Kith
from meter import Failed, command, drop_caches, lifetime
from rows import Row, cold, measure, rotated

PLACES = (Disk, Gocryptfs, Kith)
FILES = Path(__file__).with_name("many_files.py")
LARGE_FILES = Path(__file__).with_name("large_files.py")
CHANGED = 10
OVERWRITES = 10_000
SPARSE = 100 << 30

ROWS = {row.name: row for row in (
    Row("scale", "tree_create", "tree of small files made"),
    Row("scale", "tree_remount", "node restarted, first listing"),
    Row("scale", "tree_list", "find in it, cold"),
    Row("scale", "tree_stat", "find with stat, warm"),
    Row("scale", "tree_rsync", "rsync -a of it, nothing to do"),
    Row("scale", "snapshot_again", f"second snapshot, {CHANGED} files changed, until packed"),
    Row("scale", "snapshot_pause", "longest pause of a writer, during a snapshot", "ms"),
    Row("scale", "writer_pause", "longest pause of a writer, otherwise", "ms"),
    Row("scale", "folder_create", "files made in one folder"),
    Row("scale", "folder_list", "that folder listed, cold"),
    Row("scale", "folder_stat", "ls -l of it, warm"),
    Row("scale", "folder_rm", "rm -r of it"),
    Row("scale", "sparse_write", f"{SPARSE >> 30} GiB of holes, some blocks written"),
    Row("scale", "sparse_read", "those blocks and holes read, cold"),
    Row("scale", "sparse_snapshot", "snapshot with the holes, until packed"),
    Row("scale", "large_write", "large file made"),
    Row("scale", "large_overwrite", f"{OVERWRITES:,} blocks of 4 KiB written over in it"),
    Row("scale", "large_snapshot", "snapshot with the large file, until packed"),
)}


def run(settings, data, results, base):
    del data  # made in place
    places = [place for place in PLACES if settings.has_place(place.name)]
    original = base / "original"
    if settings.wants("scale", "tree_rsync"):
        make(settings, original, settings.tree_files)
    for round_number in range(settings.rounds):
        print(f"scale, round {round_number + 1} of {settings.rounds}", flush=True)
        for place in rotated(places, round_number):
            Scaling(settings, results, place(settings, base), original).run()
            results.save()
    subprocess.run(["rm", "-rf", original], check=True)


def make(settings, folder, count, flat=False):
    shape = "flat" if flat else "tree"
    return command(settings.pinned(
        [sys.executable, FILES, shape, folder, str(count), str(settings.seed)]))


class Scaling:
    """One round at one place: the tree first, the folder after."""

    def __init__(self, settings, results, place, original):
        self.settings, self.results, self.place = settings, results, place
        self.original = original
        self.tree, self.folder = place.path / "tree", place.path / "folder"

    def run(self):
        selected = {name for name in ROWS if self.settings.wants("scale", name)
                    and (not name.startswith("large") or self.settings.names("scale", name))}
        needs = {"tree_create": any(name.startswith(("tree", "snapshot", "writer"))
                                    for name in selected)}
        for what in ("folder_create", "sparse_write", "large_write"):
            needs[what] = any(name.startswith(what.split("_")[0]) for name in selected)
        try:
            self.place.start()
            for name, row in ROWS.items():
                if name in selected:
                    getattr(self, name)(row)
                elif needs.get(name):
                    getattr(self, name)(None)
        except (Failed, OSError, subprocess.SubprocessError) as failure:
            for name in selected:
                if not self.results.entry(ROWS[name], self.place.name)["rounds"]:
                    self.results.skip(ROWS[name], self.place.name, f"failed: {failure}")
        finally:
            self.place.stop()

    def timed(self, row, action, wait=False):
        if row is None:
            action()
            self.place.wait()
        else:
            measure(self.results, row, self.place, action, wait)

    def shell(self, row, script, *arguments, wait=False):
        argv = self.settings.pinned(["bash", "-c", script, "bash", *map(str, arguments)])
        self.timed(row, lambda: command(argv), wait)

    def tree_create(self, row):
        self.timed(row, lambda: make(self.settings, self.tree, self.settings.tree_files), True)

    def tree_remount(self, row):
        self.place.unmount()
        drop_caches()
        start = time.monotonic()
        self.place.mount()
        command(["ls", self.tree])
        seconds = time.monotonic() - start
        self.results.add(row, self.place.name, seconds, lifetime(self.place.daemon_pid()))

    def tree_list(self, row):
        cold(self.place)
        self.shell(row, 'find "$1"', self.tree)

    def tree_stat(self, row):
        command(["find", self.tree, "-printf", "%s %T@"])
        self.shell(row, 'find "$1" -printf "%s %T@"', self.tree)

    def tree_rsync(self, row):
        command(["find", self.original, "-printf", "%s"])
        self.shell(row, 'rsync -a "$1/" "$2/"', self.original, self.tree)

    def snapshot_again(self, row):
        """Files at the beginning, the end and between; what was written before is safe already."""
        if self.place.name != "kith":
            return
        self.take("first", None)
        folders = sorted(self.tree.iterdir())
        for i in range(CHANGED):
            folder = folders[i * (len(folders) - 1) // (CHANGED - 1)]
            min(folder.iterdir()).write_text(f"changed, {i}")
        self.take("second", row)

    def take(self, name, row):
        """A snapshot: when it is taken, when its tree is packed, when partners have all of it."""
        snapshots = self.place.path / ".snapshots"

        def action():
            start = time.monotonic()
            (snapshots / name).mkdir()
            taken = time.monotonic() - start
            self.place.await_packed()
            return {"seconds": time.monotonic() - start, "columns": {"taken": taken}}

        self.timed(row, action, True)
        if row:
            columns = self.results.entry(row, self.place.name)["columns"]
            data, parity = map(int, CODE.split("+"))
            if columns.get("sent"):
                columns.setdefault("uncoded", []).append(
                    round(columns["sent"][-1] * data / (data + parity)))

    def snapshot_pause(self, row):
        if self.place.name == "kith":
            self.pause(row, snapshot=True)

    def writer_pause(self, row):
        self.pause(row, snapshot=False)

    def pause(self, row, snapshot):
        """A writer of small files for some seconds; in the midst of them, a snapshot."""
        seconds = 4 if self.settings.quick else 10
        writer = subprocess.Popen(
            self.settings.pinned([sys.executable, str(FILES), "write", str(self.place.path / "w"),
                                  str(seconds), "0"]), stdout=subprocess.PIPE, text=True)
        meter = self.place.meter().start()
        try:
            time.sleep(seconds / 3)
            if snapshot:
                (self.place.path / ".snapshots" / f"pause-{time.time_ns()}").mkdir()
        finally:
            told = writer.communicate()[0]
        if writer.returncode:
            raise Failed("the writer failed")
        self.results.add(row, self.place.name, float(told), meter.stop())

    def folder_create(self, row):
        self.timed(row, lambda: make(self.settings, self.folder, self.settings.folder_files, True),
                   True)

    def folder_list(self, row):
        cold(self.place)
        self.shell(row, 'ls -f "$1"', self.folder)

    def folder_stat(self, row):
        command(["ls", "-l", self.folder])
        self.shell(row, 'ls -l "$1"', self.folder)

    def folder_rm(self, row):
        self.shell(row, 'rm -r "$1"', self.folder)

    def large_file(self, row, kind, name, number, wait=False):
        """As large_files.py does it."""
        argv = self.settings.pinned([sys.executable, LARGE_FILES, kind, self.place.path / name,
                                     str(number), str(self.settings.seed)])
        self.timed(row, lambda: command(argv), wait)

    def sparse_write(self, row):
        self.large_file(row, "sparse", "sparse", SPARSE, wait=True)

    def sparse_read(self, row):
        cold(self.place)
        self.large_file(row, "holes", "sparse", SPARSE)

    def sparse_snapshot(self, row):
        if self.place.name == "kith":
            self.take("sparse", row)

    def large_write(self, row):
        self.large_file(row, "real", "large", self.settings.large << 20, wait=True)

    def large_overwrite(self, row):
        self.large_file(row, "overwrite", "large", OVERWRITES, wait=True)

    def large_snapshot(self, row):
        if self.place.name == "kith":
            self.take("large", row)
