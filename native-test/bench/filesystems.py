"""The filesystems that the mount is measured beside: the plain disk, bindfs, gocryptfs."""

import subprocess

from cleanup import is_mounted, unmount, until
from meter import Failed, Meter


class Disk:
    """The plain disk; also the shape of a place: start, restart, stop, a path, a meter."""

    name = "disk"

    def __init__(self, settings, base):
        self.settings = settings
        self.base = base / self.name
        self.path = self.base / "mnt"
        self.daemon = None

    def start(self):
        self.path.mkdir(parents=True)
        self.prepare()
        self.mount()

    def prepare(self):
        pass

    def mount(self):
        pass

    def unmount(self):
        pass

    def restart(self):
        self.unmount()
        self.mount()

    def stop(self):
        self.unmount()
        subprocess.run(["rm", "-rf", "--one-file-system", self.base], check=False)

    def daemon_pid(self):
        return self.daemon.pid if self.daemon else None

    def meter(self):
        return Meter(self.daemon_pid())

    def wait(self):
        return None


class FuseDaemon(Disk):
    """A daemon that stays in the foreground, so that its process is known."""

    def prepare(self):
        (self.base / "below").mkdir()

    def mount(self):
        self.daemon = subprocess.Popen(
            self.settings.pinned(self.command()), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not until(lambda: is_mounted(self.path) or self.daemon.poll() is not None, 30) \
                or self.daemon.poll() is not None:
            raise Failed(f"{self.name} did not mount")

    def unmount(self):
        if self.daemon:
            unmount(self.path)
            if not until(lambda: self.daemon.poll() is not None, 30):
                self.daemon.kill()
                self.daemon.wait()
            self.daemon = None


class Bindfs(FuseDaemon):
    name = "bindfs"

    def command(self):
        return ["bindfs", "-f", "-o", "big_writes", self.base / "below", self.path]


class Gocryptfs(FuseDaemon):
    name = "gocryptfs"
    password = ["-extpass", "echo", "-extpass", "bench"]

    def prepare(self):
        super().prepare()
        subprocess.run(["gocryptfs", "-init", "-q", "-scryptn", "10", *self.password,
                        self.base / "below"], check=True, stdout=subprocess.DEVNULL)

    def command(self):
        return ["gocryptfs", "-fg", "-q", *self.password, self.base / "below", self.path]
