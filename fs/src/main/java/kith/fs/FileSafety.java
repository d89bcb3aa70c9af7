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
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.index.RowView;
import kith.index.Table;

/**
 * What the mount tells of single files: the attributes {@code user.kith.state}, {@code .holders}
 * and {@code .proved}. They can be read and neither listed nor set, so that no copy takes them
 * along. Safe for many threads.
 */
final class FileSafety {
  /** Every attribute whose name begins so is the drive's own. */
  private static final byte[] RESERVED = "user.kith.".getBytes(StandardCharsets.UTF_8);

  private final RowView rows;
  private final PlacementPolicy policy;
  private final FileProof proof;

  FileSafety(RowView rows, PlacementPolicy policy, AuditCover cover) {
    this.rows = rows;
    this.policy = policy;
    this.proof = new FileProof(rows, policy, cover);
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
          case "state" -> state(inode).map(FileState::toString);
          case "holders" -> holders(inode);
          case "proved" -> proved(inode);
          default -> Optional.empty();
        };
    return text.map(value -> value.getBytes(StandardCharsets.UTF_8));
  }

  /** How safe a file is; of a folder, how safe it is with everything in it. */
  Optional<FileState> state(long inode) throws IOException {
    Optional<Published> published = Published.last(rows);
    if (inode >= InodeNumbers.LIMIT) {
      return stateOfPast(SnapshotTrees.number(inode), published);
    }
    InodeRow row = RowsTree.inode(rows, inode);
    if (rows.get(Table.DIRTY, RowKeys.of(inode)) != null || DamageMarks.isMarked(rows, inode)) {
      return Optional.of(FileState.LOCAL);
    }
    if (published.isEmpty() || !isIn(inode, published.get())) {
      boolean packed = row.kind() != FileKind.DIRECTORY || isNoted(inode);
      return Optional.of(packed ? FileState.SHIPPING : FileState.LOCAL);
    }
    return Optional.of(row.kind() == FileKind.REGULAR ? placed(packs(inode)) : placed());
  }

  /** Only what is safe can be proved to be. */
  private Optional<String> proved(long inode) throws IOException {
    Optional<FileState> state = state(inode);
    boolean safe = state.filter(is -> is == FileState.SAFE || is == FileState.FULL).isPresent();
    boolean one =
        inode < InodeNumbers.LIMIT && RowsTree.inode(rows, inode).kind() == FileKind.REGULAR;
    Optional<String> since =
        safe ? proof.of(one ? packs(inode) : null).map(Instant::toString) : Optional.empty();
    return state.map(is -> since.orElse("never"));
  }

  private Optional<FileState> stateOfPast(long number, Optional<Published> published)
      throws IOException {
    byte[] key = RowKeys.of(number);
    byte[] row = rows.get(Table.SNAPSHOTS, key);
    if (row == null) {
      return Optional.empty();
    }
    if (!SnapshotRow.decode(key, row).packed()) {
      return Optional.of(FileState.LOCAL);
    }
    boolean in = published.isPresent() && published.get().lastSnapshot() >= number;
    return Optional.of(in ? placed() : FileState.SHIPPING);
  }

  /**
   * Whether the published head has the inode as it is. Every change to it, a name added or taken
   * away included, marks the inode and all folders above; only one that was just made has no mark.
   */
  private boolean isIn(long inode, Published published) throws IOException {
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
            packs.add(chunked.chunk().pack());
          }
          return true;
        });
    return packs;
  }

  /** Of content in these packs, and of all the trees and indexes that lead to it. */
  private FileState placed(Set<PackId> packs) throws IOException {
    Set<PackId> missing = new HashSet<>(packs);
    FileState[] worst = {FileState.FULL};
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.kind() != PackKind.DATA || missing.remove(id)) {
            worst[0] = worse(worst[0], row);
          }
        });
    return missing.isEmpty() ? worst[0] : FileState.DEGRADED;
  }

  /** Of everything. */
  private FileState placed() throws IOException {
    FileState[] worst = {FileState.FULL};
    PackRows.visit(rows, (id, row) -> worst[0] = worse(worst[0], row));
    return worst[0];
  }

  /** Packs that were sealed since the head belong to the next one. */
  private FileState worse(FileState before, PackRow row) {
    return switch (row.state()) {
      case DROPPED -> before;
      case LOST -> FileState.DEGRADED;
      case PLACED -> before;
      case SEALED, SHIPPING -> {
        if (row.safe(policy)) {
          yield before == FileState.FULL ? FileState.SAFE : before;
        }
        yield row.wasSafe() ? FileState.DEGRADED : before;
      }
    };
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
