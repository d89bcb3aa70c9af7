#!/usr/bin/env python3
"""Measures Kith beside its peers. `make bench ROWS=help` says what can be asked for."""

import re
import sys
import time

import chart
import machine
import report
import rows_cli
import rows_jmh
import rows_mount
import rows_restore
import rows_scale
import rows_ship
import rows_view
import rows_yield
from cleanup import workspace
from data import Data
from meter import Failed, drop_caches
from results import Results
from settings import BY_DEFAULT, GROUPS, REPO, Wrong, from_environment

MODULES = {"cli": rows_cli, "mount": rows_mount, "ship": rows_ship, "yield": rows_yield,
           "restore": rows_restore, "scale": rows_scale, "view": rows_view, "jmh": rows_jmh}
SETS = {"cli": (), "mount": ("D1", "D2", "D3"), "ship": ("D1", "D2", "D3", "D4", "D5"),
        "yield": ("D1", "D2"), "restore": ("D1", "D3"), "scale": (), "view": (), "jmh": ("text",)}
DOCUMENT = REPO / "docs" / "performance.md"
CHARTS = REPO / "docs" / "performance"

HELP = """make bench [NAME=VALUE ...]: Kith beside its peers, on this machine, as root

  ROWS="mount ship.d1 ..."  groups or rows; all: every group. Default: {default}
  ROUNDS=5                  how often each is measured (QUICK: 1)
  QUICK=1                   a tenth of the data, to see that everything works
  PLACES="disk restic ..."  only these of kith and its peers
  PIN=1                     clients, and the daemons of kith and its peers, on one CPU
  MILESTONE="a name"        write tables and charts into docs/, under that heading
  SCALE=1000000             files of the tree of groups scale and view; SCALE_FOLDER=200000:
                            of their folder
  LARGE=8192                MiB of its large file, whose rows must be asked for by name
  SEED=1                    of the data
  KITH=FILE                 another launcher than build/kith/bin/kith
  JAVA_HOMES="FOLDER ..."   JDKs of group jmh. Default: each version from 17 on in /usr/lib/jvm
  WORK=FOLDER DATA=FOLDER   where to measure, and to keep the data. Default: build/bench

Figures go to build/bench/results-*.json. Rows:
"""


def rows_of(group):
    module = MODULES[group]
    return {**getattr(module, "ROWS", {}), **getattr(module, "IMPORTS", {})}


def show_help():
    print(HELP.format(default=" ".join(BY_DEFAULT)))
    for group in GROUPS:
        print(f"  {group}")
        for name, row in rows_of(group).items():
            print(f"    {name:16} {row.title}, {row.unit}")
    print("    (jmh: one row per benchmark; jmh.Gcm runs those with Gcm in their name)")


def check(settings):
    for asked in settings.rows:
        group, _, row = asked.partition(".")
        known = asked in ("all", *GROUPS) or group in GROUPS and (
            row in rows_of(group) or group == "jmh") or any(asked in rows_of(g) for g in GROUPS)
        if not known:
            raise Wrong(f"there is no row or group {asked}; see make bench ROWS=help")
    if not settings.kith.exists():
        raise Wrong(f"{settings.kith} is not there: make build")


def run(settings):
    check(settings)
    machine.install_missing()
    drop_caches()
    results = Results(settings)
    data = Data(settings)
    groups = [group for group in GROUPS
              if settings.wants(group) or any(settings.wants(group, row) for row in rows_of(group))]
    failures = 0
    with workspace(settings.work) as base:
        for group in groups:
            for name in SETS[group]:
                results.data[name] = data.size(name)
            results.expect(row for name, row in rows_of(group).items()
                           if settings.wants(group, name))
            try:
                MODULES[group].run(settings, data, results, base)
            except Failed as failure:
                failures += 1
                print(f"{group}: {failure}", file=sys.stderr)
            finally:
                results.save()
            publish(settings, results.as_json(), group)
    print(f"{results.file.relative_to(REPO) if REPO in results.file.parents else results.file}")
    broken = [key for key, row in results.rows.items()
              for entry in row["places"].values() if entry.get("skipped", "").startswith("failed")]
    for key, row in results.rows.items():
        for place, entry in row["places"].items():
            if entry.get("skipped", "").startswith("failed"):
                print(f"{key} at {place} {entry['skipped']}", file=sys.stderr)
    return 1 if failures or broken else 0


def publish(settings, found, group):
    """Prints a group's table; for a milestone, writes it and its chart into docs/."""
    markdown = report.tables(found).get(group)
    if not markdown:
        return
    print("\n" + markdown + "\n", flush=True)
    rows = [row for row in found["rows"] if row["group"] == group]
    name = report.HEADS[group] + (": " + settings.milestone if settings.milestone else "")
    drawing = None if group == "jmh" else chart.draw(f"{name} (quick run)" if settings.quick
                                                     else name, rows)
    folder = CHARTS if settings.milestone else settings.output
    slug = re.sub(r"[^a-z0-9]+", "-", settings.milestone.lower()).strip("-") or "chart"
    if drawing:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{slug}-{group}.svg").write_text(drawing)
        markdown += f"\n\n![ratios](performance/{slug}-{group}.svg)"
    if settings.milestone:
        report.write_into(DOCUMENT, settings.milestone, {group: markdown})


def main():
    started = time.monotonic()
    try:
        settings = from_environment()
        if "help" in settings.rows:
            show_help()
            return 0
        return run(settings)
    except Wrong as wrong:
        print(f"bench: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: broken off; what was measured is in build/bench", file=sys.stderr)
        return 130
    finally:
        print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
