"""Kith on one machine: an owner and seven partners, each a process with a home of its own."""

import os
import signal
import socket
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from cleanup import (alive, is_mounted, processes_in, quietly, unmount, until,
                     wait_for_end)
from meter import Failed, Meter, Traffic, command, tree_bytes
from settings import Wrong

PARTNERS = 7
CODE = "4+2"
OWNER_ADDRESS = "127.0.0.10"
SPACE = "64GiB"


def free_port():
    """A port that is free on all the addresses."""
    for port in range(24000 + os.getpid() % 8000, 40000):
        try:
            for address in [OWNER_ADDRESS, *(f"127.0.0.{i + 1}" for i in range(PARTNERS))]:
                with socket.socket() as probe:
                    probe.bind((address, port))
            return port
        except OSError:
            continue
    raise Wrong("no port is free on 127.0.0.1 to 127.0.0.10")


class Kith:
    """The drive with its partners. start() to stop(); the folders are made and removed by these."""

    name = "kith"

    def __init__(self, settings, base):
        self.settings = settings
        self.base = base / "k"
        self.owner = self.base / "owner"
        self.homes = [self.base / "partners" / f"p{i + 1}" for i in range(PARTNERS)]
        self.path = self.base / "mnt"
        self.environment = {**os.environ, "KITH_PASSPHRASE": "bench", "HOME": str(self.base)}
        self.environment.pop("KITH_HOME", None)
        self.pid, self.view_pid, self.partner_pids, self.traffic = None, None, [], None
        self.addresses, self.port = [f"127.0.0.{i + 1}" for i in range(PARTNERS)], None

    def run(self, home, *arguments, pinned=False, timeout=600):
        argv = [str(self.settings.kith), "--home", str(home), *map(str, arguments)]
        # To a file: a node in the background keeps its output open, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(self.settings.pinned(argv) if pinned else argv,
                                  env=self.environment, stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.STDOUT, timeout=timeout)
            out.seek(0)
            text = out.read()
        if done.returncode:
            raise Failed(f"kith {' '.join(map(str, arguments))}: exit {done.returncode}: {text}")
        return text

    def start(self):
        self.path.mkdir(parents=True)
        self.homes[0].parent.mkdir()
        self.port = port = free_port()
        with ThreadPoolExecutor(2) as two:
            self.partner_pids = list(two.map(
                lambda i: self.start_partner(self.homes[i], f"127.0.0.{i + 1}:{port}"),
                range(PARTNERS)))
        self.run(self.owner, "init", "--code", CODE, "--listen", f"{OWNER_ADDRESS}:{port}")
        self.mount()
        self.traffic = Traffic(OWNER_ADDRESS, port)
        for home in self.homes:
            code = self.run(self.owner, "partner", "invite", "--space", SPACE).split("\n")[0]
            self.run(home, "partner", "accept", code.strip(), "--space", SPACE)

    def start_partner(self, home, address):
        self.run(home, "init", "--listen", address)
        self.run(home, "serve", "--background")
        return self.process(home)

    def process(self, home):
        """The node that runs in this home, found by its command line."""
        found = processes_in(home)
        if len(found) != 1:
            raise Failed(f"{len(found)} processes run in {home}")
        return found[0]

    def mount(self):
        self.run(self.owner, "mount", self.path, pinned=True)
        self.pid = self.process(self.owner)

    def unmount(self):
        self.run(self.owner, "umount")
        if not wait_for_end([self.pid], 120):
            raise Failed("kith umount: the node still runs after two minutes")

    def restart(self):
        self.unmount()
        self.mount()

    def stop(self):
        if self.traffic:
            self.traffic.close()
        if is_mounted(self.path):
            unmount(self.path)  # which ends its node
        self.end(processes_in(self.base))
        if is_mounted(self.path):
            unmount(self.path, "-l")
        subprocess.run(["rm", "-rf", "--one-file-system", self.base], check=False)

    def end(self, pids, how=signal.SIGTERM):
        for pid in filter(alive, pids):
            quietly(os.kill, pid, how)
        if not wait_for_end(pids, 20):
            for pid in pids:
                quietly(os.kill, pid, signal.SIGKILL)

    def meter(self):
        return Meter(self.daemon_pid(), self.partner_pids, self.traffic)

    def daemon_pid(self):
        return self.view_pid or self.pid

    def wait(self):
        """Seconds until everything written is safe at partners."""
        argv = [self.settings.kith, "--home", self.owner, "wait", "--timeout", "2h"]
        return command([str(a) for a in argv], env=self.environment)["seconds"]

    def await_packed(self):
        """Until the trees of all snapshots are packed: then their frozen rows are gone."""
        frozen = self.owner / "checkpoints"
        if not until(lambda: not any(frozen.iterdir()), 3600, 0.02):
            raise Failed("a snapshot is not packed after an hour")

    def stored(self):
        """Bytes that the partners keep, parity included."""
        return tree_bytes(*(home / "held" for home in self.homes))

    def knows(self, name):
        """Whether the program has this command."""
        text = self.run(self.owner, "help")
        return any(line.split()[:1] == [name] for line in text.splitlines())

    def write_kit(self):
        (self.base / "kit.txt").write_text(self.run(self.owner, "kit"))

    def lose_machine(self, partners):
        """The owner's process and home are gone, and so are some partners."""
        dead, self.partner_pids = self.partner_pids[:partners], self.partner_pids[partners:]
        self.end([self.pid, *dead], signal.SIGKILL)
        self.pid = None
        subprocess.run(["umount", "-l", self.path], check=True)
        subprocess.run(["rm", "-rf", self.owner], check=True)

    def view(self):
        """Mounts every snapshot from the kit and the partners alone, in an empty home."""
        home = self.base / "new"
        subprocess.run(["rm", "-rf", home], check=True)
        kit = self.base / "kit.txt"
        self.run(home, "recover", "--kit", kit, "--view", self.path, pinned=True)
        self.view_pid = self.process(home)

    def restore(self, name):
        """From the kit and the partners alone, in an empty home."""
        target = self.base / "restored"
        home = self.base / "new"
        subprocess.run(["rm", "-rf", target, home], check=True)
        argv = [self.settings.kith, "--home", home, "restore", "--kit", self.base / "kit.txt",
                f"saved:{name}", target]
        return command([str(a) for a in argv], env=self.environment)

    def close_view(self):
        if self.view_pid:
            self.run(self.base / "new", "umount", self.path)
            until(lambda: not alive(self.view_pid), 60)
            self.view_pid = None
