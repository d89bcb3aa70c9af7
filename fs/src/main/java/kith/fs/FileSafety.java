package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Table;

/**
 * What the mount tells of single files: the attributes {@code user.kith.state}, {@code .holders},
 * {@code .proved} and {@code .drilled}. They can be read and neither listed nor set, so that no
 * copy takes them along. Safe for many threads.
 */
final class FileSafety {
  /** Every attribute whose name begins so is the drive's own. */
  private static final byte[] RESERVED = "user.kith.".getBytes(StandardCharsets.UTF_8);

  private final RowView rows;
  private final PlacementPolicy policy;
  private final Supplier<HolderStates> holders;
  private final FileProof proof;

  /**
   * @param holders how they stand
   * @param cover what audits have shown
   */
  FileSafety(
      RowView rows, PlacementPolicy policy, Supplier<HolderStates> holders, AuditCover cover) {
    this.rows = rows;
    this.policy = policy;
    this.holders = holders;
    this.proof = new FileProof(rows, policy, cover);
  }

  /**
   * How safe something is.
   *
   * @param lockedUntil when it will be safe; null unless it is locked
   */
  record Known(FileState state, Instant lockedUntil) {
    private static Known of(FileState state) {
      return new Known(state, null);
    }

    @Override
    public String toString() {
      return state + (lockedUntil == null ? "" : " until " + lockedUntil);
    }
  }

