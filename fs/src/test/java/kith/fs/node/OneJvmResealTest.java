package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.OwnerKey;
import kith.codec.PackReader;
import kith.codec.RootSecret;
import kith.codec.ShardSealer;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.HeadCodec;
import kith.fs.Kit;
import kith.fs.ResealProgress;
import kith.fs.UnexpectedLogs;
import kith.index.HeldShard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was written before a rekey is sealed by the new keys in the background, with everything that
 * snapshots have, until the former keys open nothing at all. Over real TLS.
 */
@UnexpectedLogs.Expected("by its owner key|found-in-trash")
final class OneJvmResealTest {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int PARTNERS = 4;

  @TempDir Path folder;
  private OneJvm net;
  private OneJvm.Member owner;
  private DriveKeys stolen;
  private Map<String, String> written;

  @BeforeEach
  void publish() throws Exception {
    net = new OneJvm(Files.createDirectory(folder.resolve("net")));
    owner = add(CODE);
    for (int i = 0; i < PARTNERS; i++) {
      OneJvm.befriend(owner, add(null));
    }
    for (int i = 0; i < 3; i++) {
      OneJvm.write(owner.files(), FileSystem.ROOT, "before" + i, random(i, 400_000 * (i + 1)));
      assertTrue(net.publish(owner));
    }
    owner.core.engine().takeSnapshot(FileName.of("saved"));
    assertTrue(net.publish(owner));
    owner.files().unlink(FileSystem.ROOT, FileName.of("before1")); // only the snapshot has it now
    assertTrue(net.publish(owner));
    stolen = owner.secrets.keys();
    written = shown(net.kit(owner, CODE));
    assertTrue(written.containsKey("saved/before1") && !written.containsKey("live/before1"));
  }

  /** Each has an address of its own on this machine. */
  private OneJvm.Member add(CodeParameters code) throws Exception {
    return net.add(code, null, new OneJvm.Where(host(net.members.size() + 1), null));
  }

  private static String host(int number) {
    return "127." + (20 + ProcessHandle.current().pid() % 200) + ".45." + number;
  }

