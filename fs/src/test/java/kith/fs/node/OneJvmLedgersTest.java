package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.PackId;
import kith.codec.PackReader;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import kith.fs.UnexpectedLogs;
import kith.index.HeldShard;
import kith.peer.MessageKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head that names holders who have nothing any more: partners' ledgers say who has it. */
@UnexpectedLogs.Expected("shard-missing|corrupt-shard")
final class OneJvmLedgersTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int PARTNERS = 6;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private Kit kit;
  private Map<String, String> written;
  private final Map<PackId, List<ShardName>> shards = new HashMap<>();
  private final Map<ShardName, OneJvm.Member> holders = new TreeMap<>();

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")), 5);
    owner = net.add(CODE);
    for (int i = 0; i < PARTNERS; i++) {
      OneJvm.befriend(owner, net.add(null));
    }
    for (int i = 0; i < 3; i++) {
      byte[] content = new byte[600_000];
      new Random(i).nextBytes(content);
      OneJvm.write(owner.files(), FileSystem.ROOT, "f" + i, content);
    }
    owner.core.engine().takeSnapshot(FileName.of("saved"));
    assertTrue(net.publish(owner));
    kit = net.kit(owner, CODE);
    written = shown();
    for (OneJvm.Member partner : partners()) {
      for (HeldShard held : partner.core.holdings().list(owner.owner(), null, 1000)) {
        shards.computeIfAbsent(held.name().pack(), pack -> new ArrayList<>()).add(held.name());
        holders.put(held.name(), partner);
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private List<OneJvm.Member> partners() {
    return net.members.subList(1, 1 + PARTNERS);
  }

  private Map<String, String> shown() throws Exception {
    try (ViewCore view = net.view(kit)) {
      return OneJvm.listing(view.session().fileSystem(OneJvm.ME), FileSystem.ROOT);
    }
  }

  private void put(SealedShard shard) {
    owner.core.partners().put(shard, Duration.ofMinutes(1)).join();
  }

  /** Gives each shard to another partner than the head says, and those two of the former ones. */
  private List<SealedShard> move() throws Exception {
    var encoder = new PackEncoder(owner.secrets.keys(), owner.owner(), new Random(1));
    List<SealedShard> moved = new ArrayList<>();
    try (var files = Files.walk(owner.home.resolve("packs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] pack = Files.readAllBytes(file);
        PackId id = PackReader.open(pack, owner.secrets.keys()).id();
        List<OwnerId> former =
            shards.get(id).stream().map(name -> holders.get(name).owner()).toList();
        List<OwnerId> others =
            partners().stream().map(OneJvm.Member::owner).filter(p -> !former.contains(p)).toList();
        moved.addAll(encoder.encode(pack, CODE, others));
      }
    }
    moved.forEach(this::put);
    return moved;
  }

  private void dropFormer() throws Exception {
    drop(List.copyOf(holders.keySet()));
  }

  private void drop(List<ShardName> gone) throws Exception {
    for (ShardName each : gone) {
      holders.get(each).core.holdings().drop(owner.owner(), each, net.clock.millis());
    }
    for (int day = 0; day < 20; day++) {
      net.clock.advance(Duration.ofDays(1));
      for (OneJvm.Member partner : partners()) {
        partner.core.holdings().emptyTrash(net.clock.millis());
      }
    }
  }

  @Test
  void whatWasMovedAfterTheHeadIsFound() throws Exception {
    move();
    dropFormer();
    owner.stop();
    assertEquals(written, shown());
  }

  @Test
  void whoShowsAShardThatIsNotSealedForHimIsNotBelieved() throws Exception {
    List<SealedShard> moved = move();
    dropFormer();
    for (SealedShard shard : moved) {
      OwnerId liar = holders.get(shard.name()).owner(); // who has not got it any more
      put(
          new SealedShard(
              shard.name(), liar, shard.descriptor(), shard.sealed(), shard.merkleRoot()));
    }
    owner.stop();
    assertEquals(written, shown());
  }

  @Test
  void whatNobodyHasIsNotFound() throws Exception {
    dropFormer();
    owner.stop();
    assertThrows(KithException.class, this::shown);
  }

  /** The shards of the one pack that has the files' content. */
  private List<ShardName> content() throws Exception {
    try (var files = Files.walk(owner.home.resolve("packs"))) {
      List<Path> large = files.filter(file -> file.toFile().length() > 1_000_000).toList();
      assertEquals(1, large.size());
      byte[] pack = Files.readAllBytes(large.get(0));
      return shards.get(PackReader.open(pack, owner.secrets.keys()).id());
    }
  }

  /** What partners are asked to list until a read has failed. */
  private long asked(FileSystem fs) {
    long before = net.network.count(MessageKind.LIST_SHARDS);
    assertThrows(IOException.class, () -> OneJvm.listing(fs, FileSystem.ROOT));
    return net.network.count(MessageKind.LIST_SHARDS) - before;
  }

  @Test
  void whatNobodyHasIsAskedForOnceInAWhile() throws Exception {
    drop(content());
    owner.stop();
    try (ViewCore view = net.view(kit)) {
      FileSystem fs = view.session().fileSystem(OneJvm.ME);
      assertEquals(PARTNERS, asked(fs));
      assertEquals(0, asked(fs));
      net.clock.advance(Duration.ofMinutes(2));
      assertEquals(PARTNERS, asked(fs));
    }
  }
}
