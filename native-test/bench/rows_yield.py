"""Group yield: what a copy on the desktop loses beside a node that uploads.

Kith's seven partners run on this machine, too, so the copy has eight nodes beside it where it would
have one. The copies run in the memory filesystem, for the partners' forced writes would fill the disk
that really is theirs alone; `alone` is the same copy before and after, and `loss` what it lost.
"""

import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from kith import Kith
from meter import Failed, command
from rows import Row

MEMORY = Path("/dev/shm")
COPIES = 7

ROWS = {row.name: row for row in (
    Row("yield", "copy", "a copy of D1 in memory beside the upload of D2"),
)}


def run(settings, data, results, base):
    row = ROWS["copy"]
    if not settings.has_place("kith"):
        return
    for round_number in range(settings.rounds):
        print(f"yield, round {round_number + 1} of {settings.rounds}", flush=True)
        with tempfile.TemporaryDirectory(dir=MEMORY) as memory:
            kith = Kith(settings, base)
            try:
                kith.start()
                beside(data, results, row, kith, Path(memory))
            except (Failed, subprocess.SubprocessError) as failure:
                results.skip(row, kith.name, f"failed: {failure}")
            finally:
                kith.stop()
        results.save()


def beside(data, results, row, kith, memory):
    source = memory / "source"
    command(["cp", "-r", data.path("D1"), source])

    def copy():
        took = command(["cp", "-r", source, memory / "copy"])["seconds"]
        command(["rm", "-rf", memory / "copy"])
        return took

    copy()
    alone = [copy() for _ in range(COPIES)]
    command(["cp", "-r", data.path("D2"), kith.path / "photos"])
    argv = [str(a) for a in (kith.settings.kith, "--home", kith.owner, "wait")]
    loaded = []
    with subprocess.Popen(argv, env=kith.environment, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as waiting:
        while True:
            took = copy()
            if waiting.poll() is not None:
                break
            loaded.append(took)
    if waiting.returncode:
        raise Failed(f"kith wait ended with {waiting.returncode}")
    if not loaded:
        raise Failed("the upload was over before a copy was: take more data")
    alone += [copy() for _ in range(COPIES)]
    before, during = statistics.median(alone), statistics.median(loaded)
    print(f"  alone {before:.3f} s, beside {during:.3f} s in {len(loaded)} copies, "
          f"load {os.getloadavg()[0]:.1f}", flush=True)
    results.add(row, kith.name, during, {"alone": before, "loss": during / before - 1})
