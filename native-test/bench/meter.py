"""What a command and the nodes behind it take: time, CPU, memory, bytes to disk and to partners."""

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from settings import Wrong

TICKS = os.sysconf("SC_CLK_TCK")
MAPPED = re.compile(r"\[::ffff:([0-9.]+)\]")  # how ss writes IPv4 through an IPv6 socket


class Failed(Exception):
    """A measured command failed; the row gets no figure."""


def drop_caches():
    subprocess.run(["sync"], check=True)
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError as e:
        raise Wrong(f"caches can't be dropped, so cold rows would lie: {e}; run as root") from e


def command(argv, cwd=None, env=None, accept=(0,)):
    """Runs a command; its seconds, CPU seconds, peak memory, bytes to disk, children included.

    The counters are those of wait4(2), which has bytes written in blocks of 512.
    """
    shell = isinstance(argv, str)
    if shell:
        argv = ["bash", "-c", "set -o pipefail; " + argv]
    forget_peak(os.getpid())  # a child inherits it
    start = time.monotonic()
    process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    said = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read()[-4000:]))
    reader.start()
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    process.stderr.close()
    if process.returncode not in accept:
        raise Failed(f"{' '.join(map(str, argv))[:300]}: exit {process.returncode}: {said[0]}")
    took = {
        "seconds": seconds,
        "client_cpu": usage.ru_utime + usage.ru_stime,
        "client_written": usage.ru_oublock * 512,
    }
    if usage.ru_maxrss * 1024 > keyed_number("/proc/self/status", "VmHWM") * 1024:
        took["client_peak"] = usage.ru_maxrss * 1024  # else it was less than this process has
    return took


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def keyed_number(path, key):
    for line in Path(path).read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def forget_peak(pid):
    """Makes the kernel count the peak of resident memory from now on."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        pass  # a kernel without it: the peak since the start is what can be told


def lifetime(pid):
    """The columns of a daemon since it was started."""
    if pid is None:
        return {}
    return {
        "cpu": cpu_seconds(pid),
        "written": keyed_number(f"/proc/{pid}/io", "write_bytes"),
        "peak": keyed_number(f"/proc/{pid}/status", "VmHWM") * 1024,
    }


class Meter:
    """Counters of a place's daemon over a span: with start() and stop(). All zero without one."""

    def __init__(self, daemon=None, others=(), traffic=None):
        self.daemon, self.others, self.traffic = daemon, list(others), traffic

    def start(self):
        if self.daemon:
            forget_peak(self.daemon)
        self.before = self.snapshot()
        return self

    def stop(self):
        after = self.snapshot()
        columns = {key: after[key] - self.before[key] for key in after}
        if self.daemon:
            columns["peak"] = keyed_number(f"/proc/{self.daemon}/status", "VmHWM") * 1024
        return columns

    def snapshot(self):
        counters = {}
        if self.daemon:
            counters["cpu"] = cpu_seconds(self.daemon)
            counters["written"] = keyed_number(f"/proc/{self.daemon}/io", "write_bytes")
        if self.others:
            counters["partners_cpu"] = sum(cpu_seconds(pid) for pid in self.others)
        if self.traffic:
            counters["sent"], counters["received"] = self.traffic.total()
        return counters


class Traffic:
    """Bytes between a node and its partners, as the kernel counts them per TCP connection.

    A thread of its own looks each second, so that what a closed connection carried is lost for the
    last second at most. Safe for use by one other thread.
    """

    def __init__(self, address, port):
        self.address, self.port = address, port
        self.connections = {}
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, name="traffic", daemon=True)
        self.thread.start()

    def watch(self):
        while not self.ended.wait(1):
            self.look()

    def look(self):
        ports = f"( dport = :{self.port} or sport = :{self.port} )"
        listing = subprocess.run(["ss", "-tniHO", ports], capture_output=True, text=True).stdout
        with self.lock:
            for line in listing.splitlines():
                fields = MAPPED.sub(r"\1", line).split()
                if len(fields) > 4 and self.is_ours(*fields[3:5]):
                    counts = dict(f.split(":", 1) for f in fields[5:] if f.startswith("bytes_"))
                    self.connections[tuple(fields[3:5])] = (
                        int(counts.get("bytes_acked", 0)), int(counts.get("bytes_received", 0)))

    def is_ours(self, local, remote):
        """The owner's end: it dialled a partner's port, or was dialled at its own."""
        own = f"{self.address}:{self.port}"
        return local == own or remote.endswith(f":{self.port}") and remote != own

    def total(self):
        self.look()
        with self.lock:
            counts = list(self.connections.values())
        return sum(c[0] for c in counts), sum(c[1] for c in counts)

    def close(self):
        self.ended.set()
        self.thread.join()


def tree_bytes(*folders):
    """Bytes of all files below, as their lengths say."""
    total = 0
    for folder in folders:
        for where, _, files in os.walk(folder):
            for file in files:
                try:
                    total += os.lstat(os.path.join(where, file)).st_size
                except FileNotFoundError:
                    pass  # a node put it away meanwhile
    return total
