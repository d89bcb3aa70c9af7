package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Table;
import org.junit.jupiter.api.Test;

/** Machines that an owner has refused, as they are kept. */
final class NodeRefusalsTest {
  private static byte[] golden() throws IOException {
    try (InputStream in =
        NodeRefusalsTest.class.getResourceAsStream("/golden/takeover-refused-row.hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
  }

  @Test
  void theRowIsAsItEverWas() throws Exception {
    List<NodeRefusals.Refusal> read = NodeRefusals.read(golden());
    assertEquals(1, read.size());
    assertArrayEquals(golden(), NodeRefusals.row(read));
  }

  @Test
  void whatIsDamagedOrCutOffIsNoRow() throws Exception {
    byte[] golden = golden();
    for (int at = 0; at < golden.length; at++) {
      byte[] damaged = golden.clone();
      damaged[at] ^= 1;
      assertThrows(CorruptDataException.class, () -> NodeRefusals.read(damaged), "byte " + at);
    }
    for (int length : new int[] {0, 2, 3, 100, golden.length - 1}) {
      byte[] part = Arrays.copyOf(golden, length);
      assertThrows(CorruptDataException.class, () -> NodeRefusals.read(part), "length " + length);
    }
  }

  @Test
  void noMoreAreKeptThanPartnersRemember() throws Exception {
    Rows rows = new MemoryStorage().rows(() -> {});
    NodeRefusals refusals = new NodeRefusals(rows);
    NodeRefusals.Refusal one = NodeRefusals.read(golden()).get(0);
    for (int i = 0; i < 20; i++) {
      refusals.add(one);
    }
    byte[] row = rows.get(Table.META, "takeover.refused".getBytes(StandardCharsets.US_ASCII));
    assertArrayEquals(NodeRefusals.row(Collections.nCopies(16, one)), row);
    assertEquals(16, NodeRefusals.read(row).size());
  }
}
