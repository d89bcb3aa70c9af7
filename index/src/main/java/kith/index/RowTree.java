package kith.index;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A sorted map from byte strings (unsigned order) to byte strings that never changes: an AVL tree,
 * where a change makes new nodes on the way from the root and shares the rest. So any number of
 * threads may read a tree while one makes the next. The empty tree is null. Nothing is ever taken
 * out: deletions are values of their own.
 */
final class RowTree {
  final byte[] key;
  final byte[] value;
  private final RowTree left;
  private final RowTree right;
  private final int height;

  private RowTree(byte[] key, byte[] value, RowTree left, RowTree right) {
    this.key = key;
    this.value = value;
    this.left = left;
    this.right = right;
    this.height = 1 + Math.max(height(left), height(right));
  }

  /** The value at a key, or null. */
  static byte[] find(RowTree tree, byte[] key) {
    RowTree at = tree;
    while (at != null) {
      int order = Arrays.compareUnsigned(key, at.key);
      if (order == 0) {
        return at.value;
      }
      at = order < 0 ? at.left : at.right;
    }
    return null;
  }

  /** The tree with one more entry, or with another value at its key. */
  static RowTree put(RowTree tree, byte[] key, byte[] value) {
    if (tree == null) {
      return new RowTree(key, value, null, null);
    }
    int order = Arrays.compareUnsigned(key, tree.key);
    if (order == 0) {
      return new RowTree(tree.key, value, tree.left, tree.right);
    }
    return order < 0
        ? balanced(tree, put(tree.left, key, value), tree.right)
        : balanced(tree, tree.left, put(tree.right, key, value));
  }

  /** The entry of {@code middle} over two trees whose heights differ by at most two. */
  private static RowTree balanced(RowTree middle, RowTree left, RowTree right) {
    int tilt = height(left) - height(right);
    if (tilt > 1) {
      if (height(left.left) >= height(left.right)) {
        return node(left, left.left, node(middle, left.right, right));
      }
      RowTree top = left.right;
      return node(top, node(left, left.left, top.left), node(middle, top.right, right));
    }
    if (tilt < -1) {
      if (height(right.right) >= height(right.left)) {
        return node(right, node(middle, left, right.left), right.right);
      }
      RowTree top = right.left;
      return node(top, node(middle, left, top.left), node(right, top.right, right.right));
    }
    return node(middle, left, right);
  }

  private static RowTree node(RowTree entry, RowTree left, RowTree right) {
    return new RowTree(entry.key, entry.value, left, right);
  }

  private static int height(RowTree tree) {
    return tree == null ? 0 : tree.height;
  }

  /** Shows all entries in order; recursion is as deep as the tree is high, some 1.4 log2 n. */
  static <E extends Exception> void forEach(
      RowTree tree, Table table, Layer.ChangeVisitor<E> visitor) throws E {
    if (tree != null) {
      forEach(tree.left, table, visitor);
      visitor.change(table, tree.key, tree.value);
      forEach(tree.right, table, visitor);
    }
  }

  /** The entries of a range; its table is not looked at. */
  static RowCursor cursor(RowTree tree, RowRange range) {
    return new Cursor(tree, range.from(), range.to());
  }

  private static final class Cursor implements RowCursor {
    private final Deque<RowTree> path = new ArrayDeque<>();
    private final byte[] to;
    private RowTree at;

    Cursor(RowTree tree, byte[] from, byte[] to) {
      this.to = to;
      RowTree next = tree;
      while (next != null) {
        if (Arrays.compareUnsigned(next.key, from) >= 0) {
          path.push(next);
          next = next.left;
        } else {
          next = next.right;
        }
      }
    }

    @Override
    public boolean next() {
      if (path.isEmpty()) {
        return false;
      }
      at = path.pop();
      for (RowTree next = at.right; next != null; next = next.left) {
        path.push(next);
      }
      if (to != null && Arrays.compareUnsigned(at.key, to) >= 0) {
        path.clear();
        return false;
      }
      return true;
    }

    @Override
    public byte[] key() {
      return at.key;
    }

    @Override
    public byte[] value() {
      return at.value;
    }

    @Override
    public void close() {}
  }
}
