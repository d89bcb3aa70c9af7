package kith.fs.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.peer.KeepSet;
import kith.peer.OwnerRecord;
import kith.peer.Partner;
import kith.peer.SignedRecord;
import kith.peer.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kith prune}: drops at partners now what may go, and with the owner key's word what would
 * be too much at once. The node signs what remains, the person signs the same. Safe for many
 * threads.
 */
final class NodePrune {
  private static final Logger LOG = LoggerFactory.getLogger(NodePrune.class);

  private final NodeDropping dropping;
  private final NodeDropping.Parts parts;
  private final Map<OwnerId, Prepared> prepared = new HashMap<>();

  /** A keep-set for which the owner key's word is wanted. */
  private record Prepared(SignedRecord keepSet, List<ShardName> names) {}

  NodePrune(NodeDropping dropping, NodeDropping.Parts parts) {
    this.dropping = dropping;
    this.parts = parts;
  }

  /**
   * Drops what may go.
   *
   * @param all whether to prepare what would be too much
   * @param overrides of what was prepared by the last call, in hexadecimal digits
   */
  synchronized PruneInfo run(boolean all, List<String> overrides)
      throws IOException, KithException {
    Map<OwnerId, Long> before = new HashMap<>(dropping.unneeded());
    if (overrides.isEmpty()) {
      dropping.now();
    } else {
      for (String override : overrides) {
        drop(OwnerRecord.keepSetOverride(bytes(override)));
      }
    }
    prepared.clear();
    List<String> toSign = new ArrayList<>();
    List<PruneInfo.Line> lines = new ArrayList<>();
    for (Partner partner : parts.book().staying()) {
      Long left = dropping.unneeded().get(partner.id());
      if (left != null) {
        lines.add(line(partner, left, before.getOrDefault(partner.id(), left)));
        prepare(all ? partner.id() : null).ifPresent(toSign::add);
      }
    }
    return new PruneInfo(lines, toSign);
  }

  private static byte[] bytes(String hex) throws CorruptDataException {
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("a record in hexadecimal digits is expected", e);
    }
  }

  private PruneInfo.Line line(Partner partner, long left, long before) {
    OwnerId id = partner.id();
    return new PruneInfo.Line(
        id.toString(),
        partner.name().isEmpty() ? id.brief() : partner.name(),
        left,
        Math.max(0, before - left),
        parts.partners().trash(id));
  }

  private Optional<String> prepare(OwnerId holder) throws IOException {
    Set<ShardName> mayGo = holder == null ? Set.of() : dropping.mayGo(holder);
    if (mayGo.isEmpty()) {
      return Optional.empty();
    }
    try {
      Standing standing = parts.talk().standing(holder);
      List<ShardName> names =
          mayGo.stream()
              .filter(standing.shards()::containsKey)
              .sorted()
              .limit(KeepSet.MOST_DROPPED)
              .toList();
      SignedRecord keepSet = parts.talk().keepSet(holder, standing, names);
      prepared.put(holder, new Prepared(keepSet, names));
      return Optional.of(HexFormat.of().formatHex(keepSet.toBytes()));
    } catch (KithException e) {
      LOG.info("nothing is prepared to be dropped at {}: {}", holder.brief(), e.getMessage());
      return Optional.empty();
    }
  }

  private void drop(OwnerRecord override) throws IOException, KithException {
    for (Map.Entry<OwnerId, Prepared> each : prepared.entrySet()) {
      if (override.isAbout(each.getValue().keepSet)) {
        dropping.drop(each.getKey(), each.getValue().keepSet, each.getValue().names, override);
      }
    }
  }
}
