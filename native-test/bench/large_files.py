#!/usr/bin/env python3
"""Writes and reads back large files: one that is nearly all holes, and one that is not.

large_files.py sparse|holes FILE BYTES SEED     makes it with SPOTS blocks in it; reads them and the holes beside
large_files.py real FILE BYTES SEED             makes it, a half of it compressible
large_files.py overwrite FILE COUNT SEED        writes so many blocks at random, then reads back the last of them
"""

import os
import random
import sys

BLOCK = 4096
SPOTS = 256
PIECE = 1 << 20
LOOKED_AT = 1000


def spots(size, seed):
    """Where the blocks of a sparse file are, and what is in them: at its very end, too."""
    dice = random.Random(seed)
    blocks = size // BLOCK
    places = sorted({blocks - 1, *(dice.randrange(1, blocks // 2) * 2 for _ in range(SPOTS))})
    return {place * BLOCK: dice.randbytes(BLOCK) for place in places}


def make_sparse(path, size, seed):
    with open(path, "wb") as file:
        file.truncate(size)
        for offset, content in spots(size, seed).items():
            file.seek(offset)
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_sparse(path, size, seed):
    """Each block, and the hole before it; the file must take about as much as its blocks do."""
    file = os.open(path, os.O_RDONLY)
    for offset, content in spots(size, seed).items():
        same(os.pread(file, BLOCK, offset), content, path, offset)
        if offset % (2 * BLOCK) == 0:
            same(os.pread(file, BLOCK, offset - BLOCK), bytes(BLOCK), path, offset - BLOCK)
    taken = os.fstat(file).st_blocks * 512
    if os.fstat(file).st_size != size or taken > 16 * SPOTS * BLOCK:
        sys.exit(f"{path} has {os.fstat(file).st_size} bytes and takes {taken}")


def make_real(path, size, seed):
    dice = random.Random(seed)
    with open(path, "wb") as file:
        for left in range(size, 0, -PIECE):
            file.write((dice.randbytes(PIECE // 2) + bytes(PIECE // 2))[:left])
        file.flush()
        os.fsync(file.fileno())


def overwrite(path, count, seed):
    dice = random.Random(seed)
    file = os.open(path, os.O_RDWR)
    blocks = os.fstat(file).st_size // BLOCK
    last = {}
    for _ in range(count):
        offset, content = dice.randrange(blocks) * BLOCK, dice.randbytes(BLOCK)
        os.pwrite(file, content, offset)
        last.pop(offset, None)
        last[offset] = content
    os.fsync(file)
    for offset in list(last)[-LOOKED_AT:]:
        same(os.pread(file, BLOCK, offset), last[offset], path, offset)


def same(found, wanted, path, offset):
    if found != wanted:
        sys.exit(f"{path} has something else at {offset}")


if __name__ == "__main__":
    kind, name, number, start = sys.argv[1:]
    {"sparse": make_sparse, "holes": read_sparse, "real": make_real, "overwrite": overwrite}[kind](
        name, int(number), int(start))
