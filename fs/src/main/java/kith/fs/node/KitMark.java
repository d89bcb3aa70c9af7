package kith.fs.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.OwnerId;
import kith.fs.KitPartner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the home remembers of the kit that was printed last: identity/kit.json, which has no secret.
 *
 * @param version {@link #VERSION}
 * @param printed when
 * @param partners owner ids that it names, as they are printed
 */
public record KitMark(int version, Instant printed, List<String> partners) {
  /** The only version so far. */
  public static final int VERSION = 1;

  private static final Logger LOG = LoggerFactory.getLogger(KitMark.class);
  private static final String FILE = "kit.json";
  private static final int MOST = 1 << 16;

  public KitMark {
    if (version != VERSION || printed == null || partners == null) {
      throw new IllegalArgumentException("no kit mark of version " + VERSION);
    }
    partners = List.copyOf(partners);
  }

  /** The mark of a kit with these partners. */
  public static KitMark of(Instant printed, List<KitPartner> partners) {
    return new KitMark(
        VERSION, printed, partners.stream().map(each -> each.owner().toString()).toList());
  }

  private static Path file(Path home) {
    return home.resolve("identity").resolve(FILE);
  }

  /** Remembers it instead of the last one. */
  public void write(Path home) throws IOException {
    PrivateFiles.replace(file(home), ControlJson.mapper().writeValueAsBytes(this));
  }

  /** Writes it into a new identity folder. */
  void writeTo(Path folder) throws IOException {
    PrivateFiles.write(folder.resolve(FILE), ControlJson.mapper().writeValueAsBytes(this));
  }

  /** The kit that was printed last; empty if none was, or the mark is damaged. */
  static Optional<KitMark> read(Path home) throws IOException {
    Path file = file(home);
    if (!Files.exists(file) || Files.size(file) > MOST) {
      return Optional.empty();
    }
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return Optional.ofNullable(ControlJson.mapper().readValue(text, KitMark.class));
    } catch (JsonProcessingException | java.nio.charset.CharacterCodingException e) {
      LOG.info("what is known of the last kit cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** How good it is by now, with these partners. */
  KitInfo info(Set<OwnerId> now) {
    long left = now.stream().filter(each -> partners.contains(each.toString())).count();
    return new KitInfo(printed, partners.size(), left, now.size() - left);
  }
}
