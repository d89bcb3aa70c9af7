package kith.fs;

import static kith.fs.DriveFixture.ME;
import static kith.fs.DriveFixture.listing;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packs of this machine that are damaged on its disk: placed at partners, or nowhere else. */
final class DriveDamagedPackTest {
  @TempDir Path folder;
  private final PackTestNode.Clock clock = new PackTestNode.Clock();
  private final Map<PackId, byte[]> before = new HashMap<>();
  private DriveFixture drive;

  /** What happens to the file of a pack; there is another pack for it to be taken for. */
  enum Damage {
    FLIPPED_IN_A_CHUNK {
      @Override
      void to(Path pack, Path other) throws IOException {
        PackFiles.flip(pack, Files.size(pack) / 4);
      }
    },
    FLIPPED_IN_THE_HEADER {
      @Override
      void to(Path pack, Path other) throws IOException {
        PackFiles.flip(pack, 20);
      }
    },
    FLIPPED_IN_THE_TRAILER {
      @Override
      void to(Path pack, Path other) throws IOException {
        PackFiles.flip(pack, Files.size(pack) - 3);
      }
    },
    FLIPPED_IN_THE_FOOTER {
      @Override
      void to(Path pack, Path other) throws IOException {
        byte[] bytes = Files.readAllBytes(pack);
        int end = bytes.length - kith.codec.PackReader.TRAILER_SIZE - 1;
        while (bytes[end] == 0) {
          end--;
        }
        PackFiles.flip(pack, end);
      }
    },
    TRUNCATED {
      @Override
      void to(Path pack, Path other) throws IOException {
        PackFiles.cut(pack, Files.size(pack) / 3);
      }
    },
    EMPTY {
      @Override
      void to(Path pack, Path other) throws IOException {
        PackFiles.cut(pack, 0);
      }
    },
    MISSING {
      @Override
      void to(Path pack, Path other) throws IOException {
        Files.delete(pack);
      }
    },
    ANOTHER_PACK {
      @Override
      void to(Path pack, Path other) throws IOException {
        Files.copy(other, pack, StandardCopyOption.REPLACE_EXISTING);
      }
    };

    abstract void to(Path pack, Path other) throws IOException;
  }

  @BeforeEach
  void open() throws Exception {
    drive = new DriveFixture(folder, new PackTestPartners(4), clock);
    drive.write(FileSystem.ROOT, "one", bytes(1, 900_000));
    drive.write(FileSystem.ROOT, "two", bytes(2, 20_000));
  }

  @AfterEach
  void close() throws Exception {
    drive.close();
  }

  private static byte[] bytes(long seed, int length) {
    byte[] content = new byte[length];
    new Random(seed).nextBytes(content);
    return content;
  }

  private Path file(PackId pack) {
    return folder.resolve("packs").resolve(pack + ".pack");
  }

  private List<PackId> packs(PackKind kind) throws IOException {
    List<PackId> found = new ArrayList<>();
    PackRows.visit(
        drive.rows,
        (id, row) -> {
          if (row.kind() == kind) {
            found.add(id);
          }
        });
    return found;
  }

  private void remember() throws IOException {
    for (PackId pack : drive.packs.list()) {
      before.put(pack, drive.packs.readAll(pack));
    }
  }

  private void damageAll(Damage damage, PackKind kind) throws IOException {
    PackKind otherKind = kind == PackKind.DATA ? PackKind.TREE : PackKind.DATA;
    Path other = file(packs(otherKind).get(0));
    for (PackId pack : packs(kind)) {
      damage.to(file(pack), other);
    }
  }

  private byte[] content(String name) throws IOException {
    return DriveFixture.read(drive.fs, drive.fs.lookup(FileSystem.ROOT, FileName.of(name)).inode());
  }

