package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.ShardName;

/**
 * Where the files of one owner lie.
 *
 * @param disk holds them
 * @param directory of the owner's shards and heads; null for a ledger alone
 * @param owner whose they are
 * @param holder who keeps them: this node's owner
 * @param ledger the file of the ledger
 */
record HeldPlace(Disk disk, Path directory, OwnerId owner, OwnerId holder, Path ledger) {
  static final String SHARD = ".shard";
  static final String HEAD = ".head";
  static final String UNFINISHED = ".tmp";

  /** Beside an owner's directory, while all of it is being removed. */
  static final String FORGOTTEN = ".forgotten";

  static HeldPlace of(Disk disk, Path held, Path ledgers, OwnerId owner, OwnerId holder) {
    String name = HexFormat.of().formatHex(owner.toBytes());
    Path ledger = Ledger.path(ledgers, owner, holder);
    return new HeldPlace(disk, held.resolve(name), owner, holder, ledger);
  }

  /** The file that says that all of this goes. */
  Path forgotten() {
    return directory.resolveSibling(directory.getFileName() + FORGOTTEN);
  }

  Path shard(ShardName name) {
    return directory.resolve(HexFormat.of().formatHex(name.toBytes()) + SHARD);
  }

  /**
   * What the header in a shard's file says.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws CorruptDataException if the header is damaged
   */
  HeldFormat.ShardHeader header(ShardName name) throws IOException, CorruptDataException {
    try (DiskFile file = disk.openRead(shard(name))) {
      ByteBuffer bytes = ByteBuffer.allocate(HeldFormat.SHARD_HEADER);
      file.read(bytes, 0);
      return HeldFormat.shardHeader(bytes.flip());
    }
  }

  Path head(HeldHead head) {
    return directory.resolve("%016x-%016x%s".formatted(head.epoch(), head.generation(), HEAD));
  }

  /** The name of the shard in a file, or null if this is not the name of a shard's file. */
  static ShardName shardName(String fileName) {
    if (!fileName.endsWith(SHARD) || fileName.length() != 2 * ShardName.SIZE + SHARD.length()) {
      return null;
    }
    try {
      return ShardName.parse(HexFormat.of().parseHex(fileName, 0, 2 * ShardName.SIZE));
    } catch (CorruptDataException | IllegalArgumentException e) {
      return null;
    }
  }
}
