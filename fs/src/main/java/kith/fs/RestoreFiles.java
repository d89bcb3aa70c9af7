package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.KithException;

/**
 * Restores what is no folder: made beside its place, given its attributes, and moved there when it
 * is whole. Content that is there already, at its place or from a restore that was broken off, is
 * checked by the keys of its chunks and not fetched. Safe for many threads.
 */
final class RestoreFiles {
  private static final int LOCKS = 64;

  private final ReadTree tree;
  private final RestoreOwners owners;
  private final boolean overwrite;
  private final RestoreState state;
  private final RestoreReport report;
  private final ReentrantLock[] linking = new ReentrantLock[LOCKS];

  /** A file, and where it belongs. */
  record Job(RestoreFolder folder, FileName name, long inode) {
    byte[] path() {
      return folder.path(name);
    }

    FileName temporary() {
      return RestoreState.name(inode);
    }
  }

  /**
   * @param overwrite whether what somebody has changed is replaced
   */
  RestoreFiles(
      ReadTree tree,
      RestoreOwners owners,
      boolean overwrite,
      RestoreState state,
      RestoreReport report) {
    this.tree = tree;
    this.overwrite = overwrite;
    this.owners = owners;
    this.state = state;
    this.report = report;
    for (int i = 0; i < LOCKS; i++) {
      linking[i] = new ReentrantLock();
    }
  }

  /**
   * Restores a file; what keeps it from being restored is reported.
   *
   * @throws IOException if there is no room any more, or the thread was interrupted
   */
  void restore(Job job) throws IOException {
    try {
      Attributes attributes = tree.attributes(job.inode());
      if (attributes.nlink() > 1) {
        linked(job, attributes);
      } else {
        restore(job, attributes);
      }
    } catch (DestinationException e) {
      if (e.reason() == DestinationException.Reason.FULL) {
        throw e;
      }
      report.failed(job.path(), reason(job, e));
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | KithException e) {
      report.failed(job.path(), e.getMessage());
    } finally {
      job.folder().done();
    }
  }

  private static String reason(Job job, DestinationException e) {
    boolean taken = e.reason() == DestinationException.Reason.EXISTS && !job.folder().had(job.name);
    return taken
        ? "its name is taken: this filesystem tells it from no other that differs in case or form"
        : "cannot be written: " + e.getMessage();
  }

  /** The first name is restored; the others are names of the same file. */
  private void linked(Job job, Attributes attributes) throws IOException, KithException {
    ReentrantLock lock = linking[(int) (job.inode() % LOCKS)];
    lock.lock();
    try {
      Optional<SourceStat> first = state.links().stat(job.temporary());
      if (first.isPresent()) {
        link(job, attributes, first.get());
        return;
      }
      if (!restore(job, attributes)) {
        return;
      }
      try {
        job.folder().folder().link(job.name(), state.links(), job.temporary());
      } catch (DestinationException e) {
        if (e.reason() == DestinationException.Reason.FULL) {
          throw e;
        }
        report.lost(job.path(), EnumSet.of(DestinationLoss.LINK));
      }
    } finally {
      lock.unlock();
    }
  }

  private void link(Job job, Attributes attributes, SourceStat first) throws IOException {
    Optional<SourceStat> there = there(job);
    // renaming a name onto another of the same file would do nothing
    boolean other = there.isEmpty() || !there.get().id().equals(first.id());
    if (other && !overwrite && isChanged(there, attributes)) {
      changed(job);
      return;
    }
    if (other) {
      removeLeftOver(job);
      state.links().link(job.temporary(), state.folder(), job.temporary());
      move(job, there.isPresent());
    }
    report.link(attributes.size());
  }

