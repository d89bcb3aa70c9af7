package kith.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is remembered of others: in memory and, as rows of META named by a word and the owner id, on
 * disk. Bounded: of too many the least one is forgotten. Guarded by its user.
 */
final class OwnerRows<V> {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerRows.class);

  private final Rows rows;
  private final byte[] prefix;
  private final Form<V> form;
  private final int most;
  private final Map<OwnerId, V> known = new HashMap<>();

  /**
   * How rows look.
   *
   * @param least the one that is forgotten first
   */
  record Form<V>(Function<V, byte[]> writer, Reader<V> reader, Comparator<V> least) {}

  /** Reads a row. */
  @FunctionalInterface
  interface Reader<V> {
    V read(byte[] row) throws CorruptDataException;
  }

  /**
   * Reads the rows; damaged ones are forgotten.
   *
   * @param most how many are remembered
   */
  OwnerRows(Rows rows, String name, Form<V> form, int most) throws IOException {
    this.rows = rows;
    this.prefix = name.getBytes(StandardCharsets.UTF_8);
    this.form = form;
    this.most = most;
    var gone = new Update();
    rows.scan(
        Table.META,
        prefix,
        null,
        (key, row) -> {
          boolean ours =
              key.length == prefix.length + OwnerId.SIZE
                  && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
          if (ours) {
            read(key, row, gone);
          }
          return ours;
        });
    rows.apply(gone);
  }

  private void read(byte[] key, byte[] row, Update gone) {
    try {
      OwnerId owner = new OwnerId(Arrays.copyOfRange(key, prefix.length, key.length));
      known.put(owner, form.reader.read(row));
    } catch (CorruptDataException e) {
      LOG.info(
          "a row '{}' is forgotten: {}",
          new String(prefix, StandardCharsets.UTF_8),
          e.getMessage());
      gone.delete(Table.META, key);
    }
  }

  private byte[] key(OwnerId owner) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + OwnerId.SIZE);
    owner.copyTo(key, prefix.length);
    return key;
  }

  Optional<V> find(OwnerId owner) {
    return Optional.ofNullable(known.get(owner));
  }

  Map<OwnerId, V> all() {
    return Collections.unmodifiableMap(known);
  }

  void put(OwnerId owner, V value) throws IOException {
    var update = new Update().put(Table.META, key(owner), form.writer.apply(value));
    known.put(owner, value);
    if (known.size() > most) {
      OwnerId least =
          known.entrySet().stream()
              .filter(each -> !each.getKey().equals(owner))
              .min(Map.Entry.comparingByValue(form.least))
              .orElseThrow()
              .getKey();
      known.remove(least);
      update.delete(Table.META, key(least));
    }
    rows.apply(update);
  }

  /** Changes what is in memory alone; there must be a row. */
  void remember(OwnerId owner, V value) {
    if (known.replace(owner, value) == null) {
      throw new IllegalStateException("nothing is known of " + owner);
    }
  }

  void remove(OwnerId owner) throws IOException {
    if (known.remove(owner) != null) {
      rows.apply(new Update().delete(Table.META, key(owner)));
    }
  }
}