  private static byte[] random(int seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  @AfterEach
  void close() throws Exception {
    net.close();
  }

  private void rekey() throws Exception {
    owner.stop();
    owner.rekey();
    owner.start();
    owner.core.partners().greet();
    net.clock.advance(NodeRekey.EACH);
    owner.core.partners().greet();
    assertTrue(owner.core.check().passed(), owner.core.check().refusal());
    var unused = owner.core.succession().rekey().tick();
  }

  /** As kill -9 does: what the index has not committed is gone, files stay. */
  private void kill() throws Exception {
    var committed = owner.storage.copy();
    owner.stop();
    owner.storage = committed;
    owner.start();
    owner.core.greet();
    assertTrue(owner.core.check().passed(), owner.core.check().refusal());
  }

  /** All that the drive has, live and past, from its kit alone. */
  private Map<String, String> shown(Kit kit) throws Exception {
    try (ViewCore view = net.view(kit)) {
      return OneJvm.listing(view.session().fileSystem(OneJvm.ME), FileSystem.ROOT);
    }
  }

  private void assertRestored() throws Exception {
    assertEquals(written, shown(net.kit(owner, CODE)));
  }

  /** Something between two steps. */
  private interface Between {
    void run() throws Exception;
  }

  /** What duties do. */
  private void round(Between between) throws Exception {
    net.clock.advance(Duration.ofMinutes(2));
    owner.core.greet();
    var unused = owner.core.engine().moving().tick();
    between.run();
    owner.core.engine().shipTick();
    between.run();
    owner.core.engine().reclaimTick();
    between.run();
    if (owner.core.engine().behind()) {
      assertTrue(net.publish(owner));
      between.run();
    }
  }

  private ResealProgress progress() throws Exception {
    return owner.core.engine().moving().resealed().orElseThrow();
  }

  /** Rounds until nothing needed is sealed by former keys, and a head says so. */
  private void untilSpent(Between between) throws Exception {
    for (int i = 0; i < 120; i++) {
      round(between);
      if (progress().left() == 0 && ring().stream().allMatch(DriveKeys::isSpent)) {
        return;
      }
    }
    throw new AssertionError(progress() + ", ring spent: " + spent());
  }

  private byte[] newestHead() throws Exception {
    owner.core.greet();
    var partners = owner.core.partners();
    return partners.heads(partners.reachable()).newest().orElseThrow().sealed();
  }

  /** The former keys as whoever has the new kit gets them. */
  private List<DriveKeys> ring() throws Exception {
    try (RootSecret root = net.kit(owner, CODE).secret()) {
      return HeadCodec.keys(DriveKeys.derive(root), owner.owner(), newestHead()).former();
    }
  }

  private List<Boolean> spent() throws Exception {
    return ring().stream().map(DriveKeys::isSpent).toList();
  }

  /** Shards at partners that keys open, trash and all. */
  private int opened(DriveKeys keys) throws Exception {
    int opened = 0;
    for (OneJvm.Member partner : net.members.subList(1, 1 + PARTNERS)) {
      List<HeldShard> held =
          new ArrayList<>(partner.core.holdings().list(owner.owner(), null, 10_000));
      partner
          .core
          .holdings()
          .listTrash(owner.owner(), null, 10_000)
          .forEach(trashed -> held.add(trashed.shard()));
      for (HeldShard shard : held) {
        var sealer = new ShardSealer(keys.seal(), owner.owner(), partner.owner(), shard.name());
        try {
          sealer.openDescriptor(shard.descriptor());
          opened++;
        } catch (CorruptDataException e) {
          assertFalse(held.isEmpty());
        }
      }
    }
    return opened;
  }

  /** As {@code kith prune --all} does it, and the time of the trash. */
  private void letGo() throws Exception {
    for (int i = 0; i < 4; i++) {
      round(() -> {});
      owner.core.dropping().tick();
      net.clock.advance(Duration.ofMinutes(31));
    }
    NodePrune prune = owner.core.dropping().prune();
    PruneInfo info = prune.run(true, List.of());
    for (int i = 0; i < 20 && !info.toSign().isEmpty(); i++) {
      List<String> signed = new ArrayList<>();
      for (String keepSet : info.toSign()) {
        byte[] bytes = HexFormat.of().parseHex(keepSet);
        OwnerKey key = owner.secrets.drive().ownerKey(owner.root);
        signed.add(
            HexFormat.of().formatHex(kith.peer.OwnerRecord.keepSetOverride(key, bytes).toBytes()));
      }
      info = prune.run(true, signed);
    }
    for (int half = 0; half < 32; half++) {
      net.clock.advance(Duration.ofHours(12));
      owner.core.greet();
      owner.core.dropping().tick();
      for (OneJvm.Member member : net.members) {
        member.core.holdings().emptyTrash(net.clock.millis());
      }
    }
  }

  private List<Path> packs() throws Exception {
    try (var files = Files.walk(owner.home.resolve("packs"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void formerKeysOpenNothingInTheEndAndTheNewKitEverything() throws Exception {
    assertTrue(opened(stolen) > 10);
    rekey();
    assertEquals(List.of(false), spent());
    long all = progress().left();
    assertTrue(all > 2_400_000, progress() + "");
    round(() -> {});
    assertTrue(progress().left() > 0, "some at a time");
    assertRestored();

    untilSpent(() -> {});

    assertRestored();
    assertEquals(0, progress().left());
    assertTrue(progress().done() > 2_000_000, progress() + "");
    assertTrue(progress().goingAtPartners() > 0, progress() + "");
    for (Path file : packs()) {
      byte[] pack = Files.readAllBytes(file);
      assertThrows(CorruptDataException.class, () -> PackReader.open(pack, stolen));
    }
    letGo();
    assertEquals(0, opened(stolen));
    assertTrue(opened(owner.secrets.keys()) > 10);
    assertEquals(0, progress().goingAtPartners());
    assertRestored();
  }

  private int openedHere(DriveKeys keys) throws Exception {
    int opened = 0;
    for (Path file : packs()) {
      try {
        PackReader.open(Files.readAllBytes(file), keys);
        opened++;
      } catch (CorruptDataException e) {
        assertTrue(Files.exists(file));
      }
    }
    return opened;
  }

  private void reclaim() throws Exception {
    for (int i = 0; i < 3; i++) {
      net.clock.advance(Duration.ofHours(13));
      owner.core.engine().reclaimTick();
    }
  }

  @Test
  void whatWasSealedAnewStaysAsItWasUntilAHeadTellsOfTheOther() throws Exception {
    rekey();
    reclaim();
    int before = openedHere(stolen);
    int all = packs().size();
    for (int i = 0; i < 3; i++) {
      assertEquals(1, owner.core.engine().moving().tick());
    }
    assertEquals(all + 3, packs().size());
    reclaim();
    assertEquals(before, openedHere(stolen));
    owner.core.greet();
    assertTrue(net.publish(owner));
    reclaim();
    assertTrue(openedHere(stolen) <= before - 3);
    assertRestored();
  }

  @Test
  void aKillBetweenAnyTwoStepsCostsNothing() throws Exception {
    rekey();
    // One that dies at every step gets nowhere, nor one that dies whenever the same step comes.
    var random = new Random(11);
    untilSpent(
        () -> {
          if (random.nextInt(4) == 0) {
            kill();
          }
          assertRestored();
        });
    letGo();
    assertEquals(0, opened(stolen));
    assertRestored();
  }

  @Test
  void packsThatOnlyPartnersHaveAreFetched() throws Exception {
    rekey();
    owner.stop();
    for (Path file : packs()) {
      if (Files.size(file) > 300_000) {
        Files.delete(file);
      }
    }
    owner.start();
    owner.core.greet();
    assertTrue(owner.core.check().passed(), owner.core.check().refusal());
    untilSpent(() -> {});
    assertRestored();
  }

  @Test
  void aSecondRekeyBeforeTheFirstIsDoneLosesNothing() throws Exception {
    rekey();
    round(() -> {});
    round(() -> {});
    DriveKeys second = owner.secrets.keys();
    rekey();
    assertEquals(2, ring().size());
    for (int i = 0; i < 3; i++) {
      round(() -> {});
      assertRestored();
    }
    untilSpent(() -> {});
    assertRestored();
    letGo();
    assertEquals(0, opened(stolen));
    assertEquals(0, opened(second));
    assertRestored();
  }

  @Test
  void aMachineThatIsRecoveredAfterwardsGoesOnWithSpentKeys() throws Exception {
    rekey();
    untilSpent(() -> {});
    Map<String, String> live = OneJvm.listing(owner.files(), FileSystem.ROOT);
    Kit kit = net.kit(owner, CODE);
    owner.stop();
    net.members.remove(owner);
    Path home = folder.resolve("new");
    net.recover(kit, home, host(91));
    owner = net.startRecovered(kit, home, host(91));
    net.members.remove(owner);
    net.members.add(0, owner);
    assertEquals(live, OneJvm.listing(owner.files(), FileSystem.ROOT));
    owner.core.succession().recovery().ask();
    while (owner.core.succession().recovery().tick() > 0) {
      owner.core.partners().greet();
    }
    assertEquals(live, OneJvm.listing(owner.files(), FileSystem.ROOT));
    List<DriveKeys> former = owner.secrets.keys().former();
    assertEquals(List.of(true), former.stream().map(DriveKeys::isSpent).toList());
    OneJvm.write(owner.files(), FileSystem.ROOT, "after", random(9, 300_000));
    assertTrue(net.publish(owner));
    Map<String, String> now = shown(net.kit(owner, CODE));
    assertEquals(written.get("saved/before1"), now.get("saved/before1"));
    assertNotEquals(null, now.get("live/after"));
    assertEquals(0, progress().left());
  }
}
