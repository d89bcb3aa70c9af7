package kith.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import kith.codec.Digest;
import kith.codec.MerkleTree;
import kith.codec.ShardName;

/**
 * The root of the hash tree (as {@link MerkleTree} has it) over the names of shards in their order,
 * and the path of one of them. So it can be shown of a name that it is not among them by the two
 * that it would stand between. Needs no more memory than the tree has levels. One thread.
 */
final class NamesDigest {
  /** No name's path is wanted. */
  static final long NONE = -1;

  private final long watched;
  private final Deque<Part> parts = new ArrayDeque<>();
  private final List<Digest> path = new ArrayList<>();
  private long count;
  private ShardName last;
  private ShardName found;

  /** A whole part of the tree, of the size of a power of two; the last one is at the front. */
  private record Part(long size, Digest digest, boolean watched) {}

  NamesDigest() {
    this(NONE);
  }

  /**
   * @param watched index of the name whose path is wanted
   */
  NamesDigest(long watched) {
    this.watched = watched;
  }

  /** Adds a name, greater than all before. */
  void add(ShardName name) {
    if (last != null && last.compareTo(name) >= 0) {
      throw new IllegalArgumentException("names out of order");
    }
    last = name;
    found = count == watched ? name : found;
    parts.push(new Part(1, MerkleTree.leaf(name.toBytes()), count == watched));
    count++;
    while (parts.size() > 1 && hasTwin()) {
      merge();
    }
  }

  private boolean hasTwin() {
    var newest = parts.iterator();
    long right = newest.next().size;
    return newest.next().size == right;
  }

  private void merge() {
    Part right = parts.pop();
    Part left = parts.pop();
    if (left.watched || right.watched) {
      path.add(left.watched ? right.digest : left.digest);
    }
    Digest node = MerkleTree.node(left.digest, right.digest);
    parts.push(new Part(left.size + right.size, node, left.watched || right.watched));
  }

  long count() {
    return count;
  }

  /** Call once, last. */
  Digest digest() {
    while (parts.size() > 1) {
      merge();
    }
    return parts.isEmpty() ? MerkleTree.root(new byte[0]) : parts.peek().digest;
  }

  /** The name that was watched, after {@link #digest}. */
  ShardName found() {
    return found;
  }

  /** Its path, after {@link #digest}. */
  List<Digest> path() {
    return List.copyOf(path);
  }
}