  /** Returns whether it has its place now. */
  private boolean restore(Job job, Attributes attributes) throws IOException, KithException {
    Optional<SourceStat> there = there(job);
    if (there.isPresent() && there.get().kind() == FileKind.DIRECTORY) {
      report.failed(job.path(), "a folder is in its place");
      return false;
    }
    if (!overwrite && there.isPresent() && there.get().kind() != attributes.kind()) {
      return changed(job);
    }
    if (attributes.kind() == FileKind.REGULAR) {
      return regular(job, attributes, there);
    }
    removeLeftOver(job);
    make(job, attributes);
    var wanted = wanted(job.inode(), attributes);
    report.lost(job.path(), state.folder().adapt(job.temporary(), wanted));
    move(job, there.isPresent());
    report.other();
    return true;
  }

  private boolean changed(Job job) {
    report.failed(job.path(), "was changed since it was restored; --overwrite replaces it");
    return false;
  }

  /** What has its place; nothing is looked for where nothing was. */
  private static Optional<SourceStat> there(Job job) throws IOException {
    return job.folder().had(job.name()) ? job.folder().folder().stat(job.name()) : Optional.empty();
  }

  private void make(Job job, Attributes attributes) throws IOException, KithException {
    if (attributes.kind() == FileKind.SYMLINK) {
      state.folder().makeSymlink(job.temporary(), tree.symlinkTarget(job.inode()));
    } else {
      state.folder().makeNode(job.temporary(), attributes.kind(), attributes.device());
    }
  }

  private void removeLeftOver(Job job) throws IOException {
    try {
      state.folder().remove(job.temporary());
    } catch (DestinationException e) {
      if (e.reason() != DestinationException.Reason.GONE) {
        throw e;
      }
    }
  }

  private void move(Job job, boolean replacing) throws IOException {
    state.folder().move(job.temporary(), job.folder().folder(), job.name(), replacing);
  }

  private boolean regular(Job job, Attributes attributes, Optional<SourceStat> there)
      throws IOException, KithException {
    var counted = new RestoreBytes(report);
    try (DestinationFile former = former(job, there)) {
      DestinationAttributes wanted = wanted(job.inode(), attributes);
      boolean alone = there.isPresent() && there.get().attributes().nlink() == 1;
      boolean same =
          former != null && counted.same(former, attributes.size(), tree.content(job.inode()));
      if (same && alone) {
        report.lost(job.path(), former.adapt(wanted));
        counted.end();
        report.same(attributes.size());
        return true;
      }
      if (!same && !overwrite && isChanged(there, attributes)) {
        return changed(job);
      }
      try (DestinationFile file = begun(job)) {
        counted.copy(tree.content(job.inode()), file, former);
        file.truncate(attributes.size());
        report.lost(job.path(), file.adapt(wanted));
      }
      move(job, there.isPresent());
      counted.end();
      report.written(attributes.size());
      return true;
    } finally {
      counted.end();
    }
  }

  /** A file of a restore has its time before it has its name. */
  private static boolean isChanged(Optional<SourceStat> there, Attributes wanted) {
    return there.isPresent() && !there.get().attributes().mtime().equals(wanted.mtime());
  }

  /** The file that is made, with what there is of it, unless its attributes shut its owner out. */
  private DestinationFile begun(Job job) throws IOException {
    try {
      return state.folder().create(job.temporary());
    } catch (DestinationException e) {
      if (e.reason() == DestinationException.Reason.FULL) {
        throw e;
      }
      removeLeftOver(job);
      return state.folder().create(job.temporary());
    }
  }

  /** The file that has its place, or null. */
  private static DestinationFile former(Job job, Optional<SourceStat> there) throws IOException {
    if (there.isEmpty() || there.get().kind() != FileKind.REGULAR) {
      return null;
    }
    try {
      return job.folder().folder().file(job.name());
    } catch (DestinationException e) {
      return null; // may not be read: it is replaced
    }
  }

  /** What a file is given besides its content. */
  DestinationAttributes wanted(long inode, Attributes attributes)
      throws IOException, KithException {
    OwnerNames names = tree.ownerNames(inode);
    List<Xattr> xattrs = tree.xattrs(inode);
    return new DestinationAttributes(
        attributes.mode(),
        owners.user(names.user()).orElse(attributes.uid()),
        owners.group(names.group()).orElse(attributes.gid()),
        attributes.mtime(),
        xattrs);
  }
}