  /** Whether an attribute of this name can't be set. */
  static boolean isReserved(byte[] name) {
    if (name.length < RESERVED.length) {
      return false;
    }
    for (int i = 0; i < RESERVED.length; i++) {
      if (name[i] != RESERVED[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The value of a reserved attribute.
   *
   * @param inode of the live tree, or of a snapshot
   * @return empty if there is none of that name, or nothing to say of that inode
   */
  Optional<byte[]> value(long inode, byte[] name) throws IOException {
    String which =
        new String(name, RESERVED.length, name.length - RESERVED.length, StandardCharsets.UTF_8);
    Optional<String> text =
        switch (which) {
          case "state" -> state(inode).map(Known::toString);
          case "holders" -> holders(inode);
          case "proved" -> proved(inode);
          case "drilled" -> drilled(inode);
          default -> Optional.empty();
        };
    return text.map(value -> value.getBytes(StandardCharsets.UTF_8));
  }

  /** How safe a file is; of a folder, how safe it is with everything in it. */
  Optional<Known> state(long inode) throws IOException {
    Optional<Published> published = Published.last(rows);
    if (inode >= InodeNumbers.LIMIT) {
      return stateOfPast(SnapshotTrees.number(inode), published);
    }
    InodeRow row = RowsTree.inode(rows, inode);
    if (rows.get(Table.DIRTY, RowKeys.of(inode)) != null || DamageMarks.isMarked(rows, inode)) {
      return Optional.of(Known.of(FileState.LOCAL));
    }
    if (published.isEmpty() || !isIn(rows, inode, published.get())) {
      boolean packed = row.kind() != FileKind.DIRECTORY || isNoted(inode);
      return Optional.of(Known.of(packed ? FileState.SHIPPING : FileState.LOCAL));
    }
    return Optional.of(row.kind() == FileKind.REGULAR ? placed(packs(inode)) : placed());
  }

  /** Only what is safe can be proved to be. */
  private Optional<String> proved(long inode) throws IOException {
    Optional<FileState> state = state(inode).map(Known::state);
    boolean safe = state.filter(is -> is == FileState.SAFE || is == FileState.FULL).isPresent();
    boolean one =
        inode < InodeNumbers.LIMIT && RowsTree.inode(rows, inode).kind() == FileKind.REGULAR;
    Optional<String> since =
        safe ? proof.of(one ? packs(inode) : null).map(Instant::toString) : Optional.empty();
    return state.map(is -> since.orElse("never"));
  }

  /** When the file was last restored from the partners alone, as it is now. */
  private Optional<String> drilled(long inode) throws IOException {
    boolean isFile =
        inode < InodeNumbers.LIMIT && RowsTree.inode(rows, inode).kind() == FileKind.REGULAR;
    return isFile
        ? Optional.of(DrillRow.of(rows, inode).map(DrillRow::text).orElse("never"))
        : Optional.empty();
  }

  private Optional<Known> stateOfPast(long number, Optional<Published> published)
      throws IOException {
    byte[] key = RowKeys.of(number);
    byte[] row = rows.get(Table.SNAPSHOTS, key);
    if (row == null) {
      return Optional.empty();
    }
    if (!SnapshotRow.decode(key, row).packed()) {
      return Optional.of(Known.of(FileState.LOCAL));
    }
    boolean in = published.isPresent() && published.get().lastSnapshot() >= number;
    return Optional.of(in ? placed() : Known.of(FileState.SHIPPING));
  }

  /**
   * Whether the published head has the inode as it is. Every change to it, a name added or taken
   * away included, marks the inode and all folders above; only one that was just made has no mark.
   */
  private static boolean isIn(RowView rows, long inode, Published published) throws IOException {
    long changed = TreeRow.of(rows, inode).changed();
    if (changed > 0) {
      return changed <= published.epoch();
    }
    for (long parent : Ancestry.parents(rows, inode)) {
      if (TreeRow.of(rows, parent).changed() > published.epoch()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a published head has a file with all of its content. */
  static boolean isPublished(RowView rows, long inode, Published published) throws IOException {
    return rows.get(Table.DIRTY, RowKeys.of(inode)) == null
        && !DamageMarks.isMarked(rows, inode)
        && isIn(rows, inode, published);
  }

  private boolean isNoted(long directory) throws IOException {
    TreeRow row = TreeRow.of(rows, directory);
    return row.note().length > 0 && row.changed() <= row.noted();
  }

  private Set<PackId> packs(long inode) throws IOException {
    Set<PackId> packs = new HashSet<>();
    Extents.visit(
        rows,
        inode,
        0,
        Long.MAX_VALUE,
        extent -> {
          if (extent instanceof Extent.Chunked chunked) {
            packs.add(Resealed.now(rows, chunked.chunk().pack()));
          }
          return true;
        });
    return packs;
  }

  /** Of content in these packs, and of all the trees and indexes that lead to it. */
  private Known placed(Set<PackId> packs) throws IOException {
    Set<PackId> missing = new HashSet<>(packs);
    var worst = new Worst();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.kind() != PackKind.DATA || missing.remove(id)) {
            worst.add(id, row);
          }
        });
    return missing.isEmpty() ? worst.known() : Known.of(FileState.DEGRADED);
  }

  /** Of everything. */
  private Known placed() throws IOException {
    var worst = new Worst();
    PackRows.visit(rows, worst::add);
    return worst.known();
  }

  /** As safe as the least safe of some packs. For one thread. */
  private final class Worst {
    private final PackSafety safety = new PackSafety(rows, policy, holders.get());
    private FileState state = FileState.FULL;
    private Instant until;

    /** Packs that were sealed since the head belong to the next one. */
    private void add(PackId id, PackRow row) throws IOException {
      switch (row.state()) {
        case DROPPED -> {}
        case LOST -> state = FileState.DEGRADED;
        case PLACED -> placed(safety.of(id, row));
        case SEALED, SHIPPING -> {
          if (row.safe(policy)) {
            placed(safety.of(id, row));
          } else if (row.wasSafe()) {
            state = FileState.DEGRADED;
          }
        }
      }
    }

    private void placed(PackSafety.Judged judged) {
      until = SafetyTotals.later(until, judged.lockedUntil());
      if (judged.state() == FileState.DEGRADED) {
        state = FileState.DEGRADED;
      } else if (state != FileState.DEGRADED && judged.state().compareTo(state) < 0) {
        state = judged.state(); // locked comes before safe, and safe before full
      }
    }

    private Known known() {
      return new Known(state, state == FileState.LOCKED ? until : null);
    }
  }

  /** A line for each partner: his owner id, and how many of the file's packs he has a shard of. */
  private Optional<String> holders(long inode) throws IOException {
    if (inode >= InodeNumbers.LIMIT) {
      return Optional.empty();
    }
    Map<OwnerId, Integer> counts = new TreeMap<>();
    for (PackId pack : packs(inode)) {
      Optional<PackRow> row = PackRows.pack(rows, pack);
      if (row.isPresent() && row.get().code().isPresent()) {
        List<ShardRow> shards = PackRows.shards(rows, pack, row.get().code().get());
        shards.forEach(
            shard -> PackRows.holder(shard).ifPresent(who -> counts.merge(who, 1, Integer::sum)));
      }
    }
    StringBuilder lines = new StringBuilder();
    counts.forEach((who, packs) -> lines.append(who).append(' ').append(packs).append('\n'));
    return counts.isEmpty() ? Optional.empty() : Optional.of(lines.toString().strip());
  }
}
