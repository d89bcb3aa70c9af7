"""Group ship: from the first byte until everything is safe, beside backups into a local folder.

Kith spreads 4+2 over seven partners, so it stores half as much again; `stored` counts all of that.
The backup programs flush to the disk what they store, as partners do before they acknowledge.
"""

import subprocess

from backups import Borg, Restic
from data import warm
from kith import Kith
from meter import Failed, command
from packs import Packs, total
from rows import Row, measure, rotated

PROGRAMS = (Kith, Restic, Borg)

ROWS = {row.name: row for row in (
    Row("ship", "d1", "D1, kernel sources"),
    Row("ship", "d2", "D2, files that don't compress"),
    Row("ship", "d3", "D3, one half-compressible file"),
    Row("ship", "d4", "D4: D1 with 4% of the files changed"),
    Row("ship", "d5", "D5: D3 with 220 small changes"),
)}
IMPORTS = {row.name: row for row in (
    Row("ship", "import_d1", "kith import of D1 until safe"),
    Row("ship", "import_d2", "kith import of D2 until safe"),
    Row("ship", "import_d3", "kith import of D3 until safe"),
)}
NEEDS = {"d4": "d1", "d5": "d3"}


def run(settings, data, results, base):
    wanted = {name for name in ROWS if settings.wants("ship", name)}
    programs = [p for p in PROGRAMS if settings.has_place(p.name)]
    for round_number in range(settings.rounds):
        print(f"ship, round {round_number + 1} of {settings.rounds}", flush=True)
        for program in rotated(programs, round_number):
            if wanted:
                Shipping(settings, data, results, wanted).run(program(settings, base))
                results.save()
        imports = [row for name, row in IMPORTS.items() if settings.wants("ship", name)]
        if imports and settings.has_place("kith"):
            run_imports(data, results, imports, Kith(settings, base))
            results.save()


class Shipping:
    """One round with one program: the sets in turn, then their later states in their places."""

    def __init__(self, settings, data, results, wanted):
        self.settings, self.data, self.results = settings, data, results
        self.wanted = wanted

    def run(self, program):
        copy_in = self.into_mount if program.name == "kith" else self.by_backup
        try:
            program.start()
            for name, row in ROWS.items():
                if name in self.wanted or any(NEEDS.get(w) == name for w in self.wanted):
                    copy_in(program, name, row if name in self.wanted else None)
        except (Failed, subprocess.SubprocessError) as failure:
            for name in self.wanted:
                if not self.results.entry(ROWS[name], program.name)["rounds"]:
                    self.results.skip(ROWS[name], program.name, f"failed: {failure}")
        finally:
            program.stop()

    def into_mount(self, program, name, row):
        update = self.update(name, program.path)
        before = program.stored()

        def until_safe():
            former = Packs(program.owner)
            took = command(self.settings.pinned(update))
            took["copied"] = took["seconds"]
            took["seconds"] += program.wait()
            took["columns"] = {kind: total(parts)
                               for kind, parts in Packs(program.owner).since(former).items()}
            return took

        self.record(row, program, until_safe, before)

    def by_backup(self, program, name, row):
        command(self.update(name, program.sources))
        source = self.names(name)
        warm(program.sources / source)
        before = program.stored()
        self.record(row, program, lambda: program.backup(source), before)

    def record(self, row, program, action, before):
        if row is None:
            action()
            return
        took = measure(self.results, row, program, action)
        if took:
            after = program.stored()
            columns = self.results.entry(row, program.name)["columns"]
            columns.setdefault("stored", []).append(after)
            columns.setdefault("added", []).append(after - before)
            if "copied" in took:
                columns.setdefault("copied", []).append(round(took["copied"], 3))

    @staticmethod
    def names(name):
        return {"d1": "tree", "d2": "photos", "d3": "large", "d4": "tree", "d5": "large"}[name]

    def update(self, name, folder):
        """The command that brings the set, or its later state, to where it is backed up from."""
        source, target = self.data.path(name.upper()), folder / self.names(name)
        warm(source)
        if name in ("d1", "d4"):
            return ["rsync", "-a", "--delete", f"{source}/", f"{target}/"]
        if name == "d5":
            return ["rsync", "-a", "--inplace", "--no-whole-file", source, target]
        return ["cp", "-a", source, target]


def run_imports(data, results, rows, kith):
    if not kith.knows("import"):
        for row in rows:
            results.skip(row, kith.name, "not there")
        return
    try:
        kith.start()
        for row in rows:
            source = data.path(row.name[-2:].upper())
            warm(source)
            before = kith.stored()
            argv = [str(a) for a in (kith.settings.kith, "--home", kith.owner, "import", source,
                                     row.name)]

            def until_safe(argv=argv):
                took = command(kith.settings.pinned(argv), env=kith.environment)
                took["seconds"] += kith.wait()
                return took

            if measure(results, row, kith, until_safe):
                columns = results.entry(row, kith.name)["columns"]
                columns.setdefault("added", []).append(kith.stored() - before)
    except (Failed, subprocess.SubprocessError) as failure:
        for row in rows:
            if not results.entry(row, kith.name)["rounds"]:
                results.skip(row, kith.name, f"failed: {failure}")
    finally:
        kith.stop()
