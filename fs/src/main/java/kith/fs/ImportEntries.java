package kith.fs;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;

/**
 * Brings what is no folder into a directory of the drive: what the drive has already stays, be it
 * with other attributes; else it is read, and gets its name when it is whole. For one thread.
 */
final class ImportEntries {
  private static final int ATTEMPTS = 2;

  private final ImportTree tree;
  private final ImportQueue queue;
  private final ImportChunks chunks;
  private final ImportReader reader;
  private final ImportReport report;
  private final boolean dryRun;
  private final Map<SourceStat.Id, Long> links = new HashMap<>();

  ImportEntries(
      ImportTree tree,
      ImportQueue queue,
      ImportChunks chunks,
      ImportReader reader,
      ImportReport report,
      boolean dryRun) {
    this.tree = tree;
    this.queue = queue;
    this.chunks = chunks;
    this.reader = reader;
    this.report = report;
    this.dryRun = dryRun;
  }

  /**
   * Where something comes from, and where it goes.
   *
   * @param path below the source
   * @param directory of the drive; 0 where only a dry run could be
   * @param fresh whether nothing is in it but what was imported
   */
  record Entry(
      SourceFolder folder,
      FileName name,
      byte[] path,
      long directory,
      boolean fresh,
      FileName target) {}

  /** Takes one file of any kind. */
  void take(Entry entry, SourceStat stat) throws IOException, KithException {
    boolean linked = stat.attributes().nlink() > 1;
    Long known = linked ? links.get(stat.id()) : null;
    if (known != null) {
      link(entry, stat, known);
      return;
    }
    Optional<Long> there = entry.fresh() ? Optional.empty() : same(entry, stat);
    long inode;
    if (there.isPresent()) {
      inode = there.get();
      adapt(entry, stat, inode);
    } else if (stat.kind() == FileKind.REGULAR) {
      inode = read(entry, stat);
    } else {
      inode = special(entry, stat);
    }
    if (linked) {
      links.put(stat.id(), inode);
    }
  }

  private void link(Entry entry, SourceStat stat, long inode) throws IOException {
    if (stat.kind() == FileKind.REGULAR) {
      report.same(stat.attributes().size());
    } else {
      report.other();
    }
    if (!dryRun) {
      queue.then(
          List.of(),
          () -> guarded(entry.path(), () -> tree.link(entry.directory(), entry.target(), inode)));
    }
  }

  /** The file that is there already with the same content. */
  private Optional<Long> same(Entry entry, SourceStat stat) throws IOException {
    LiveTree.Dirent there = tree.find(entry.directory(), entry.target());
    if (there == null || there.kind() != stat.kind()) {
      return Optional.empty();
    }
    InodeRow row = tree.row(there.inode());
    Attributes wanted = stat.attributes();
    boolean same =
        switch (stat.kind()) {
          case REGULAR ->
              row.size() == wanted.size()
                  && row.mtime().equals(wanted.mtime())
                  && !tree.isDamaged(there.inode());
          case SYMLINK ->
              java.util.Arrays.equals(row.target(), entry.folder().target(entry.name()));
          default -> row.device() == wanted.device();
        };
    return same ? Optional.of(there.inode()) : Optional.empty();
  }

  private void adapt(Entry entry, SourceStat stat, long inode) throws IOException {
    if (stat.kind() == FileKind.REGULAR) {
      report.same(stat.attributes().size());
    } else {
      report.other();
    }
    if (!dryRun) {
      tree.adapt(inode, stat.attributes(), kept(entry.folder().xattrs(entry.name())));
    }
  }

  private long special(Entry entry, SourceStat stat) throws IOException {
    report.other();
    if (dryRun) {
      return 0;
    }
    chunks.admitRows();
    InodeRow row = ImportedFile.row(stat.attributes(), 0, tree.now());
    if (stat.kind() == FileKind.SYMLINK) {
      row = row.withTarget(entry.folder().target(entry.name()));
    }
    List<Xattr> xattrs = kept(entry.folder().xattrs(entry.name()));
    var node = new ImportedNode(tree.newNumber(), row, xattrs, List.of(), false);
    queue.put(
        List.of(),
        new ImportQueue.Put(entry.directory(), entry.target(), entry.path(), () -> node, () -> {}));
    return node.inode();
  }

  private long read(Entry entry, SourceStat stat) throws IOException, KithException {
    if (dryRun) {
      report.read(stat.attributes().size());
      return 0;
    }
    chunks.admitRows();
    try (SourceFile file = entry.folder().file(entry.name())) {
      SourceStat before = stat;
      for (int attempt = 1; ; attempt++) {
        var into = new ImportedFile(tree, queue);
        try {
          long size = reader.read(file, before, into);
          SourceStat after = file.stat();
          boolean quiet = size == before.attributes().size() && before.sameContent(after);
          if (quiet || attempt == ATTEMPTS) {
            name(entry, before, size, file, into);
            if (!quiet) {
              report.changed(entry.path(), "changed while it was read");
            }
            return into.inode();
          }
          before = after;
        } catch (IOException | KithException e) {
          report.notRead();
          queue.then(List.of(), into::end);
          throw e;
        }
        report.notRead();
        queue.then(List.of(), into::end);
      }
    }
  }

  private void name(Entry entry, SourceStat stat, long size, SourceFile file, ImportedFile into)
      throws IOException {
    List<Xattr> xattrs = kept(file.xattrs());
    Attributes a = stat.attributes();
    Attributes found = size == a.size() ? a : a.withSize(size);
    queue.put(
        into.chunks(),
        new ImportQueue.Put(
            entry.directory(),
            entry.target(),
            entry.path(),
            () -> into.node(found, xattrs),
            into::end));
    report.read(size);
  }

  /** Those that the drive keeps. */
  static List<Xattr> kept(List<Xattr> xattrs) {
    return xattrs.isEmpty()
        ? xattrs
        : xattrs.stream().filter(xattr -> isKept(xattr.name())).toList();
  }

  private static boolean isKept(byte[] name) {
    try {
      XattrNames.requireSupported(name);
      return !FileSafety.isReserved(name);
    } catch (DriveException e) {
      return false;
    }
  }

  /** Gives files their names. */
  void put(long directory, List<ImportQueue.Put> puts) throws IOException {
    Map<FileName, ImportQueue.Put> byName = new HashMap<>();
    for (ImportQueue.Put put : puts) {
      byName.put(put.name(), put);
    }
    try {
      List<ImportTree.Named> files =
          puts.stream().map(put -> new ImportTree.Named(put.name(), put.node().node())).toList();
      for (ImportTree.Named taken : tree.put(directory, files)) {
        guarded(byName.get(taken.name()).path(), () -> tree.replace(directory, taken));
      }
    } catch (DriveException e) {
      for (ImportQueue.Put put : puts) {
        refused(put.path(), e);
      }
    } finally {
      for (ImportQueue.Put put : puts) {
        put.end().run();
      }
    }
  }

  /** Does something whose failure is that of one file, if it isn't that of the whole drive. */
  private void guarded(byte[] path, ImportQueue.Work work) throws IOException {
    try {
      work.run();
    } catch (DriveException e) {
      refused(path, e);
    }
  }

  /** The drive cannot take a file; NO_SPACE is thrown on. */
  void refused(byte[] path, DriveException why) throws DriveException {
    if (why.reason() == DriveException.Reason.NO_SPACE) {
      throw why;
    }
    report.failed(path, why.getMessage());
  }
}
