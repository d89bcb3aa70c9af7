"""The data sets D1 to D5, made once from a seed and never changed afterwards.

D1  kernel sources without drivers/gpu: 40,395 files, 590 MB
D2  206 files of 2 to 8 MiB that don't compress, 1 GiB together
D3  one file of 1 GiB of which zstd -3 leaves a half: runs of 64 KiB of prose, or of random bytes
D4  D1 with 2% of the files edited, 1% deleted, 1% renamed
D5  D3 with 200 random overwrites of 4 KiB and 20 small insertions

A quick run takes a tenth: every tenth folder of D1 (chosen by a hash of its name), 21 files, 103 MiB.
"""

import itertools
import json
import os
import random
import shutil
import subprocess
import zlib
from pathlib import Path

from machine import apt
from settings import Wrong

SOURCE = "linux-source-6.1"
PARTS = ("drivers", "Documentation", "fs", "net", "kernel", "mm", "lib", "crypto", "security",
         "block")
WITHOUT = "drivers/gpu"
MIB = 1 << 20
RUN = 64 * 1024
PROSE_SHARE = 0.74  # prose compresses to 31%: together a half
TEXT_SIZE = 32 * MIB


class Data:
    """Paths of the sets, each made when it is first asked for."""

    def __init__(self, settings):
        self.seed = settings.seed
        self.quick = settings.quick
        self.folder = settings.data / f"seed{settings.seed}-{'quick' if self.quick else 'full'}"
        self.download = settings.data / "source"
        self.made = {}

    def path(self, name):
        if name not in self.made:
            target = self.folder / name
            done = self.folder / f"{name}.json"
            if not done.exists():
                print(f"making {name}", flush=True)
                clear(target)
                self.folder.mkdir(parents=True, exist_ok=True)
                getattr(self, "make_" + name.lower())(target)
                done.write_text(json.dumps(measure(target)))
            self.made[name] = json.loads(done.read_text())
        return self.folder / name

    def size(self, name):
        """Files and bytes of the set."""
        self.path(name)
        return self.made[name]

    def dice(self, name):
        return random.Random(f"{self.seed} {name}")

    def make_d1(self, target):
        archive = kernel_archive(self.download)
        top = SOURCE + "/"
        target.mkdir()
        subprocess.run(["tar", "-xJf", archive, "-C", target, "--strip-components=1",
                        "--no-same-owner", f"--exclude={top}{WITHOUT}",
                        *(top + part for part in PARTS)], check=True)
        if self.quick:
            for folder, _, files in os.walk(target):
                name = os.path.relpath(folder, target)
                if zlib.crc32(name.encode()) % 10:
                    for file in files:
                        os.unlink(os.path.join(folder, file))
            subprocess.run(["find", target, "-mindepth", "1", "-type", "d", "-empty", "-delete"],
                           check=True)

    def make_d2(self, target):
        dice = self.dice("D2")
        count, total = (21, 105 * MIB) if self.quick else (206, 1024 * MIB)
        sizes = [dice.randint(2 * MIB, 8 * MIB) for _ in range(count)]
        scale = total / sum(sizes)
        sizes = [min(8 * MIB, max(2 * MIB, int(size * scale))) for size in sizes]
        target.mkdir()
        for i, size in enumerate(sizes):
            (target / f"photo-{i:03}.bin").write_bytes(dice.randbytes(size))

    def make_d3(self, target):
        dice = self.dice("D3")
        letters = "etaoinshrdlucmfw"
        vocabulary = [("".join(dice.choices(letters, k=dice.randint(2, 10))) + " ").encode()
                      for _ in range(8000)]
        weights = list(itertools.accumulate(1 / (i + 2) for i in range(len(vocabulary))))
        share = 0.0
        with open(target, "wb") as out:
            for _ in range((103 if self.quick else 1024) * MIB // RUN):
                share += PROSE_SHARE
                if share < 1:
                    out.write(dice.randbytes(RUN))
                    continue
                share -= 1
                prose = b"".join(dice.choices(vocabulary, cum_weights=weights, k=RUN // 6))
                while len(prose) < RUN:
                    prose += dice.choices(vocabulary, cum_weights=weights)[0]
                out.write(prose[:RUN])

    def make_d4(self, target):
        source = self.path("D1")
        subprocess.run(["cp", "-al", source, target], check=True)
        files = sorted(p for p in target.rglob("*") if p.is_file() and not p.is_symlink())
        dice = self.dice("D4")
        chosen = dice.sample(files, max(4, len(files) * 4 // 100))
        edited, removed = len(chosen) // 2, len(chosen) * 3 // 4
        for file in chosen[:edited]:
            edit(file, dice)
        for file in chosen[edited:removed]:
            file.unlink()
        for file in chosen[removed:]:
            file.rename(file.with_name("renamed-" + file.name))

    def make_d5(self, target):
        source = self.path("D3")
        dice = self.dice("D5")
        size = source.stat().st_size
        overwrites, insertions = (20, 2) if self.quick else (200, 20)
        shutil.copyfile(source, target)
        with open(target, "r+b") as file:
            for _ in range(overwrites):
                file.seek(dice.randrange(size // 4096) * 4096)
                file.write(dice.randbytes(4096))
        shifted = target.with_name("D5.shifted")
        cuts = sorted(dice.randrange(size) for _ in range(insertions))
        with open(target, "rb") as old, open(shifted, "wb") as new:
            for start, end in zip([0, *cuts], [*cuts, size]):
                copy(old, new, end - start)
                if end < size:
                    new.write(dice.randbytes(dice.randint(10, 1000)))
        shifted.rename(target)

    def make_text(self, target):
        """Source code for the micro-benchmarks: files of D1 in the order of their names."""
        with open(target, "wb") as out:
            for part in ("kernel", "mm", "fs", "net", "drivers", "Documentation", "lib"):
                for file in sorted((self.path("D1") / part).rglob("*.[chr]*")):
                    if file.is_file() and out.tell() < TEXT_SIZE:
                        out.write(file.read_bytes())


def kernel_archive(folder):
    """Debian's package with the sources, fetched but not installed."""
    found = list(folder.glob("usr/src/linux-source-*.tar.xz"))
    if not found:
        folder.mkdir(parents=True, exist_ok=True)
        fetch = ["apt-get", "download", "-qq", SOURCE]
        if subprocess.run(fetch, cwd=folder, stderr=subprocess.DEVNULL).returncode:
            apt("update", "-qq")
            subprocess.run(fetch, cwd=folder)
        for package in folder.glob(SOURCE + "_*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
            package.unlink()
        found = list(folder.glob("usr/src/linux-source-*.tar.xz"))
    if not found:
        raise Wrong(f"no package {SOURCE} here: put its {SOURCE}.tar.xz into {folder}/usr/src")
    return found[0]


def edit(file, dice):
    """A changed line somewhere, under a new inode: the old one is D1's, too."""
    content, times = file.read_bytes(), file.stat()
    at = dice.randrange(len(content) + 1)
    file.unlink()
    file.write_bytes(content[:at] + b"/* edited %08x */\n" % dice.getrandbits(32) + content[at:])
    file.chmod(times.st_mode & 0o7777)
    os.utime(file, (times.st_atime + 86400, times.st_mtime + 86400))


def copy(old, new, length):
    while length > 0:
        part = old.read(min(length, MIB))
        new.write(part)
        length -= len(part)


def clear(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()


def measure(path):
    files = [path] if path.is_file() else [p for p in path.rglob("*") if not p.is_dir()]
    return {"files": len(files), "bytes": sum(p.lstat().st_size for p in files)}


def warm(*paths):
    """Reads the files once, so that no round pays for the disk under its source."""
    for path in paths:
        subprocess.run(["sh", "-c", 'tar -cf - "$0" 2>/dev/null | cat >/dev/null', path])
