"""Group cli: how long a command takes that does next to nothing, by hyperfine."""

import json
import subprocess

from kith import Kith
from meter import Failed
from rows import Row

ROWS = {row.name: row for row in (
    Row("cli", "version", "prints its version"),
    Row("cli", "status", "kith status of a running node"),
)}


def run(settings, data, results, base):
    del data
    version = {"kith": f"{settings.kith} version", "restic": "restic version",
               "borg": "borg --version", "gocryptfs": "gocryptfs --version"}
    if settings.wants("cli", "version"):
        for place, line in version.items():
            if settings.has_place(place):
                hyperfine(settings, results, ROWS["version"], place, line, base)
    if settings.wants("cli", "status") and settings.has_place("kith"):
        kith = Kith(settings, base)
        try:
            kith.start()
            line = f"{settings.kith} --home {kith.owner} status"
            hyperfine(settings, results, ROWS["status"], kith.name, line, base)
        except Failed as failure:
            results.skip(ROWS["status"], kith.name, f"failed: {failure}")
        finally:
            kith.stop()
    results.save()


def hyperfine(settings, results, row, place, line, base):
    told = base / "hyperfine.json"
    argv = settings.pinned(["hyperfine", "-N", "--warmup", "1", "--runs",
                            str(max(2, settings.rounds)), "--export-json", told, line])
    done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        results.skip(row, place, f"failed: {done.stderr}")
        return
    measured = json.loads(told.read_text())["results"][0]
    for seconds in measured["times"]:
        results.add(row, place, seconds)
    cpu = measured["user"] + measured["system"]
    results.entry(row, place)["columns"]["client_cpu"] = [round(cpu, 4)]
