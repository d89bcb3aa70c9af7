package kith.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.MerkleTree;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.index.HeldShard;
import kith.index.HoldingStore;

/**
 * That an owner has himself signed, after a shard was put, that it need not be kept: his keep-set,
 * and the two names among those that remain between which the shard would stand.
 *
 * @param index how many of the names that remain come before the shard's
 * @param beside the last before it and the first behind it, as far as there are any
 */
record DropProof(SignedRecord keepSet, long index, List<Neighbour> beside) {
  private static final int AT_ONCE = 1000;

  /** A name that remains, with its path in the tree of all. */
  record Neighbour(ShardName name, List<Digest> path) {}

  DropProof {
    beside = List.copyOf(beside);
  }

  /**
   * Of a shard that is not kept any more.
   *
   * @param keepSet the last by which its owner dropped something
   * @return empty if it says nothing of that shard, or more was lost than was dropped
   */
  static Optional<DropProof> of(SignedRecord keepSet, PutAck put, HoldingStore store)
      throws IOException, CorruptDataException {
    KeepSet said = KeepSet.of(keepSet);
    List<ShardName> remaining = remaining(said, store);
    long index = remaining.stream().filter(name -> name.compareTo(put.shard()) < 0).count();
    List<Neighbour> beside = new ArrayList<>();
    for (long at = Math.max(0, index - 1); at <= index && at < remaining.size(); at++) {
      var names = new NamesDigest(at);
      remaining.forEach(names::add);
      if (!names.digest().equals(said.remaining().names())) {
        return Optional.empty();
      }
      beside.add(new Neighbour(names.found(), names.path()));
    }
    var proof = new DropProof(keepSet, index, beside);
    return proof.holds(put) ? Optional.of(proof) : Optional.empty();
  }

  private static List<ShardName> remaining(KeepSet said, HoldingStore store) throws IOException {
    List<ShardName> names = new ArrayList<>();
    OwnerId owner = said.owner();
    List<HeldShard> page;
    ShardName after = null;
    do {
      page = store.list(owner, after, AT_ONCE);
      for (HeldShard shard : page) {
        after = shard.name();
        if (shard.sequence() < said.ledger().count()) {
          names.add(shard.name());
        }
      }
    } while (page.size() == AT_ONCE);
    return names;
  }

  /** Whether it is proved that what was acknowledged need not be there any more. */
  boolean holds(PutAck put) throws CorruptDataException {
    KeepSet said = KeepSet.of(keepSet);
    boolean about =
        said.owner().equals(put.owner())
            && said.holder().equals(put.holder())
            && said.ledger().generation() == put.generation()
            && put.sequence() < said.ledger().count();
    long count = said.remaining().count();
    long first = Math.max(0, index - 1);
    long last = Math.min(index, count - 1);
    if (!about || index < 0 || index > count || beside.size() != last - first + 1) {
      return false;
    }
    for (int i = 0; i < beside.size(); i++) {
      long at = first + i;
      int order = beside.get(i).name.compareTo(put.shard());
      boolean right = at < index ? order < 0 : order > 0;
      if (!right || !isAt(said.remaining(), at, beside.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAt(KeepSet.Remaining remaining, long at, Neighbour name) {
    if (remaining.count() > Integer.MAX_VALUE) {
      return false;
    }
    byte[] leaf = name.name.toBytes();
    var proof = new MerkleTree.Proof((int) remaining.count(), (int) at, leaf, name.path);
    return MerkleTree.verify(remaining.names(), proof);
  }
}
