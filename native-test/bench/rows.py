"""What a row is, and the usual way to measure one."""

from dataclasses import dataclass

from meter import Failed, drop_caches
from results import US


@dataclass(frozen=True)
class Row:
    group: str
    name: str
    title: str
    unit: str = "s"
    us: str = US

    @property
    def key(self):
        return f"{self.group}.{self.name}"


def measure(results, row, place, action, wait=False):
    """Runs action(), which returns a command's counters, and adds a round with all columns.

    With `wait` the span of the columns ends when everything written is safe, and how long that
    took from the start is a column, too; places without partners have none.
    """
    meter = place.meter().start()
    try:
        took = action()
        columns = {name: took[name] for name in took if name.startswith("client_")}
        if wait:
            waited = place.wait()
            if waited is not None:
                columns["safe"] = took["seconds"] + waited
        columns |= meter.stop() | took.get("columns", {})
    except Failed as failure:
        results.skip(row, place.name, f"failed: {failure}")
        return None
    results.add(row, place.name, took.get("value", took["seconds"]), columns)
    return took


def cold(place):
    """The place's node is started anew and the kernel's caches are empty."""
    place.restart()
    drop_caches()


def rotated(places, round_number):
    """So that over the rounds each place comes first, and none always follows the same."""
    shift = round_number % len(places) if places else 0
    return places[shift:] + places[:shift]