  private void heal() throws Exception {
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofMinutes(2));
      drive.runDuties();
    }
  }

  private void everythingIsAsItWas(Map<String, String> written) throws Exception {
    assertEquals(written, listing(drive.fs, FileSystem.ROOT));
    FileSystem view = drive.restore().fileSystem(ME);
    assertEquals(written, listing(view, view.lookup(FileSystem.ROOT, FileName.of("live")).inode()));
  }

  @ParameterizedTest
  @EnumSource
  void aDamagedPackIsReadFromPartnersAndMadeAgainBitByBit(Damage damage) throws Exception {
    Map<String, String> written = listing(drive.fs, FileSystem.ROOT);
    drive.publish();
    remember();
    drive = drive.reopen();
    damageAll(damage, PackKind.DATA);
    everythingIsAsItWas(written);
    everythingIsAsItWas(written);
    heal();
    everythingIsAsItWas(written);
    boolean wanted = damage != Damage.MISSING;
    for (PackId pack : packs(PackKind.DATA)) {
      assertEquals(wanted, drive.packs.exists(pack));
      if (wanted) {
        assertArrayEquals(before.get(pack), drive.packs.readAll(pack), damage.toString());
      }
    }
    int packs = wanted ? packs(PackKind.DATA).size() : 0;
    assertEquals(packs, drive.events.size(), "one for each damage: " + drive.events);
    assertTrue(drive.events.stream().allMatch(event -> event.startsWith("pack-damaged")));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLIPPED_IN_A_CHUNK", "TRUNCATED", "MISSING"})
  void damagedTreesAreFoundWithoutBeingReadAndStayHere(Damage damage) throws Exception {
    drive.engine.takeSnapshot(FileName.of("past"));
    drive.publish();
    remember();
    damageAll(damage, PackKind.TREE);
    damageAll(damage, PackKind.INDEX);
    drive = drive.reopen();
    heal();
    before.forEach(
        (pack, bytes) -> {
          try {
            assertArrayEquals(bytes, drive.packs.readAll(pack), pack.toString());
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    drive.write(FileSystem.ROOT, "three", bytes(3, 1000));
    drive.publish();
    assertFalse(drive.events.isEmpty());
    everythingIsAsItWas(listing(drive.fs, FileSystem.ROOT));
  }

  @Test
  void aPackThatTooFewPartnersHaveIsGivenUpAndWhatCanBeReadOfItIsSaved() throws Exception {
    for (HolderCandidate partner : drive.partners.candidates()) {
      drive.partners.behave(partner.owner(), PackTestPartners.Manner.DEAD);
    }
    sealAll();
    PackId pack = packs(PackKind.DATA).get(0);
    drive = drive.reopen(() -> Damage.FLIPPED_IN_A_CHUNK.to(file(pack), null));
    assertThrows(IOException.class, () -> content("one"));
    assertArrayEquals(bytes(2, 20_000), content("two"), "what is readable of it");
    clock.advance(Duration.ofMinutes(1));
    drive.engine.shipTick();
    heal();
    assertEquals(
        List.of("pack-damaged", "pack-unfit", "pack-lost", "file-damaged"),
        drive.events.stream().map(event -> event.replaceAll(":.*", "")).toList());
    assertEquals(1, drive.engine.safety().tree().damagedFiles());
    for (HolderCandidate partner : drive.partners.candidates()) {
      drive.partners.behave(partner.owner(), PackTestPartners.Manner.GOOD);
    }
    clock.advance(Duration.ofMinutes(10));
    drive.publish();
    FileSystem view = drive.restore().fileSystem(ME);
    long live = view.lookup(FileSystem.ROOT, FileName.of("live")).inode();
    long two = view.lookup(live, FileName.of("two")).inode();
    long one = view.lookup(live, FileName.of("one")).inode();
    assertArrayEquals(bytes(2, 20_000), DriveFixture.read(view, two));
    assertThrows(IOException.class, () -> DriveFixture.read(view, one));

    drive.write(FileSystem.ROOT, "one", bytes(1, 900_000));
    heal();
    drive.publish();
    assertEquals(0, drive.engine.safety().tree().damagedFiles());
    assertArrayEquals(bytes(1, 900_000), content("one"));
    clock.advance(Duration.ofDays(1));
    drive.engine.reclaimTick();
    assertEquals(0, drive.engine.safety().packs().lost().packs(), "nothing refers to it any more");
    everythingIsAsItWas(listing(drive.fs, FileSystem.ROOT));
  }

  /** As a publication does, up to where partners are needed. */
  private void sealAll() throws Exception {
    int[] rounds = {0};
    boolean done =
        drive.engine.publish(
            new DriveEngine.Watcher() {
              @Override
              public void phase(String name) {}

              @Override
              public boolean goOn() {
                return ++rounds[0] < 5;
              }
            });
    assertFalse(done);
  }

  @Test
  void aDamagedPackOnItsWayIsHealedAndShippedOn() throws Exception {
    OwnerId away = drive.partners.candidates().get(0).owner();
    drive.partners.behave(away, PackTestPartners.Manner.HELD);
    sealAll();
    remember();
    drive.partners.refuse(away);
    drive = drive.reopen();
    damageAll(Damage.TRUNCATED, PackKind.DATA);
    drive.partners.behave(away, PackTestPartners.Manner.GOOD);
    Map<String, String> written = listing(drive.fs, FileSystem.ROOT);
    heal();
    drive.publish();
    everythingIsAsItWas(written);
  }

  @Test
  void aPackWithoutARowThatIsDamagedIsNotAdopted() throws Exception {
    Path orphan = folder.resolve("packs").resolve("ab".repeat(16) + ".pack");
    drive = drive.reopen(() -> Files.write(orphan, bytes(9, 5000)));
    assertEquals(1, drive.events.size());
    assertTrue(drive.events.get(0).startsWith("pack-damaged"), drive.events.get(0));
    drive = drive.reopen();
    assertEquals(List.of(), drive.events, "nothing is left of it");
    assertFalse(Files.exists(orphan));
    drive.publish();
  }
}
