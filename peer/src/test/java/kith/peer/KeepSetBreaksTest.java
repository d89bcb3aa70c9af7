package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.KithException;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import kith.index.HoldingStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holders that are killed while they apply a keep-set, or whose disk is full when a read saves. */
final class KeepSetBreaksTest {
  private static final int DROPPED = 3;

  private @TempDir Path folder;
  private final RandomGenerator random = Shards.random(11);
  private int started;

  /** A store that fails at a call, before or after it was done. */
  private record Breaking(HoldingStore store, String method, int at, boolean after) {
    HoldingStore made() {
      int[] calls = {0};
      return (HoldingStore)
          Proxy.newProxyInstance(
              HoldingStore.class.getClassLoader(),
              new Class<?>[] {HoldingStore.class},
              (proxy, called, arguments) -> {
                boolean breaks = called.getName().equals(method) && calls[0]++ == at;
                if (breaks && !after) {
                  throw new IOException("No space left on device");
                }
                try {
                  Object result = called.invoke(store, arguments);
                  if (breaks) {
                    throw new IOException("No space left on device");
                  }
                  return result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  /** An owner and a holder who has twelve shards of his. */
  private final class Pair implements AutoCloseable {
    final List<SealedShard> shards = new ArrayList<>();
    final DiskHolder holder;
    final LedgerMirrors mirrors;
    final TestNode owner;
    final KeepSetTalk talk;

    Pair() throws IOException, KithException {
      Path here = java.nio.file.Files.createDirectories(folder.resolve("pair" + started++));
      var network = new VirtualNetwork(started, new VirtualClock());
      holder = new DiskHolder(java.nio.file.Files.createDirectory(here.resolve("home")), network);
      Path ledgers = java.nio.file.Files.createDirectory(here.resolve("ledgers"));
      mirrors = new LedgerMirrors(ledgers, TestNode.keyOf("owner").id());
      owner = TestNode.virtual(network, "owner", Optional.of(mirrors));
      holder.befriend(owner, 10 << 20);
      var keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
      talk = new KeepSetTalk(owner.self, owner.client, keeper, mirrors);
      for (int i = 0; i < 4 * DROPPED; i++) {
        SealedShard shard = Shards.make(random, holder.id(), 10_000);
        owner.client.put(shard);
        shards.add(shard);
      }
    }

    List<ShardName> names() {
      return shards.subList(0, DROPPED).stream().map(SealedShard::name).sorted().toList();
    }

    void drop(List<ShardName> names) throws IOException, KithException {
      Standing standing = talk.standing(holder.id());
      List<ShardName> left = names.stream().filter(standing.shards()::containsKey).toList();
      if (!left.isEmpty()) {
        talk.tell(holder.id(), talk.keepSet(holder.id(), standing, left), left, Optional.empty());
      }
    }

    @Override
    public void close() throws IOException {
      mirrors.close();
      owner.close();
      holder.close();
    }
  }

  @Test
  void aKillAtAnyDropLosesNothingAndTheRestGoesNextTime() throws IOException, KithException {
    for (int at = 0; at < DROPPED; at++) {
      for (boolean after : List.of(false, true)) {
        try (var pair = new Pair()) {
          int killed = at;
          pair.holder.around = store -> new Breaking(store, "drop", killed, after).made();
          pair.holder.restart();
          assertThrows(KithException.class, () -> pair.drop(pair.names()));
          pair.holder.around = store -> store;
          pair.holder.restart();
          int gone = at + (after ? 1 : 0);
          int there = pair.talk.standing(pair.holder.id()).shards().size();
          assertEquals(pair.shards.size() - gone, there, "killed at " + at + " " + after);
          pair.drop(pair.names());
          for (SealedShard shard : pair.shards) {
            boolean dropped = pair.names().contains(shard.name());
            var find = pair.holder.store.find(pair.owner.id(), shard.name());
            var trash = pair.holder.store.findTrash(pair.owner.id(), shard.name());
            assertEquals(dropped, find.isEmpty());
            assertEquals(dropped, trash.isPresent(), "nothing is lost");
          }
        }
      }
    }
  }

  @Test
  void aFullDiskWhileTrashIsKeptAgainServesTheReadAllTheSame() throws IOException, KithException {
    try (var pair = new Pair()) {
      ShardName name = pair.names().get(0);
      pair.drop(List.of(name));
      pair.holder.around = store -> new Breaking(store, "restore", 0, false).made();
      pair.holder.restart();
      byte[] block = pair.owner.client.get(pair.holder.id(), name, 0, 1);
      assertTrue(block.length > 9_000, "it is read");
      assertTrue(pair.holder.store.findTrash(pair.owner.id(), name).isPresent(), "and not lost");
      pair.owner.client.get(pair.holder.id(), name, 0, 1);
      assertTrue(pair.holder.store.find(pair.owner.id(), name).isPresent(), "now it is kept");
    }
  }
}
