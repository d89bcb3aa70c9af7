package kith.fs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Access control lists for tests, written down apart from the product's. */
public final class TestLists {
  /** An entry of a list: tag, permissions, and an id or -1. */
  public record Entry(int tag, int permissions, int id) {}

  public static final Entry OWNER = new Entry(1, 7, -1);
  public static final Entry USER_42 = new Entry(2, 5, 42);
  public static final Entry GROUP = new Entry(4, 5, -1);
  public static final Entry MASK = new Entry(0x10, 6, -1);
  public static final Entry OTHER = new Entry(0x20, 4, -1);

  private TestLists() {}

  public static byte[] access() {
    return "system.posix_acl_access".getBytes(US_ASCII);
  }

  public static byte[] byDefault() {
    return "system.posix_acl_default".getBytes(US_ASCII);
  }

  /** A list as the kernel passes it. */
  public static byte[] list(Entry... entries) {
    ByteBuffer list = ByteBuffer.allocate(4 + 8 * entries.length).order(ByteOrder.LITTLE_ENDIAN);
    list.putInt(2);
    for (Entry entry : entries) {
      list.putShort((short) entry.tag).putShort((short) entry.permissions).putInt(entry.id);
    }
    return list.array();
  }
}
