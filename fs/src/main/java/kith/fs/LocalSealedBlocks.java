package kith.fs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.ShardName;
import kith.codec.ShardSealer;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Table;
import kith.peer.SealedBlocks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shards of the packs that are here, sealed again as their holders got them. */
public final class LocalSealedBlocks implements SealedBlocks {
  private static final Logger LOG = LoggerFactory.getLogger(LocalSealedBlocks.class);

  private final Rows rows;
  private final PackStore store;
  private final PackEncoder encoder;

  public LocalSealedBlocks(DriveEngine.Foundation base) {
    this.rows = base.rows();
    this.store = base.store();
    this.encoder = new PackEncoder(base.keys(), base.owner(), base.random());
  }

  @Override
  public Optional<byte[]> sealed(ShardName shard, OwnerId holder) throws IOException {
    try {
      byte[] pack = store.readAll(shard.pack());
      return Optional.of(encoder.encodeOne(pack, shard.code(), shard.index(), holder).sealed());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (CorruptDataException e) {
      LOG.info("pack {} is damaged here: its holder shows a block itself", shard.pack());
      return Optional.empty();
    }
  }

  @Override
  public ShardSealer sealer(ShardName shard, OwnerId holder) {
    return encoder.sealer(shard, holder);
  }

  @Override
  public boolean isPlaced(ShardName shard, OwnerId holder) throws IOException {
    byte[] row = rows.get(Table.SHARDS, ShardRow.key(shard.pack(), shard.index()));
    if (row == null
        || !PackRows.live(rows, shard.pack())
            .flatMap(PackRow::code)
            .equals(Optional.of(shard.code()))) {
      return false;
    }
    ShardRow there = ShardRow.decode(row);
    return there.state() == ShardState.PLACED && there.holder().equals(holder);
  }
}
