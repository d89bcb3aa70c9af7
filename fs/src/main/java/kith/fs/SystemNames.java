package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of users and groups from files in the form of passwd(5) and group(5), read again when they
 * change. Safe for many threads.
 */
public final class SystemNames implements Names, RestoreOwners {
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

  @Override
  public OptionalInt user(String name) {
    return users.number(name);
  }

  @Override
  public OptionalInt group(String name) {
    return groups.number(name);
  }

  private static final class Listing {
    private static final int MAX_LENGTH = 255;

    private final Path file;
    private FileTime read = FileTime.fromMillis(0);
    private Map<Integer, String> names = Map.of();
    private Map<String, Integer> numbers = Map.of();

    Listing(Path file) {
      this.file = file;
    }

    synchronized Optional<String> name(int number) {
      refresh();
      return Optional.ofNullable(names.get(number));
    }

    synchronized OptionalInt number(String name) {
      refresh();
      Integer number = numbers.get(name);
      return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private void refresh() {
      try {
        FileTime changed = Files.getLastModifiedTime(file);
        if (!changed.equals(read)) {
          names = new HashMap<>();
          numbers = new HashMap<>();
          parse(Files.readString(file, StandardCharsets.ISO_8859_1));
          read = changed;
        }
      } catch (IOException e) {
        log.debug("names of numbers are not known: {}", e.toString());
      }
    }

    /** The first name of each number, and back; lines that are none are passed over. */
    private void parse(String text) {
      for (String line : text.split("\n", -1)) {
        String[] fields = line.split(":", -1);
        if (fields.length > 2
            && fields[2].matches("[0-9]{1,9}")
            && fields[0].length() < MAX_LENGTH) {
          names.putIfAbsent(Integer.parseInt(fields[2]), fields[0]);
          numbers.putIfAbsent(fields[0], Integer.parseInt(fields[2]));
        }
      }
    }
  }
}
