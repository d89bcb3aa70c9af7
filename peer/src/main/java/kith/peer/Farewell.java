package kith.peer;

import java.time.Duration;
import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;

/**
 * An owner's word, by the owner key, that he is gone for good and that all holders may free what is
 * his, or that he is not after all. Of two the later holds.
 *
 * @param gone whether he is
 * @param time by the clock where it was signed
 */
public record Farewell(OwnerId owner, boolean gone, Instant time) {
  static final int VERSION = 1;

  /** One that was signed longer ago is not believed from somebody who brings it now. */
  static final Duration LIFE = Duration.ofDays(60);

  /** Signs one. */
  public static OwnerRecord sign(OwnerKey key, boolean gone, Instant time) {
    byte[] body =
        new FieldWriter()
            .bytes("owner", key.id())
            .flag("gone", gone)
            .number("time", time.toEpochMilli())
            .toBytes();
    return OwnerRecord.sign(key, RecordKind.FAREWELL, VERSION, body);
  }

  /**
   * Reads one whose signature was checked.
   *
   * @throws CorruptDataException if it is damaged, or another's key has signed
   */
  public static Farewell of(OwnerRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var farewell =
        new Farewell(
            fields.owner("owner"), fields.flag("gone"), Instant.ofEpochMilli(fields.count("time")));
    if (!farewell.owner.equals(record.owner())) {
      throw new CorruptDataException("a farewell that another owner's key has signed");
    }
    return farewell;
  }
}
