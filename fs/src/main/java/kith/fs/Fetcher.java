package kith.fs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import kith.codec.KithException;
import kith.codec.PackEncoder;
import kith.codec.PackId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.peer.ReadPurpose;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads ranges of packs from partners. Scattered reads fetch just the blocks they need; a reader
 * that goes from front to back gets whole stripes and the next ones ahead, so that many small reads
 * are few round trips. Safe for many threads; owns those that read ahead.
 */
public final class Fetcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fetcher.class);
  private static final int THREADS = 4;

  private record Block(PackId pack, int shard, int index) {}

  private record Stripe(PackId pack, int shard, int index) {}

  /** Some blocks of a stripe, opened. */
  private record Fetched(int first, byte[] plain) {}

  private final FetcherRace.Tools tools;
  private final FetcherSettings settings;
  private final BlockCache<Block> cache;
  private final FetcherPattern pattern = new FetcherPattern();
  private final Flights<Stripe, Fetched> flights = new Flights<>();
  private final ThreadPoolExecutor ahead;

  /**
   * What a fetcher works with.
   *
   * @param sealers makes the sealers that open what comes
   * @param wrong hears of shards that came back wrong
   */
  public record Parts(
      ShardTransport transport,
      PackEncoder sealers,
      InstantSource clock,
      Events events,
      WrongShards wrong) {
    /** For who can do nothing about wrong shards. */
    public Parts(
        ShardTransport transport, PackEncoder sealers, InstantSource clock, Events events) {
      this(transport, sealers, clock, events, (shard, holder) -> {});
    }
  }

  public Fetcher(Parts parts, FetcherSettings settings) {
    this.settings = settings;
    this.cache = new BlockCache<>(settings.cacheBytes());
    this.tools =
        new FetcherRace.Tools(
            parts.transport,
            parts.sealers,
            new FetcherHealth(parts.clock, settings),
            parts.events,
            parts.wrong);
    this.ahead =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(THREADS * 2),
            Fetcher::thread,
            new ThreadPoolExecutor.DiscardPolicy());
    this.ahead.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "kith-ahead");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Bytes of a pack.
   *
   * @throws kith.codec.NotEnoughShardsException if fewer than m holders gave the right bytes in
   *     time
   * @throws IOException if the thread was interrupted
   */
  public byte[] read(PackPlacement placement, int offset, int length)
      throws IOException, KithException {
    return read(placement, offset, length, ReadPurpose.COURTESY);
  }

  /** As {@link #read(PackPlacement, int, int)}, for a purpose. */
  byte[] read(PackPlacement placement, int offset, int length, ReadPurpose purpose)
      throws IOException, KithException {
    ShardLayout layout = new ShardLayout(placement.code(), placement.packLength());
    int run = pattern.read(placement.pack(), offset, length);
    byte[] bytes = new byte[length];
    int at = 0;
    for (ShardLayout.Range range : layout.locate(offset, length)) {
      copy(new Job(placement, layout, purpose, run > 0), range, bytes, at);
      at += range.length();
    }
    if (run > 0) {
      readAhead(new Job(placement, layout, purpose, true), offset + length, run);
    }
    return bytes;
  }

  /** What the parts of one read have in common. */
  private record Job(
      PackPlacement placement, ShardLayout layout, ReadPurpose purpose, boolean wholeStripes) {}

  private void copy(Job job, ShardLayout.Range range, byte[] target, int at)
      throws IOException, KithException {
    int from = range.firstBlock() * ShardLayout.BLOCK + range.skip();
    int end = from + range.length();
    int position = from;
    while (position < end) {
      int index = position / ShardLayout.BLOCK;
      byte[] block = block(job, range.shard(), index, (end - 1) / ShardLayout.BLOCK);
      int skip = position - index * ShardLayout.BLOCK;
      int count = Math.min(end - position, block.length - skip);
      System.arraycopy(block, skip, target, at + position - from, count);
      position += count;
    }
  }

  /**
   * A block of a shard.
   *
   * @param last the last block that the reader wants, fetched along if it is in the same stripe
   */
  private byte[] block(Job job, int shard, int index, int last) throws IOException, KithException {
    PackId pack = job.placement.pack();
    Stripe stripe = new Stripe(pack, shard, index / settings.stripeBlocks());
    while (true) {
      byte[] cached = cache.get(new Block(pack, shard, index));
      if (cached != null) {
        return cached;
      }
      int first = job.wholeStripes ? stripe.index * settings.stripeBlocks() : index;
      int end =
          Math.min(endOf(stripe, job.layout), job.wholeStripes ? job.layout.blocks() : last + 1);
      Fetched fetched = flights.share(stripe, () -> fetch(job, shard, first, end - first));
      int skip = (index - fetched.first) * ShardLayout.BLOCK;
      if (skip >= 0 && skip < fetched.plain.length) {
        return Arrays.copyOfRange(
            fetched.plain, skip, Math.min(skip + ShardLayout.BLOCK, fetched.plain.length));
      }
    }
  }

  private int endOf(Stripe stripe, ShardLayout layout) {
    return Math.min((stripe.index + 1) * settings.stripeBlocks(), layout.blocks());
  }

  private Fetched fetch(Job job, int shard, int first, int count)
      throws IOException, KithException {
    PackPlacement placement = job.placement;
    ShardName name = new ShardName(placement.pack(), placement.code(), shard);
    ShardTransport.Blocks wanted = new ShardTransport.Blocks(name, first, count, job.purpose);
    byte[] plain = new FetcherRace(tools, placement, wanted, settings.deadline()).run();
    for (int i = 0; i < count; i++) {
      int from = i * ShardLayout.BLOCK;
      byte[] block =
          Arrays.copyOfRange(plain, from, Math.min(from + ShardLayout.BLOCK, plain.length));
      cache.put(new Block(placement.pack(), shard, first + i), block);
    }
    return new Fetched(first, plain);
  }

  /** Fetches the stripes after a position, more of them the longer the run. */
  private void readAhead(Job job, int position, int run) {
    int stripe = settings.stripeBlocks() * ShardLayout.BLOCK;
    int count = Math.min(run, settings.ahead());
    for (int i = 1; i <= count; i++) {
      long next = position - 1L + (long) i * stripe;
      if (next < job.layout.packLength()) {
        ShardLayout.Range range = job.layout.locate((int) next, 1).get(0);
        ahead(job, range.shard(), range.firstBlock());
      }
    }
  }

  private void ahead(Job job, int shard, int index) {
    PackId pack = job.placement.pack();
    Stripe stripe = new Stripe(pack, shard, index / settings.stripeBlocks());
    if (cache.get(new Block(pack, shard, index)) == null && !flights.underWay(stripe)) {
      ahead.execute(() -> fetchAhead(job, shard, index));
    }
  }

  private void fetchAhead(Job job, int shard, int index) {
    try {
      block(job, shard, index, index);
    } catch (IOException | KithException e) {
      log.debug("nothing read ahead of pack {}: {}", job.placement.pack(), e.toString());
    }
  }

  /** Stops reading ahead. */
  @Override
  public void close() {
    ahead.shutdownNow();
    try {
      ahead.awaitTermination(settings.deadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
