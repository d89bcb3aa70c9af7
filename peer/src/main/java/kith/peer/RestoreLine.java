package kith.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.peer.conduct.RestoreWindows;

/**
 * The restores that one owner has declared at this holder. Immutable.
 *
 * @param windows in which he reads everything back
 * @param accepted the newest declarations, oldest first
 */
record RestoreLine(RestoreWindows windows, List<Accepted> accepted) {
  /** So many declarations are remembered. */
  static final int MOST = 8;

  /** No declaration is larger, in bytes. */
  static final int MAX_BYTES = 2048;

  static final RestoreLine NONE = new RestoreLine(RestoreWindows.NEW, List.of());

  static final Comparator<RestoreLine> OLDEST = Comparator.comparingLong(RestoreLine::newest);

  private static final int VERSION = 1;
  private static final int WINDOW = 2 * Long.BYTES;

  /** Windows that the greatest allowance could have opened in a year. */
  private static final int MOST_WINDOWS = 366;

  /**
   * A declaration.
   *
   * @param at when it was accepted, by the holder's clock, in ms since 1970; within its window
   */
  record Accepted(long at, RestoreDeclaration declaration, SignedRecord record) {
    private static Accepted of(byte[] bytes) throws CorruptDataException {
      if (bytes.length < Long.BYTES || bytes.length > Long.BYTES + MAX_BYTES) {
        throw new CorruptDataException("a declared restore of " + bytes.length + " bytes");
      }
      long at = ByteBuffer.wrap(bytes).getLong();
      byte[] record = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
      SignedRecord read = SignedRecord.parse(record, RecordKind.RESTORE_DECLARATION);
      return new Accepted(at, RestoreDeclaration.of(read), read);
    }

    private byte[] toBytes() {
      byte[] bytes = record.toBytes();
      return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(at).put(bytes).array();
    }
  }

  RestoreLine {
    accepted = List.copyOf(accepted);
  }

  private long newest() {
    return accepted.isEmpty() ? 0 : accepted.get(accepted.size() - 1).at;
  }

  RestoreLine with(RestoreWindows next, Accepted one) {
    List<Accepted> all = new ArrayList<>(accepted);
    all.add(one);
    return new RestoreLine(next, all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  Optional<Accepted> find(RestoreId id) {
    return accepted.stream().filter(one -> one.declaration.id().equals(id)).findFirst();
  }

  /** Whether everything may be read back by this declaration. */
  boolean isOpen(RestoreId id, long now) {
    Optional<RestoreWindows.Window> open = windows.open(now);
    return open.isPresent() && find(id).filter(one -> one.at >= open.get().begun()).isPresent();
  }

  /** The row: version u8 = 1, then fields. */
  byte[] toRow() {
    List<byte[]> times =
        windows.windows().stream()
            .map(
                window ->
                    ByteBuffer.allocate(WINDOW)
                        .putLong(window.begun())
                        .putLong(window.until())
                        .array())
            .toList();
    return Rowing.row(
        VERSION,
        new FieldWriter()
            .byteStrings("windows", times)
            .byteStrings("declared", accepted.stream().map(Accepted::toBytes).toList()));
  }

  static RestoreLine ofRow(byte[] row) throws CorruptDataException {
    Fields in = Rowing.fields(row, VERSION, "restores");
    List<RestoreWindows.Window> windows = new ArrayList<>();
    for (byte[] each : in.byteStrings("windows", MOST_WINDOWS)) {
      if (each.length != WINDOW) {
        throw new CorruptDataException("a window of " + each.length + " bytes");
      }
      ByteBuffer window = ByteBuffer.wrap(each);
      windows.add(new RestoreWindows.Window(window.getLong(), window.getLong()));
    }
    List<Accepted> accepted = new ArrayList<>();
    for (byte[] each : in.byteStrings("declared", MOST)) {
      accepted.add(Accepted.of(each));
    }
    return new RestoreLine(new RestoreWindows(windows), accepted);
  }
}
