package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A reader of bytes that come from others, with bytes that it is known to read. Whatever it is
 * given it must refuse as a {@link KithException}, or understand; it may throw nothing else, and
 * take no more memory than such bytes are worth. Immutable; the tests mutate the seeds for a moment
 * ({@link FuzzRun}), {@code make fuzz} for as long as one likes.
 *
 * @param name also that of the file in test resources {@code fuzz/NAME.txt} that holds inputs which
 *     once did harm: hexadecimal, one a line, {@code #} before a remark
 * @param seeds what it reads; not empty
 */
public record FuzzTarget(String name, List<byte[]> seeds, Reader reader) {
  /** Memory in bytes that any input may cost, and each byte of it more. */
  private static final long FREE = 8 << 20;

  private static final long PER_BYTE = 256;

  private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Reads, and checks what it has read; throws nothing but refusals if all is well. */
  @FunctionalInterface
  public interface Reader {
    void read(byte[] bytes) throws KithException;
  }

  /** From bytes to a value. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(byte[] bytes) throws KithException;
  }

  /** From a value to the bytes that are stored or sent. */
  @FunctionalInterface
  public interface Writer<T> {
    byte[] write(T value);
  }

  public FuzzTarget {
    seeds = List.copyOf(seeds);
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("no example of " + name);
    }
  }

  /** One whose values, once written, are read as the same. */
  public static <T> FuzzTarget of(
      String name, List<byte[]> seeds, Parser<T> parser, Writer<T> writer) {
    return new FuzzTarget(
        name,
        seeds,
        bytes -> {
          byte[] written = writer.write(parser.parse(bytes));
          try {
            assertArrayEquals(written, writer.write(parser.parse(written)));
          } catch (KithException e) {
            throw new AssertionError("what was written is not read: " + hex(written), e);
          }
        });
  }

  /**
   * Lets the reader have the bytes.
   *
   * @return whether it understood them
   * @throws AssertionError if it did anything but understand or refuse them
   */
  public boolean accepts(byte[] input) {
    long before = MEMORY.getCurrentThreadAllocatedBytes();
    boolean understood = true;
    try {
      reader.read(input);
    } catch (KithException refused) {
      understood = false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(name + " of " + hex(input) + ": " + e, e);
    }
    long taken = MEMORY.getCurrentThreadAllocatedBytes() - before;
    if (taken > FREE + PER_BYTE * input.length) {
      throw new AssertionError(name + " took " + taken + " bytes for " + hex(input));
    }
    return understood;
  }

  /** The inputs that once did harm. */
  public List<byte[]> corpus() {
    var inputs = new ArrayList<byte[]>();
    try (InputStream in = reader.getClass().getResourceAsStream("/fuzz/" + name + ".txt")) {
      if (in == null) {
        return inputs;
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String hex = line.replaceAll("#.*", "").strip();
        if (!hex.isEmpty()) {
          inputs.add(HexFormat.of().parseHex(hex));
        }
      }
      return inputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hex(byte[] input) {
    return HexFormat.of().formatHex(input);
  }
}
