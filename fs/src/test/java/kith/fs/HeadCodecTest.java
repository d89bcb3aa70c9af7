package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import kith.chunker.ChunkerParameters;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.OwnerId;
import kith.codec.PackKind;
import kith.codec.SaltedBox;
import org.junit.jupiter.api.Test;

class HeadCodecTest {
  static final OwnerId OWNER = owner(1);
  static final SaltedBox BOX = new SaltedBox(new SecureRandom());

  static OwnerId owner(int n) {
    byte[] bytes = new byte[OwnerId.SIZE];
    Arrays.fill(bytes, (byte) n);
    return new OwnerId(bytes);
  }

  static DriveKeys keys(int n) {
    byte[] bytes = new byte[129];
    Arrays.fill(bytes, (byte) n);
    bytes[0] = 1;
    try {
      return DriveKeys.ofBytes(bytes);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static Head head(long epoch, long generation) {
    var parameters = new Head.Parameters(CodeParameters.of(4, 2), 2, ChunkerParameters.DEFAULT);
    var partners =
        List.of(
            new Head.Partner(owner(2), List.of("127.0.0.1:4000", "[::1]:4000"), "J\u00f6rg"),
            new Head.Partner(owner(3), List.of(), ""));
    var run = new IndexRun(3, 1, TreeGolden.ref(1), 99, List.of(TreeGolden.pack(1)));
    List<Optional<OwnerId>> holders =
        List.of(Optional.of(owner(2)), Optional.empty(), Optional.of(owner(3)));
    var placement =
        new PackPlacement(
            TreeGolden.pack(1), PackKind.INDEX, 123_456, CodeParameters.of(2, 1), holders);
    return new Head(
        OWNER,
        epoch,
        generation,
        Instant.ofEpochMilli(1_763_700_000_123L),
        parameters,
        partners,
        List.of(run),
        List.of(placement),
        Optional.of(TreeGolden.ref(5)),
        Optional.empty());
  }

  @Test
  void aHeadComesBackAsItWasSealed() throws Exception {
    Head head = head(2, 7);
    byte[] sealed = HeadCodec.seal(keys(1), head, BOX);
    assertEquals(head, HeadCodec.open(keys(1), OWNER, sealed));
    assertNotEquals(
        HexFormat.of().formatHex(sealed),
        HexFormat.of().formatHex(HeadCodec.seal(keys(1), head, BOX)));
  }

  @Test
  void bytesAreThoseOfTheGoldenFiles() throws Exception {
    Head head = head(2, 7);
    TreeGolden.check("head", HeadCodec.toBytes(head));
    assertEquals(head, HeadCodec.ofBytes(TreeGolden.read("head")));
    assertEquals(head, HeadCodec.open(keys(1), OWNER, TreeGolden.read("head-sealed")));
  }

  @Test
  void afterARekeyTheKeysOfBeforeAreInIt() throws Exception {
    Head head = head(2, 8);
    DriveKeys now = keys(3).after(keys(2).after(keys(1)));
    TreeGolden.check("head-2", HeadCodec.toBytes(head, now.former()));
    assertEquals(head, HeadCodec.ofBytes(TreeGolden.read("head-2")));
    byte[] sealed = HeadCodec.seal(now, head, BOX);
    assertEquals(head, HeadCodec.open(keys(3), OWNER, sealed));
    assertEquals(now, HeadCodec.keys(keys(3), OWNER, sealed), "the new secret alone has all");
    assertThrows(CorruptDataException.class, () -> HeadCodec.open(keys(2), OWNER, sealed));
    TreeGolden.fuzz(HeadCodec.toBytes(head, now.former()), HeadCodec::ofBytes);
  }

  @Test
  void anyFlippedBitIsNoticed() {
    byte[] sealed = HeadCodec.seal(keys(1), head(2, 7), BOX);
    for (int i = 0; i < sealed.length; i++) {
      byte[] bad = sealed.clone();
      bad[i] ^= (byte) (1 << i % 8);
      assertThrows(CorruptDataException.class, () -> HeadCodec.open(keys(1), OWNER, bad));
    }
    for (int length = 0; length < sealed.length; length += 7) {
      byte[] part = Arrays.copyOf(sealed, length);
      assertThrows(CorruptDataException.class, () -> HeadCodec.open(keys(1), OWNER, part));
    }
  }

  @Test
  void whateverWasSealedByMistakeIsCorruptDataAndNothingElse() {
    TreeGolden.fuzz(HeadCodec.toBytes(head(2, 7)), HeadCodec::ofBytes);
  }

  @Test
  void noOtherKeyOrOwnerOpensIt() {
    byte[] sealed = HeadCodec.seal(keys(1), head(2, 7), BOX);
    assertThrows(CorruptDataException.class, () -> HeadCodec.open(keys(2), OWNER, sealed));
    assertThrows(CorruptDataException.class, () -> HeadCodec.open(keys(1), owner(9), sealed));
  }

  @Test
  void aHeadWithoutThePlacementOfAnIndexPackCannotBeMade() {
    Head head = head(2, 7);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Head(
                OWNER,
                1,
                1,
                head.time(),
                head.parameters(),
                List.of(),
                head.runs(),
                List.of(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void aHeadTooLongForAFrameIsRefused() {
    Head head = head(1, 1);
    var address = "a".repeat(255);
    var partner = new Head.Partner(owner(2), Collections.nCopies(16, address), address);
    Head large =
        new Head(
            OWNER,
            1,
            1,
            head.time(),
            head.parameters(),
            Collections.nCopies(1024, partner),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
    assertThrows(IllegalArgumentException.class, () -> HeadCodec.seal(keys(1), large, BOX));
    byte[] sealed = new byte[HeadCodec.MAX_LENGTH + 1];
    assertThrows(CorruptDataException.class, () -> HeadCodec.open(keys(1), OWNER, sealed));
  }

  @Test
  void epochGoesBeforeGeneration() {
    assertEquals(true, head(2, 1).isNewerThan(head(1, 9)));
    assertEquals(true, head(2, 2).isNewerThan(head(2, 1)));
    assertEquals(false, head(2, 2).isNewerThan(head(2, 2)));
  }
}
