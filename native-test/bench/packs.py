"""What a drive's own packs are made of: bytes by kind, and in them of records, footers, padding.

The layout is docs/formats/codec.md's; nothing is decrypted. Packs that have left the cache are not
counted, so it serves for drives that fit into it.
"""

import struct

KINDS = {1: "data", 2: "tree", 3: "index"}
HEADER, TRAILER = 32, 16


class Packs:
    """The packs of a home at one moment."""

    def __init__(self, home):
        self.found = dict(map(read, (home / "packs").glob("*.pack")))

    def since(self, former):
        """Of the packs that the former moment had not: by kind {packs, records, footers, padding}."""
        parts = {kind: dict.fromkeys(("packs", "records", "footers", "padding"), 0)
                 for kind in KINDS.values()}
        for name, (kind, sizes) in self.found.items():
            if name not in former.found:
                for part, size in sizes.items():
                    parts[kind][part] += size
        return parts


def read(path):
    """Name, kind and parts of a pack file."""
    with open(path, "rb") as file:
        kind = KINDS[file.read(HEADER)[10]]
        length = file.seek(-TRAILER, 2) + TRAILER
        start, footer = struct.unpack(">II", file.read(8))
    return path.name, (kind, {
        "packs": 1, "records": start - HEADER, "footers": footer,
        "padding": length - start - footer - TRAILER})


def total(parts):
    """Bytes of a kind, headers and trailers too."""
    return (parts["records"] + parts["footers"] + parts["padding"]
            + parts["packs"] * (HEADER + TRAILER))
