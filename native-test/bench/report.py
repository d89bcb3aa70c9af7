"""Tables in Markdown, printed and, for a milestone, written between markers in the document."""

from results import US
from settings import GROUPS, Wrong

MIB = 1 << 20
HEADS = {
    "cli": "Commands", "mount": "Through the mount", "ship": "The way to the partners",
    "yield": "Beside the desktop", "restore": "Everything back", "scale": "Many files",
    "view": "A large drive seen from its kit", "jmh": "Primitives",
}
COLUMNS = (  # name in JSON, head, divisor
    ("safe", "until safe s", 1),
    ("taken", "of it taking s", 1),
    ("copied", "of it copying s", 1),
    ("alone", "alone s", 1),
    ("loss", "loss %", 0.01),
    ("cpu", "node CPU s", 1),
    ("client_cpu", "client CPU s", 1),
    ("partners_cpu", "partners CPU s", 1),
    ("peak", "node peak MiB", MIB),
    ("client_peak", "client peak MiB", MIB),
    ("written", "node wrote MiB", MIB),
    ("client_written", "client wrote MiB", MIB),
    ("sent", "sent MiB", MIB),
    ("uncoded", "sent before coding MiB", MIB),
    ("received", "received MiB", MIB),
    ("data", "DATA packs MiB", MIB),
    ("tree", "TREE packs MiB", MIB),
    ("index", "INDEX packs MiB", MIB),
    ("added", "added MiB", MIB),
    ("stored", "stored MiB", MIB),
)
MILESTONES = "<!-- milestones: make bench writes below, the newest first -->"


def tables(report):
    """Markdown by group, of the groups that were run."""
    found = {}
    for group in GROUPS:
        rows = [row for row in report["rows"] if row["group"] == group]
        if rows:
            parts = [f"### {HEADS[group]}", caption(report, group), figures(rows, group)]
            if group != "jmh":
                parts.append(costs(rows))
            found[group] = "\n\n".join(part for part in parts if part)
    return found


def caption(report, group):
    machine, settings = report["machine"], report["settings"]
    text = (f"Commit {report['commit']}, {report['started'][:10]}; "
            f"{'1 round' if settings['rounds'] == 1 else 'medians of %d rounds' % settings['rounds']}"
            f"{' (lowest to highest)' if settings['rounds'] > 1 else ''}; "
            f"{machine['cores']} cores {machine['cpu']}, {machine['memory'] / 2**30:.0f} GiB, "
            f"{machine['disk']}, Linux {machine['kernel']}, load before {machine['load']:.1f}.")
    if settings["pin"]:
        text += " Clients and daemons pinned to one CPU."
    if settings["quick"]:
        text = "**Quick run: a tenth of the data, not to be quoted.** " + text
    if group in ("scale", "view"):
        text += f" {settings['tree_files']:,} files in the tree, {settings['folder_files']:,} in " \
                f"the folder; the large file has {settings['large']:,} MiB."
    elif report["data"] and group in ("mount", "ship", "restore"):
        text += " " + ", ".join(f"{name}: {d['files']:,} files, {d['bytes'] / 1e6:,.0f} MB"
                                for name, d in sorted(report["data"].items()) if name != "text")
        text += "."
    return text


def figures(rows, group):
    places = in_order(place for row in rows for place in row["places"])
    peers = [] if group == "jmh" else [place for place in places if place != US]
    head = ["", "unit", *places, *(f"kith : {peer}" for peer in peers)]
    lines = []
    for row in rows:
        cells = [value(row["places"].get(place)) for place in places]
        ratios = [f"{row['ratios'][p]:.2f}" if p in row["ratios"] else "" for p in peers]
        lines.append([row["title"], row["unit"], *cells, *ratios])
    return table(head, lines)


def in_order(places):
    """Each once, Kith last."""
    once = list(dict.fromkeys(places))
    return [p for p in once if p != US] + [p for p in once if p == US]


def value(entry):
    if not entry:
        return ""
    if "median" not in entry:
        why = entry.get("skipped", "")
        return "failed" if why.startswith("failed") else why
    text = number(entry["median"])
    if len(entry["rounds"]) > 1:
        text += f" ({number(entry['min'])}-{number(entry['max'])})"
    return text


def number(amount):
    if amount == 0:
        return "0"
    if abs(amount) >= 100:
        return f"{amount:,.0f}"
    return f"{amount:.{1 if abs(amount) >= 10 else 2 if abs(amount) >= 0.1 else 3}f}"


def costs(rows):
    """What each row took beside its time, at every place."""
    lines, used = [], []
    for row in rows:
        for place, entry in row["places"].items():
            if "columns" in entry:
                used += entry["columns"]
                lines.append((row["title"], place, entry["columns"]))
    chosen = [column for column in COLUMNS if column[0] in used]
    cells = [[title, place, *(number(c[name]["median"] / by) if name in c else ""
                              for name, _, by in chosen)] for title, place, c in lines]
    if not cells:
        return ""
    body = table(["", "", *(head for _, head, _ in chosen)], cells)
    return f"<details><summary>What it took</summary>\n\n{body}\n\n</details>"


def table(head, lines):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(out)


def write_into(document, milestone, parts):
    """Replaces the milestone's groups that were run; others stay. A new milestone comes first."""
    text = document.read_text()
    if MILESTONES not in text:
        raise Wrong(f"{document} has lost its line {MILESTONES}")
    heading = f"\n## {milestone}\n"
    if heading not in text:
        text = text.replace(MILESTONES, MILESTONES + "\n" + heading)
    start = text.index(heading) + len(heading)
    following = text.find("\n## ", start)
    end = following if following >= 0 else len(text)
    section = text[start:end]
    for group, markdown in parts.items():
        section = replace_part(section, group, markdown)
    document.write_text(text[:start] + section.rstrip("\n") + "\n" + text[end:])


def replace_part(section, group, markdown):
    begin, finish = f"<!-- {group} -->", f"<!-- end of {group} -->"
    part = f"{begin}\n{markdown}\n{finish}"
    if begin in section and finish in section:
        before, rest = section.split(begin, 1)
        return before + part + rest.split(finish, 1)[1]
    return section.rstrip("\n") + f"\n\n{part}\n"
