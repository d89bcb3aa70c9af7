package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of users and groups from files in the form of passwd(5) and group(5), read again when they
 * change. Safe for many threads.
 */
public final class SystemNames implements Names {
  private static final Logger log = LoggerFactory.getLogger(SystemNames.class);

  private final Listing users;
  private final Listing groups;

  /** Those of this machine. */
  public SystemNames() {
    this(Path.of("/etc/passwd"), Path.of("/etc/group"));
  }

  SystemNames(Path passwd, Path group) {
    this.users = new Listing(passwd);
    this.groups = new Listing(group);
  }

  @Override
  public Optional<String> user(int uid) {
    return users.name(uid);
  }

  @Override
  public Optional<String> group(int gid) {
    return groups.name(gid);
  }

  private static final class Listing {
    private static final int MAX_LENGTH = 255;

    private final Path file;
    private FileTime read = FileTime.fromMillis(0);
    private Map<Integer, String> names = Map.of();

    Listing(Path file) {
      this.file = file;
    }

    synchronized Optional<String> name(int number) {
      try {
        FileTime changed = Files.getLastModifiedTime(file);
        if (!changed.equals(read)) {
          names = parse(Files.readString(file, StandardCharsets.ISO_8859_1));
          read = changed;
        }
      } catch (IOException e) {
        log.debug("names of numbers are not known: {}", e.toString());
      }
      return Optional.ofNullable(names.get(number));
    }

    /** The first name of each number; lines that are none are passed over. */
    private static Map<Integer, String> parse(String text) {
      Map<Integer, String> found = new HashMap<>();
      for (String line : text.split("\n", -1)) {
        String[] fields = line.split(":", -1);
        if (fields.length > 2
            && fields[2].matches("[0-9]{1,9}")
            && fields[0].length() < MAX_LENGTH) {
          found.putIfAbsent(Integer.parseInt(fields[2]), fields[0]);
        }
      }
      return found;
    }
  }
}
