package kith.fs.cli;

import java.time.Duration;
import java.util.regex.Pattern;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.fs.node.ByteSize;
import kith.fs.node.CodeText;
import kith.fs.node.Hours;
import kith.fs.node.Rate;
import kith.peer.NodeAddress;
import picocli.CommandLine.TypeConversionException;

/** Reads option values; what it can't read is a usage error that says what is wanted. */
final class Converters {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6}) ?([smhdw])");

  private Converters() {}

  private interface Reading<T> {
    T read(String text);
  }

  private static <T> T read(Reading<T> reading, String text) {
    try {
      return reading.read(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  static ByteSize size(String text) {
    return read(ByteSize::parse, text);
  }

  static Rate rate(String text) {
    return read(Rate::parse, text);
  }

  static Hours hours(String text) {
    return read(Hours::parse, text);
  }

  static CodeParameters code(String text) {
    return read(CodeText::parse, text);
  }

  static NodeAddress address(String text) {
    try {
      return NodeAddress.parse(text);
    } catch (CorruptDataException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Seconds, minutes, hours, days or weeks: {@code 90s}, {@code 10m}, {@code 7d}. */
  static Duration duration(String text) {
    var match = DURATION.matcher(text.strip());
    if (!match.matches()) {
      throw new TypeConversionException("'" + text + "' is no time: write 90s, 10m, 2h, 7d or 4w");
    }
    long amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> Duration.ofDays(7 * amount);
    };
  }
}
