package kith.peer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.conduct.CourtesyBudget;
import kith.peer.conduct.RepairBudget;

/**
 * What one owner has read back of what one holder keeps for him. Immutable.
 *
 * @param courtesy bytes ever read so
 * @param repair bytes ever read so
 * @param restore bytes ever read so
 */
record ReadAccount(
    CourtesyBudget daily, RepairBudget lost, long courtesy, long repair, long restore) {
  static final ReadAccount NEW = new ReadAccount(CourtesyBudget.NEW, RepairBudget.NEW, 0, 0, 0);

  static final Comparator<ReadAccount> OLDEST =
      Comparator.comparingLong(account -> account.daily.at());

  private static final int VERSION = 1;
  private static final int LOST = OwnerId.SIZE + 2 * Long.BYTES;

  /** With the budgets as of a later moment. */
  ReadAccount at(long now, ReadBook.Limits limits) {
    return new ReadAccount(
        daily.grown(now, limits.courtesyPerDay()), lost.at(now), courtesy, repair, restore);
  }

  /** How long until so many bytes may be read, in ms; 0 if they may now. */
  long waitFor(ReadPurpose purpose, long bytes, ReadBook.Limits limits, long now) {
    if (purpose instanceof ReadPurpose.Repair repairing) {
      return lost.waitFor(repairing.lost(), bytes, limits.repairPerLost(), now);
    }
    return purpose.kind() == ReadClass.COURTESY ? daily.waitFor(bytes, limits.courtesyPerDay()) : 0;
  }

  /** With so many bytes read; fewer than 0 for those that were not read after all. */
  ReadAccount with(ReadPurpose purpose, long bytes, long now) {
    return switch (purpose.kind()) {
      case AUDIT -> this;
      case COURTESY ->
          new ReadAccount(daily.with(bytes), lost, add(courtesy, bytes), repair, restore);
      case REPAIR -> {
        OwnerId who = ((ReadPurpose.Repair) purpose).lost();
        yield new ReadAccount(
            daily, lost.with(who, bytes, now), courtesy, add(repair, bytes), restore);
      }
      case RESTORE -> new ReadAccount(daily, lost, courtesy, repair, add(restore, bytes));
    };
  }

  private static long add(long sum, long bytes) {
    return Math.max(0, sum + bytes);
  }

  /** The row: version u8 = 1, then fields. */
  byte[] toRow() {
    List<byte[]> named = new ArrayList<>();
    for (RepairBudget.Lost each : lost.named()) {
      named.add(
          ByteBuffer.allocate(LOST)
              .put(each.who().toBytes())
              .putLong(each.since())
              .putLong(each.bytes())
              .array());
    }
    return Rowing.row(
        VERSION,
        new FieldWriter()
            .number("used", daily.used())
            .number("at", daily.at())
            .number("courtesy", courtesy)
            .number("repair", repair)
            .number("restore", restore)
            .byteStrings("lost", named));
  }

  static ReadAccount ofRow(byte[] row) throws CorruptDataException {
    Fields in = Rowing.fields(row, VERSION, "what was read");
    List<RepairBudget.Lost> named = new ArrayList<>();
    for (byte[] each : in.byteStrings("lost", RepairBudget.MOST)) {
      if (each.length != LOST) {
        throw new CorruptDataException("a lost partner of " + each.length + " bytes");
      }
      ByteBuffer lost = ByteBuffer.wrap(each, OwnerId.SIZE, 2 * Long.BYTES);
      var who = new OwnerId(Arrays.copyOf(each, OwnerId.SIZE));
      named.add(new RepairBudget.Lost(who, time(lost.getLong()), time(lost.getLong())));
    }
    return new ReadAccount(
        new CourtesyBudget(in.count("used"), in.count("at")),
        new RepairBudget(named),
        in.count("courtesy"),
        in.count("repair"),
        in.count("restore"));
  }

  private static long time(long value) throws CorruptDataException {
    if (value < 0) {
      throw new CorruptDataException("a lost partner of " + value);
    }
    return value;
  }
}
