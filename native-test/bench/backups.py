"""The backup programs that the way to the partners is measured beside, writing to a local folder."""

import os
import subprocess

from cleanup import is_mounted, unmount, until
from meter import Failed, Meter, command, tree_bytes


class BackupProgram:
    """A repository, backups into it, restores and a mount out of it.

    Sources are named relative to `sources`, so that a later state of the same tree is backed up
    from the same path, as people do. Caches and configuration stay in the run's folder.
    """

    def __init__(self, settings, base):
        self.settings = settings
        self.base = base / self.name
        self.repository = self.base / "repository"
        self.sources = self.base / "sources"
        self.path = self.base / "mnt"
        self.restored = self.base / "restored"
        self.daemon = None
        self.environment = {**os.environ, "HOME": str(self.base), **self.variables()}

    def start(self):
        self.path.mkdir(parents=True)
        self.sources.mkdir()
        self.command(*self.init())

    def command(self, *arguments, cwd=None):
        argv = self.settings.pinned([self.name, *map(str, arguments)])
        return command(argv, cwd=cwd or self.sources, env=self.environment, accept=self.accept)

    def backup(self, *names):
        """Backs up files or folders in `sources`."""
        return self.command(*self.create(names))

    def stored(self):
        return tree_bytes(self.repository)

    def restore(self, name):
        subprocess.run(["rm", "-rf", self.restored], check=True)
        self.restored.mkdir()
        return self.command(*self.extract(name), cwd=self.restored)

    def view(self):
        """Mounts the repository; returns once its first folder can be listed."""
        argv = self.settings.pinned([self.name, *map(str, self.mount())])
        self.daemon = subprocess.Popen(argv, env=self.environment, start_new_session=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        if not until(lambda: is_mounted(self.path) or self.daemon.poll() is not None, 120, 0.01) \
                or self.daemon.poll() is not None:
            self.daemon = None
            raise Failed(f"{self.name} mount did not mount")

    def close_view(self):
        if self.daemon:
            unmount(self.path)
            if not until(lambda: self.daemon.poll() is not None, 60):
                self.daemon.kill()
                self.daemon.wait()
            self.daemon = None

    def daemon_pid(self):
        return self.daemon.pid if self.daemon else None

    def meter(self):
        return Meter(self.daemon_pid())

    def wait(self):
        return None

    def stop(self):
        self.close_view()
        subprocess.run(["rm", "-rf", "--one-file-system", self.base], check=False)


class Restic(BackupProgram):
    """Repository format 2, its own compression; it flushes each pack to the disk."""

    name = "restic"
    accept = (0,)

    def variables(self):
        return {"RESTIC_REPOSITORY": str(self.repository), "RESTIC_PASSWORD": "bench",
                "RESTIC_CACHE_DIR": str(self.base / "cache"), "RESTIC_PROGRESS_FPS": "0.01"}

    def init(self):
        return ["init", "--quiet", "--repository-version", "2"]

    def create(self, names):
        return ["backup", "--quiet", *names]

    def extract(self, name):
        return ["restore", "--quiet", "latest", "--target", self.restored,
                "--path", self.sources / name]

    def mount(self):
        return ["mount", "--quiet", self.path]

    def listing(self):
        """A folder of the view with the newest backup of the tree."""
        return self.path / "snapshots" / "latest"

    def found(self, name):
        """The path of a source in the view; each was backed up by itself."""
        tops = sorted((self.path / "snapshots").iterdir())
        for top in tops:
            for path in (top / name, top / str(self.sources / name).lstrip("/")):
                if path.exists():
                    return path
        raise Failed(f"restic's view has no {name}")


class Borg(BackupProgram):
    """Encrypted with AES-CTR and HMAC-SHA256, zstd -3; it flushes each segment to the disk."""

    name = "borg"
    accept = (0, 1)  # 1: warnings

    def variables(self):
        return {"BORG_REPO": str(self.repository), "BORG_PASSPHRASE": "bench",
                "BORG_BASE_DIR": str(self.base / "state"), "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}

    def init(self):
        return ["init", "--encryption", "repokey"]

    def create(self, names):
        archive = "-".join(names).replace("/", "_") + f"-{self.count()}"
        return ["create", "--compression", "zstd,3", f"::{archive}", *names]

    def count(self):
        self.archives = getattr(self, "archives", 0) + 1
        return self.archives

    def extract(self, name):
        return ["extract", f"::{self.archive(name)}", name]

    def archive(self, name):
        done = subprocess.run(["borg", "list", "--short"], env=self.environment, check=True,
                              capture_output=True, text=True)
        return [line for line in done.stdout.split() if line.startswith(name + "-")][-1]

    def mount(self):
        return ["mount", "--foreground", self.repository, self.path]

    def listing(self):
        """The folder of an archive: the list of all says nothing about what is in them."""
        return next(self.path.iterdir())

    def found(self, name):
        tops = sorted(top for top in self.path.iterdir() if top.name.startswith(name + "-"))
        return tops[-1] / name
