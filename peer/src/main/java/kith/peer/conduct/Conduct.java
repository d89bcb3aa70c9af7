package kith.peer.conduct;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import kith.codec.CorruptDataException;

/**
 * How a partner has kept its word under one agreement so far. All times are lengths in ms of what
 * this node has itself observed: while it was off-line itself nothing passes. Immutable.
 *
 * @param silent since it answered last
 * @param unproved in which it answered, and had something to show, since it last proved that
 * @param wrong audits that were wrong and are not forgiven yet
 * @param sinceWrong since the last wrong audit; 0 where there is none to forgive
 * @param proofs audits that it passed in a row since there was trouble, or ever
 * @param audits that were passed or admitted as lost within about the last year
 * @param lost of these, those admitted as lost
 * @param unverified for how long it was away before, and has yet to show what it still has
 * @param refusing since it refused first to give back what it holds, and never gave any since; 0
 *     where it did not
 * @param sinceRefused since it did so last
 * @param refusals on how many days it did
 * @param kept for how long it answered, held something and proved it
 * @param reneged why it is over, or null
 */
public record Conduct(
    long silent,
    long unproved,
    int wrong,
    long sinceWrong,
    int proofs,
    double audits,
    double lost,
    long unverified,
    long refusing,
    long sinceRefused,
    int refusals,
    long kept,
    Trouble reneged) {
  /** A new partner's. */
  public static final Conduct NEW = new Conduct(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);

  private static final byte VERSION = 3;

  /** Earlier versions did not count for how long: who had proved is given the most that matters. */
  private static final long PROVED_BEFORE = EstateTerm.LONGEST.plus(Duration.ofDays(28)).toMillis();

  private static final int FIRST_SIZE = 1 + 1 + 4 + 4 + 4 * Long.BYTES + 2 * Double.BYTES;
  private static final int SECOND_SIZE = FIRST_SIZE + 2 * Long.BYTES + 4;
  private static final int SIZE = SECOND_SIZE + Long.BYTES;

  public Conduct {
    boolean sane = audits >= 0 && lost >= 0 && audits < 1e12 && lost <= audits + 1;
    if (silent < 0
        || unproved < 0
        || wrong < 0
        || sinceWrong < 0
        || proofs < 0
        || unverified < 0
        || refusing < 0
        || sinceRefused < 0
        || refusals < 0
        || kept < 0
        || !sane) {
      throw new IllegalArgumentException("conduct of less than nothing");
    }
  }

  Conduct withSilence(long time) {
    return new Conduct(
        time,
        unproved,
        wrong,
        sinceWrong,
        proofs,
        audits,
        lost,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        kept,
        reneged);
  }

  Conduct withUnproved(long time) {
    return new Conduct(
        silent,
        time,
        wrong,
        sinceWrong,
        proofs,
        audits,
        lost,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        kept,
        reneged);
  }

  Conduct withWrong(int count, long since) {
    return new Conduct(
        silent,
        unproved,
        count,
        since,
        proofs,
        audits,
        lost,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        kept,
        reneged);
  }

  Conduct withKept(long time) {
    return new Conduct(
        silent,
        unproved,
        wrong,
        sinceWrong,
        proofs,
        audits,
        lost,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        time,
        reneged);
  }

  Conduct withProofs(int inRow) {
    return new Conduct(
        silent,
        unproved,
        wrong,
        sinceWrong,
        inRow,
        audits,
        lost,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        kept,
        reneged);
  }

  Conduct withAudits(double all, double admitted) {
    return new Conduct(
        silent,
        unproved,
        wrong,
        sinceWrong,
        proofs,
        all,
        admitted,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        kept,
        reneged);
  }

  Conduct withUnverified(long time) {
    return new Conduct(
        silent,
        unproved,
        wrong,
        sinceWrong,
        proofs,
        audits,
        lost,
        time,
        refusing,
        sinceRefused,
        refusals,
        kept,
        reneged);
  }

  Conduct withRefusals(int days, long time, long last) {
    return new Conduct(
        silent,
        unproved,
        wrong,
        sinceWrong,
        proofs,
        audits,
        lost,
        unverified,
        time,
        last,
        days,
        kept,
        reneged);
  }

  Conduct withReneged(Trouble why) {
    return new Conduct(
        silent,
        unproved,
        wrong,
        sinceWrong,
        proofs,
        audits,
        lost,
        unverified,
        refusing,
        sinceRefused,
        refusals,
        kept,
        why);
  }

  /**
   * The stored form, big-endian: version u8, trouble u8 (0 for none), wrong u32, proofs u32,
   * silent, unproved, sinceWrong, unverified i64, audits, lost f64; since version 2 refusing,
   * sinceRefused i64, refusals u32; since version 3 kept i64.
   */
  public byte[] toBytes() {
    return ByteBuffer.allocate(SIZE)
        .put(VERSION)
        .put((byte) (reneged == null ? 0 : reneged.tag()))
        .putInt(wrong)
        .putInt(proofs)
        .putLong(silent)
        .putLong(unproved)
        .putLong(sinceWrong)
        .putLong(unverified)
        .putDouble(audits)
        .putDouble(lost)
        .putLong(refusing)
        .putLong(sinceRefused)
        .putInt(refusals)
        .putLong(kept)
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException if it is damaged or of a later version
   */
  public static Conduct parse(byte[] bytes) throws CorruptDataException {
    int size = bytes.length == 0 ? -1 : sizeOf(bytes[0]);
    if (bytes.length != size) {
      throw new CorruptDataException("conduct of " + bytes.length + " bytes is not understood");
    }
    ByteBuffer in = ByteBuffer.wrap(Arrays.copyOf(bytes, SIZE), 1, SIZE - 1);
    int trouble = in.get();
    Trouble reneged = trouble == 0 ? null : Trouble.of(trouble);
    int wrong = in.getInt();
    int proofs = in.getInt();
    long silent = in.getLong();
    long unproved = in.getLong();
    long sinceWrong = in.getLong();
    long unverified = in.getLong();
    double audits = in.getDouble();
    double lost = in.getDouble();
    long refusing = in.getLong();
    long sinceRefused = in.getLong();
    int refusals = in.getInt();
    boolean proved = reneged == null && audits > lost;
    long kept = bytes[0] == VERSION ? in.getLong() : proved ? PROVED_BEFORE : 0;
    try {
      return new Conduct(
          silent,
          unproved,
          wrong,
          sinceWrong,
          proofs,
          audits,
          lost,
          unverified,
          refusing,
          sinceRefused,
          refusals,
          kept,
          reneged);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(e.getMessage());
    }
  }

  private static int sizeOf(byte version) {
    return switch (version) {
      case 1 -> FIRST_SIZE;
      case 2 -> SECOND_SIZE;
      case VERSION -> SIZE;
      default -> -1;
    };
  }
}
