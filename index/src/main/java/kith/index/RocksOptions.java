package kith.index;

import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/**
 * How RocksDB is set up. Its memory is one block cache of fixed size that also counts indexes,
 * filters and write buffers; a checkpoint that is opened beside shares it.
 */
final class RocksOptions implements AutoCloseable {
  /** All of RocksDB's memory but for open files' bookkeeping, in bytes. */
  static final long CACHE_BYTES = 64 << 20;

  /** Write buffers, a part of the cache, in bytes. */
  private static final long WRITE_BUFFER_BYTES = 32 << 20;

  private static final long MAX_LOG_BYTES = 64 << 20;

  /** Bits of bloom filter per key: one false read in a hundred. */
  private static final int BLOOM_BITS = 10;

  private final LRUCache cache = new LRUCache(CACHE_BYTES);
  private final WriteBufferManager writeBuffers = new WriteBufferManager(WRITE_BUFFER_BYTES, cache);
  private final BloomFilter bloom = new BloomFilter(BLOOM_BITS);
  private final DBOptions database = databaseOptions();
  private final ColumnFamilyOptions table = tableOptions();

  DBOptions database() {
    return database;
  }

  ColumnFamilyOptions table() {
    return table;
  }

  private DBOptions databaseOptions() {
    return new DBOptions()
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setMaxBackgroundJobs(2)
        .setMaxOpenFiles(512)
        .setMaxTotalWalSize(MAX_LOG_BYTES)
        .setWriteBufferManager(writeBuffers)
        // After a crash: whole batches, in their order, none after one that is torn.
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        // A full disk must not keep the index from being opened: the log stays the log.
        .setAvoidFlushDuringRecovery(true)
        .setSkipStatsUpdateOnDbOpen(true)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(1 << 20)
        .setKeepLogFileNum(2);
  }

  private ColumnFamilyOptions tableOptions() {
    BlockBasedTableConfig blocks =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(8 << 10)
            .setCacheIndexAndFilterBlocks(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setPinL0FilterAndIndexBlocksInCache(true)
            .setFilterPolicy(bloom);
    return new ColumnFamilyOptions()
        .setTableFormatConfig(blocks)
        .setWriteBufferSize(16 << 20)
        .setArenaBlockSize(128 << 10)
        .setMaxWriteBufferNumber(3)
        .setTargetFileSizeBase(16 << 20)
        .setMaxBytesForLevelBase(64 << 20)
        .setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  @Override
  public void close() {
    for (AutoCloseable each : List.of(database, table, bloom, writeBuffers, cache)) {
      closeQuietly(each);
    }
  }

  private static void closeQuietly(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception e) {
      throw new IllegalStateException(e); // RocksDB's objects throw nothing checked
    }
  }
}
