"""A run's own folder, and the end of everything that was started in it, however the run ends."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from settings import Wrong

SOCKET_PATH = 107  # bytes that a Unix socket's path may have
LONGEST_SOCKET = "/partners/p7/run/node.sock"


@contextlib.contextmanager
def workspace(parent):
    """A temporary folder; at the end nothing is mounted below it, nothing runs in it, it is gone."""
    parent.mkdir(parents=True, exist_ok=True)
    base = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
    if len(str(base) + LONGEST_SOCKET) > SOCKET_PATH:
        base.rmdir()
        raise Wrong(f"{parent} is too long a path for a node's socket: give another by WORK=")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: exit(143))
    signal.signal(signal.SIGHUP, lambda *_: exit(129))
    try:
        yield base
    finally:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        clear(base)
        shutil.rmtree(base, ignore_errors=True)
        if base.exists():
            subprocess.run(["rm", "-rf", "--one-file-system", base])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def clear(base):
    """Unmounts what is mounted below, ends the processes whose command line names the folder."""
    for mounted in sorted(mounts_below(base), reverse=True):
        unmount(mounted)
    pids = processes_in(base)
    for pid in pids:
        quietly(os.kill, pid, signal.SIGTERM)
    wait_for_end(pids, 10)
    for pid in pids:
        quietly(os.kill, pid, signal.SIGKILL)
    wait_for_end(pids, 5)
    for mounted in sorted(mounts_below(base), reverse=True):
        unmount(mounted, "-l")


def mounts_below(base):
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    points = [line.split()[4].encode().decode("unicode_escape") for line in lines]
    return [point for point in points if point.startswith(f"{base}/")]


def is_mounted(folder):
    return str(folder) in mounts_below(Path(folder).parent)


def unmount(folder, *how):
    for command in (["fusermount3", "-u", folder], ["umount", *how, folder]):
        if subprocess.run(command, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0:
            return


def processes_in(base):
    """Processes, but this one, with an argument below the run's folder, whose name is unique."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if os.fsencode(base) in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass  # it has ended
    return found


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def wait_for_end(pids, seconds):
    """Whether all have ended in time."""
    return until(lambda: not any(alive(pid) for pid in pids), seconds)


def until(condition, seconds, pause=0.05):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def quietly(function, *arguments, **more):
    with contextlib.suppress(OSError):
        function(*arguments, **more)
