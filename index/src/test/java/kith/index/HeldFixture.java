package kith.index;

import static kith.index.HoldingStoreContract.HOLDER;
import static kith.index.HoldingStoreContract.OTHER;
import static kith.index.HoldingStoreContract.OWNER;
import static kith.index.HoldingStoreContract.name;
import static kith.index.HoldingStoreContract.put;
import static kith.index.HoldingStoreContract.sealed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kith.codec.KithException;
import kith.codec.OwnerId;
import org.junit.jupiter.api.BeforeEach;

/** A store of others' shards on a disk that can crash. */
abstract class HeldFixture {
  static final Path HELD = Path.of("/held");
  static final Path LEDGERS = Path.of("/ledgers");

  CrashDisk disk;
  MemoryStorage storage;
  Rows rows;
  HoldingStore store;

  @BeforeEach
  void begin() throws IOException {
    disk = new CrashDisk();
    disk.makeDirectory(HELD);
    disk.makeDirectory(LEDGERS);
    storage = new MemoryStorage();
    start();
  }

  /** Starts the store over what is durable; unsynced rows are forgotten. */
  void start() throws IOException {
    rows = storage.rows(() -> {});
    store = new FileHoldingStore(disk, HELD, LEDGERS, HOLDER, rows);
  }

  void loseRows() {
    storage = new MemoryStorage();
  }

  HeldPlace place(OwnerId owner) {
    return HeldPlace.of(disk, HELD, LEDGERS, owner, HOLDER);
  }

  List<HeldShard> all(OwnerId owner) throws IOException {
    return store.list(owner, null, 1000);
  }

  void putSome() throws IOException, KithException {
    for (int i = 0; i < 6; i++) {
      put(store, OWNER, i, sealed(i, 1000 + i));
    }
    put(store, OTHER, 50, sealed(50, 50));
    store.drop(OWNER, name(2), 900);
    store.drop(OWNER, name(4), 901);
    put(store, OWNER, 4, sealed(4, 1004));
  }

  List<HeldShard> trash(OwnerId owner) throws IOException {
    return store.listTrash(owner, null, 1000).stream().map(TrashedShard::shard).toList();
  }

  /** Bytes of the owner's shards that were not dropped. */
  long liveBytes() throws IOException {
    return store.usedBytes(OWNER) - store.trashBytes(OWNER);
  }

  /** Whether the directory has the files of what is kept or in the trash, and of no others. */
  void assertNoStrays(String message) throws IOException {
    List<String> kept =
        Stream.concat(all(OWNER).stream(), trash(OWNER).stream())
            .map(shard -> place(OWNER).shard(shard.name()).getFileName().toString())
            .sorted()
            .toList();
    long trashed = trash(OWNER).stream().mapToLong(HeldShard::sealedLength).sum();
    assertEquals(trashed, store.trashBytes(OWNER), message);
    List<String> files =
        disk.list(place(OWNER).directory()).stream()
            .filter(file -> file.endsWith(HeldPlace.SHARD))
            .toList();
    assertEquals(kept, files, message);
  }

  void checkChain(String message) throws IOException, KithException {
    LedgerPosition at = store.ledgerPosition(OWNER, 0);
    List<LedgerEntry> entries = new ArrayList<>(store.ledgerEntries(OWNER, 0, 1000));
    for (LedgerEntry entry : entries) {
      assertTrue(entry.follows(at), message);
      at = entry.position(at.generation());
    }
    assertEquals(at, store.ledgerPosition(OWNER), message);
  }
}
