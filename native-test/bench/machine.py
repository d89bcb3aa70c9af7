"""The machine that a run was made on, and the Debian packages that it needs."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from settings import REPO, Wrong

PACKAGES = {  # command: Debian package
    "restic": "restic", "borg": "borgbackup", "gocryptfs": "gocryptfs", "bindfs": "bindfs",
    "fio": "fio", "hyperfine": "hyperfine", "rsync": "rsync", "ss": "iproute2",
    "taskset": "util-linux", "xz": "xz-utils", "fusermount3": "fuse3",
}
FOR_BORG_MOUNT = "python3-llfuse"  # or python3-pyfuse3: borgbackup only suggests them


def install_missing():
    """Installs with apt what is missing, as .ci/packages does."""
    missing = {p for command, p in PACKAGES.items() if not shutil.which(command)}
    if shutil.which("dpkg") and not installed("python3-pyfuse3", FOR_BORG_MOUNT):
        missing.add(FOR_BORG_MOUNT)
    if missing:
        print("installing", *sorted(missing))
        apt("update", "-qq")
        apt("install", "-y", "-qq", "--no-install-recommends", *sorted(missing))


def installed(*any_of):
    listing = subprocess.run(["dpkg", "-l", *any_of], capture_output=True, text=True).stdout
    return any(line.startswith("ii ") for line in listing.splitlines())


def apt(*arguments):
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    command = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Wrong(f"apt-get {arguments[0]} failed:\n{done.stderr.strip()}")


def first_line(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout.strip().splitlines()[0]
    except (OSError, IndexError):
        return None


def git(*arguments):
    return subprocess.run(["git", "-C", REPO, *arguments], capture_output=True, text=True).stdout


def describe(settings):
    cpu = next((line.split(":")[1].strip() for line in read("/proc/cpuinfo").splitlines()
                if line.startswith("model name")), platform.machine())
    memory = int(read("/proc/meminfo").split()[1]) * 1024
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory": memory,
        "kernel": platform.release(),
        "system": next((line.split("=")[1].strip('"') for line in
                        read("/etc/os-release").splitlines() if line.startswith("PRETTY")), ""),
        "disk": file_system(settings.work),
        "load": os.getloadavg()[0],
        "versions": {
            "kith": first_line(settings.kith, "version"),
            "restic": first_line("restic", "version"),
            "borg": first_line("borg", "--version"),
            "gocryptfs": first_line("gocryptfs", "--version"),
            "bindfs": first_line("bindfs", "--version"),
            "fio": first_line("fio", "--version"),
        },
    }


def file_system(folder):
    while not folder.exists():
        folder = folder.parent
    return subprocess.run(["df", "--output=fstype", folder], capture_output=True,
                          text=True).stdout.split()[-1]


def commit():
    """The commit, with a plus if the sources differ from it."""
    changed = git("status", "--porcelain", "--untracked-files=no").strip()
    return git("rev-parse", "--short=12", "HEAD").strip() + ("+" if changed else "")


def read(path):
    return Path(path).read_text(errors="replace")
