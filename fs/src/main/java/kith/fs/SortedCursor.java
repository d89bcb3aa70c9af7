package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import kith.codec.KithException;

/**
 * Walks over the items of a sorted table in order, from a given key on; reads a page when it comes
 * to it. For one thread.
 */
final class SortedCursor {
  /** A page and the item that comes next in it. */
  private static final class Step {
    final Page page;
    int next;

    Step(Page page, int next) {
      this.page = page;
      this.next = next;
    }
  }

  private final PageCache pages;
  private final Deque<Step> path = new ArrayDeque<>();

  private SortedCursor(PageCache pages) {
    this.pages = pages;
  }

  /** A cursor before the first item whose key is at least {@code from}. */
  static SortedCursor at(PageCache pages, Page root, byte[] from)
      throws IOException, KithException {
    SortedCursor cursor = new SortedCursor(pages);
    Page page = root;
    int i = page.ceiling(from);
    while (page.level() > 0 && i < page.count()) {
      cursor.path.push(new Step(page, i + 1));
      page = pages.child(page, i);
      i = page.ceiling(from);
    }
    cursor.path.push(new Step(page, i));
    return cursor;
  }

  /** Goes to the next item. Returns false after the last. */
  boolean next() throws IOException, KithException {
    while (!path.isEmpty()) {
      Step step = path.peek();
      if (step.next == step.page.count()) {
        path.pop();
      } else if (step.page.level() == 0) {
        step.next++;
        return true;
      } else {
        Page child = pages.child(step.page, step.next++);
        path.push(new Step(child, 0));
      }
    }
    return false;
  }

  /** Key of the item that the cursor is at. */
  byte[] key() {
    Step step = path.element();
    return step.page.key(step.next - 1);
  }

  /** Value of the item that the cursor is at. */
  byte[] value() {
    Step step = path.element();
    return step.page.value(step.next - 1);
  }
}
