package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import kith.codec.KithException;

/**
 * Finds in what two sorted tables differ, without reading the pages that they share. For one
 * thread.
 */
final class SortedDiff {
  /** Sees one difference after the other, in the order of the keys. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param before null if the item is new
     * @param after null if it is gone
     */
    void differs(byte[] key, byte[] before, byte[] after) throws IOException, KithException;
  }

  /** Where a walk over one of the tables is: an item, or a page that may still be skipped whole. */
  private static final class Walk {
    private final PageCache pages;
    private final Deque<Page> path = new ArrayDeque<>();
    private final Deque<Integer> next = new ArrayDeque<>();

    Walk(PageCache pages, Page root) {
      this.pages = pages;
      enter(root);
    }

    private void enter(Page page) {
      path.push(page);
      next.push(0);
    }

    /** Leaves the pages that are done. Returns false at the end. */
    boolean settle() {
      while (!path.isEmpty() && next.element() == path.element().count()) {
        path.pop();
        next.pop();
      }
      return !path.isEmpty();
    }

    int level() {
      return path.element().level();
    }

    ChunkRef fence() throws KithException {
      return path.element().child(next.element());
    }

    void expand() throws IOException, KithException {
      Page child = pages.child(path.element(), next.element());
      advance();
      enter(child);
    }

    void advance() {
      next.push(next.pop() + 1);
    }

    byte[] key() {
      return path.element().key(next.element());
    }

    byte[] value() {
      return path.element().value(next.element());
    }
  }

  private final Walk before;
  private final Walk after;
  private final Visitor visitor;

  private SortedDiff(Walk before, Walk after, Visitor visitor) {
    this.before = before;
    this.after = after;
    this.visitor = visitor;
  }

  /** Visits the differences between two tables of one kind. */
  static void visit(PageCache pages, Page before, Page after, Visitor visitor)
      throws IOException, KithException {
    new SortedDiff(new Walk(pages, before), new Walk(pages, after), visitor).run();
  }

  private void run() throws IOException, KithException {
    while (true) {
      boolean hasBefore = before.settle();
      boolean hasAfter = after.settle();
      if (!hasBefore && !hasAfter) {
        return;
      }
      int levelBefore = hasBefore ? before.level() : 0;
      int levelAfter = hasAfter ? after.level() : 0;
      if (levelBefore == 0 && levelAfter == 0) {
        compareItems(hasBefore, hasAfter);
      } else if (levelBefore == levelAfter && before.fence().key().equals(after.fence().key())) {
        before.advance();
        after.advance();
      } else if (levelBefore >= levelAfter) {
        before.expand();
      } else {
        after.expand();
      }
    }
  }

  private void compareItems(boolean hasBefore, boolean hasAfter) throws IOException, KithException {
    int order = 0;
    if (!hasBefore || !hasAfter) {
      order = hasBefore ? -1 : 1;
    } else {
      order = Arrays.compareUnsigned(before.key(), after.key());
    }
    if (order < 0) {
      visitor.differs(before.key(), before.value(), null);
      before.advance();
    } else if (order > 0) {
      visitor.differs(after.key(), null, after.value());
      after.advance();
    } else {
      if (!Arrays.equals(before.value(), after.value())) {
        visitor.differs(after.key(), before.value(), after.value());
      }
      before.advance();
      after.advance();
    }
  }
}
