package kith.fs;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackKind;
import kith.index.FrozenRows;
import kith.index.RowView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs frozen rows into a tree at the end of which everything is in sealed packs on this disk.
 * Trees are made one at a time and in the order of their epochs, which the callers see to by
 * holding {@link #turn}.
 */
final class TreeMaker {
  private static final Logger log = LoggerFactory.getLogger(TreeMaker.class);

  /** Held while a tree is made, and while it is decided which is next. */
  final Object turn = new Object();

  private final AtomicInteger waiting = new AtomicInteger();
  private final LiveTree live;
  private final ContentReader content;
  private final Ingest ingest;
  private final ChunkSource source;
  private final PackWriter packs;
  private final Names names;

  /**
   * @param source reads packed pages back
   */
  TreeMaker(
      LiveTree live,
      ContentReader content,
      Ingest ingest,
      ChunkSource source,
      PackWriter packs,
      Names names) {
    this.live = live;
    this.content = content;
    this.ingest = ingest;
    this.source = source;
    this.packs = packs;
    this.names = names;
  }

  /** What is done with the turn. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, KithException;
  }

  /** Does something for which others should not hold the turn for long. */
  <T> T inTurn(Work<T> work) throws IOException, KithException {
    waiting.incrementAndGet();
    synchronized (turn) {
      waiting.decrementAndGet();
      return work.run();
    }
  }

  /** Whether a tree is to be made as soon as the turn is free. */
  boolean isAwaited() {
    return waiting.get() > 0;
  }

  /** The tree over frozen rows. */
  PendingTree pending(FrozenRows rows) {
    return new PendingTree(rows, content);
  }

  /**
   * Packs a tree, reusing what did not change since the last one.
   *
   * @param epoch the epoch that was closed before the rows were frozen
   * @param tree over the same rows
   */
  TreeBuilder.Built make(RowView frozen, RowsTree tree, long epoch)
      throws IOException, KithException {
    var input = new TreeBuilder.Input(new BackedUpTree(tree), ingest.content(frozen), names);
    TreeBuilder.Built built;
    try {
      built = TreeBuilder.build(input, source, packs, new RowsMemo(live, frozen, epoch, packs));
    } catch (CorruptDataException e) {
      log.warn("A tree packed before cannot be read and is packed anew: {}", e.getMessage());
      built = TreeBuilder.build(input, source, packs, TreeMemo.NONE);
    }
    packs.flush(PackKind.DATA);
    packs.flush(PackKind.TREE);
    live.rows.sync();
    return built;
  }
}
