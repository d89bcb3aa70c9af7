package kith.fs;

import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * Where the shards of a pack lie.
 *
 * @param packLength bytes of the padded pack
 * @param holders by shard index, {@code code.n()} of them; empty where no holder is known
 */
public record PackPlacement(
    PackId pack,
    PackKind kind,
    int packLength,
    CodeParameters code,
    List<Optional<OwnerId>> holders) {
  public PackPlacement {
    holders = List.copyOf(holders);
    if (holders.size() != code.n()) {
      throw new IllegalArgumentException(holders.size() + " holders for a code " + code);
    }
  }
}
