#!/usr/bin/env python3
"""Makes many small files, or writes for a while and tells the longest pause in milliseconds.

many_files.py tree|flat FOLDER COUNT SEED    many_files.py write FOLDER SECONDS 0
"""

import os
import random
import sys
import time

PER_FOLDER = 1000
LONGEST = 600  # bytes
THEN = 1_700_000_000


def make(folder, count, seed, flat):
    """As tar makes files: content, then times, so that rsync finds nothing to do afterwards."""
    dice = random.Random(seed)
    content = dice.randbytes(1 << 20)
    where = folder
    os.makedirs(folder)
    for i in range(count):
        if not flat and i % PER_FOLDER == 0:
            where = f"{folder}/{i // PER_FOLDER:04}"
            os.mkdir(where)
        file = os.open(f"{where}/file-{i:07}", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o644)
        at = dice.randrange(len(content) - LONGEST)
        os.write(file, content[at:at + dice.randint(1, LONGEST)])
        os.utime(file, (THEN, THEN + i))
        os.close(file)


def longest_pause(folder, seconds):
    os.makedirs(folder, exist_ok=True)
    end = time.monotonic() + seconds
    before, longest, i = time.monotonic(), 0, 0
    while before < end:
        with open(f"{folder}/{i % 500:03}", "wb") as file:
            file.write(b"%d" % i * 100)
        now = time.monotonic()
        longest, before, i = max(longest, now - before), now, i + 1
    return longest * 1000


if __name__ == "__main__":
    kind, folder, number, seed = sys.argv[1:]
    if kind == "write":
        print(f"{longest_pause(folder, float(number)):.3f}")
    else:
        make(folder, int(number), int(seed), kind == "flat")
