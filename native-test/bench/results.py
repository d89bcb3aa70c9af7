"""What was measured: rounds, medians, spreads, ratios; kept as JSON, also of a run broken off."""

import json
import statistics
import time

from machine import commit, describe

UNITS = {"s": "lower", "MB/s": "higher", "IOPS": "higher", "1/s": "higher", "ms": "lower",
         "GB/s": "higher"}
US = "kith"


class Results:
    """Collects samples by row and place. save() may be called at any time."""

    def __init__(self, settings):
        self.settings = settings
        self.started = time.time()
        self.machine = describe(settings)
        self.commit = commit()
        self.rows = {}
        self.data = {}
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(self.started))
        self.file = settings.output / f"results-{stamp}-{self.commit.rstrip('+')}.json"

    def expect(self, rows):
        """The order in which rows are told, whatever order they come in."""
        for row in rows:
            self.rows.setdefault(row.key, {"row": row, "places": {}})

    def add(self, row, place, value, columns=None):
        """One round of one row at one place; columns are what it took beside its value."""
        entry = self.entry(row, place)
        entry["rounds"].append(round(value, 6))
        for name, amount in (columns or {}).items():
            if amount is not None:
                entry["columns"].setdefault(name, []).append(round(amount, 3))
        print(f"  {row.key:28} {place:10} {value:12.3f} {row.unit}", flush=True)

    def skip(self, row, place, why):
        """No figure, and why; shown in the table."""
        self.entry(row, place)["skipped"] = why
        print(f"  {row.key:28} {place:10} {why.splitlines()[0][:90]}", flush=True)

    def entry(self, row, place):
        places = self.rows.setdefault(row.key, {"row": row, "places": {}})["places"]
        return places.setdefault(place, {"rounds": [], "columns": {}})

    def as_json(self):
        return {
            "format": 1,
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started)),
            "seconds": round(time.time() - self.started),
            "commit": self.commit,
            "milestone": self.settings.milestone or None,
            "settings": {name: getattr(self.settings, name) for name in
                         ("rounds", "quick", "pin", "seed", "tree_files", "folder_files",
                          "large")},
            "machine": self.machine,
            "data": self.data,
            "rows": [summary(entry["row"], entry["places"]) for entry in self.rows.values()
                     if entry["places"]],
        }

    def save(self):
        self.settings.output.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".part")
        unfinished.write_text(json.dumps(self.as_json(), indent=1) + "\n")
        unfinished.replace(self.file)


def summary(row, places):
    measured = {place: summary_of_place(entry) for place, entry in places.items()}
    ratios = {}
    ours = measured.get(row.us, {}).get("median")
    for place, entry in measured.items():
        if place != row.us and ours and entry.get("median"):
            ratio = ours / entry["median"]
            ratios[place] = round(ratio if UNITS[row.unit] == "lower" else 1 / ratio, 3)
    return {"group": row.group, "row": row.name, "title": row.title, "unit": row.unit,
            "better": UNITS[row.unit], "places": measured, "us": row.us,
            # times as long as the peer takes, or as slow: below 1 Kith is ahead
            "ratios": ratios}


def summary_of_place(entry):
    found = {key: entry[key] for key in ("skipped",) if key in entry}
    rounds = entry["rounds"]
    if rounds:
        found |= {"median": statistics.median(rounds), "min": min(rounds), "max": max(rounds),
                  "rounds": rounds}
        found["spread"] = round((max(rounds) - min(rounds)) / found["median"], 3) \
            if found["median"] else 0
    if entry["columns"]:
        found["columns"] = {name: {"median": statistics.median(values), "rounds": values}
                            for name, values in entry["columns"].items()}
    return found
