package kith.fs.node;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import kith.codec.CorruptDataException;

/**
 * One of the ways into a home: a secret that is wrapped on its own, so that slots come and go
 * without any other being touched. Bytes (docs/formats/identity.md): magic "KSLT" | version u8 = 1
 * | kind u8 | length of source u16 | source in UTF-8 | SecretBox.
 *
 * @param kind what opens it
 * @param source path of the key file, or the command; empty for a passphrase
 * @param box wraps root secret and node key for a passphrase, else the node key alone
 */
record UnlockSlot(Kind kind, String source, byte[] box) {
  static final int VERSION = 1;

  /** The longest path or command in bytes. */
  static final int MAX_SOURCE = 4096;

  private static final int MAGIC = 0x4b534c54;
  private static final int HEADER = 4 + 1 + 1 + 2;
  private static final int MAX_BOX = 1024;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /** What opens a slot. */
  public enum Kind {
    PASSPHRASE(1),
    KEY_FILE(2),
    COMMAND(3);

    private final int tag;

    Kind(int tag) {
      this.tag = tag;
    }

    /** As people read it. */
    String text() {
      return this == KEY_FILE ? "key file" : name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  UnlockSlot {
    int length = source.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_SOURCE || (kind == Kind.PASSPHRASE) != (length == 0)) {
      throw new IllegalArgumentException(
          "a " + kind.text() + " slot with " + length + " bytes of source");
    }
  }

  /** Whether a slot may be called so. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  byte[] toBytes() {
    byte[] text = source.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(HEADER + text.length + box.length)
        .putInt(MAGIC)
        .put((byte) VERSION)
        .put((byte) kind.tag)
        .putShort((short) text.length)
        .put(text)
        .put(box)
        .array();
  }

  /**
   * @throws CorruptDataException if it is no slot of this version
   */
  static UnlockSlot ofBytes(byte[] bytes) throws CorruptDataException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.getInt() != MAGIC || in.get() != VERSION) {
        throw new CorruptDataException("no unlock slot of version " + VERSION);
      }
      int tag = in.get();
      byte[] text = new byte[Math.min(in.getShort() & 0xffff, bytes.length)];
      in.get(text);
      byte[] box = new byte[in.remaining()];
      in.get(box);
      Kind kind =
          Arrays.stream(Kind.values())
              .filter(each -> each.tag == tag)
              .findFirst()
              .orElseThrow(() -> new CorruptDataException("unlock slot of kind " + tag));
      var slot = new UnlockSlot(kind, new String(text, StandardCharsets.UTF_8), box);
      if (box.length > MAX_BOX || !Arrays.equals(bytes, slot.toBytes())) {
        throw new CorruptDataException("an unlock slot is damaged");
      }
      return slot;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptDataException("an unlock slot is damaged", e);
    }
  }
}
