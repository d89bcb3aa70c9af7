package kith.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;

/**
 * An owner's signed word of how a partner stands with him: told to that partner as long as there is
 * grace, and to his other partners, too, when it is excluded. Binds nobody.
 *
 * @param owner who says it
 * @param holder of whom
 * @param standing how the holder stands
 * @param time by the owner's clock; the newest holds
 */
public record ConductNotice(OwnerId owner, OwnerId holder, Standing standing, Instant time) {
  static final int VERSION = 1;

  private static final long MAX_SECONDS = Duration.ofDays(3660).toSeconds();
  private static final int KEEPS = 0;
  private static final int SUSPECTED = 1;
  private static final int RENEGED = 2;

  SignedRecord signedBy(NodeIdentity node) {
    var body =
        new FieldWriter()
            .bytes("owner", owner)
            .bytes("holder", holder)
            .number("level", level(standing.level()))
            .number("lasting", seconds(standing.lasting()))
            .number("left", seconds(standing.left()))
            .number("time", time.toEpochMilli());
    Optional.ofNullable(standing.trouble()).ifPresent(why -> body.number("trouble", why.tag()));
    return SignedRecord.unsigned(RecordKind.CONDUCT, VERSION, body.toBytes()).signedBy(node);
  }

  private static long seconds(Duration time) {
    return Math.min(MAX_SECONDS, time.toSeconds());
  }

  /** The level of a number that is sent or stored. */
  static Standing.Level level(int number) throws CorruptDataException {
    return switch (number) {
      case KEEPS -> Standing.Level.KEEPS;
      case SUSPECTED -> Standing.Level.SUSPECTED;
      case RENEGED -> Standing.Level.RENEGED;
      default -> throw new CorruptDataException("a level " + number);
    };
  }

  /** Its number. */
  static int level(Standing.Level level) {
    return switch (level) {
      case KEEPS -> KEEPS;
      case SUSPECTED -> SUSPECTED;
      case RENEGED -> RENEGED;
    };
  }

  /**
   * Reads a notice and checks the owner's signature.
   *
   * @throws CorruptDataException if it is damaged, contradicts itself or is not signed by its owner
   */
  static ConductNotice of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    int level = fields.integer("level", KEEPS, RENEGED);
    Trouble trouble = fields.has("trouble") ? Trouble.of(fields.integer("trouble", 1, 255)) : null;
    if (level == KEEPS != (trouble == null)) {
      throw new CorruptDataException("a notice that does not say what is wrong");
    }
    var notice =
        new ConductNotice(
            fields.owner("owner"),
            fields.owner("holder"),
            new Standing(
                level(level),
                trouble,
                Duration.ofSeconds(fields.number("lasting", 0, MAX_SECONDS)),
                Duration.ofSeconds(fields.number("left", 0, MAX_SECONDS))),
            Instant.ofEpochMilli(fields.count("time")));
    if (notice.owner.equals(notice.holder)) {
      throw new CorruptDataException("a notice about oneself");
    }
    record.requireSigners(notice.owner);
    return notice;
  }
}
