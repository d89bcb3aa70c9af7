package kith.fs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import kith.codec.KithException;
import kith.codec.OwnerId;
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

  /** A holder who did not answer lately is asked when others don't, until he answers. */
  public void doubt(OwnerId holder) {
    tools.health().failed(holder);
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

  /**
   * All of a pack, one stripe of every data shard after the other: what comes to make up for a
   * shard that is missing is what is needed next, so that no more than m shards are read.
   */
  byte[] readWhole(PackPlacement placement, ReadPurpose purpose) throws IOException, KithException {
    ShardLayout layout = new ShardLayout(placement.code(), placement.packLength());
    var job = new Job(placement, layout, purpose, true);
    byte[] pack = new byte[placement.packLength()];
    List<ShardLayout.Range> shards = new ArrayList<>(layout.locate(0, pack.length));
    int stripe = settings.stripeBlocks() * ShardLayout.BLOCK;
    for (int from = 0; from < layout.shardLength(); from += stripe) {
      int first = from / ShardLayout.BLOCK;
      shards.sort(Comparator.comparing(range -> isWell(job, range.shard())));
      if (isWell(job, shards.get(0).shard())) {
        shards.forEach(range -> ahead(job, range.shard(), first));
      }
      for (ShardLayout.Range range : shards) {
        int length = Math.min(stripe, range.length() - from);
        if (length > 0) {
          var part = new ShardLayout.Range(range.shard(), first, 0, 0, length);
          copy(job, part, pack, range.shard() * layout.shardLength() + from);
        }
      }
    }
    return pack;
  }

  /** Whether a shard is likely to come from its own holder. */
  private boolean isWell(Job job, int shard) {
    Optional<OwnerId> holder = job.placement.holders().get(shard);
    ShardName name = new ShardName(job.placement.pack(), job.placement.code(), shard);
    return holder.isPresent()
        && !tools.health().isWrong(holder.get(), name)
        && !FetcherRace.isLost(holder.get(), job.purpose)
        && tools.health().good(holder.get());
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
    var race = new FetcherRace(tools, placement, wanted, settings.deadline());
    byte[] plain = race.run();
    for (int data = 0; data < placement.code().m(); data++) {
      byte[] column = race.columns()[data];
      if (column != null) {
        keep(placement.pack(), data, new Fetched(first, column));
      }
    }
    return new Fetched(first, plain);
  }

  private void keep(PackId pack, int shard, Fetched fetched) {
    byte[] plain = fetched.plain;
    for (int from = 0; from < plain.length; from += ShardLayout.BLOCK) {
      int end = Math.min(from + ShardLayout.BLOCK, plain.length);
      int index = fetched.first + from / ShardLayout.BLOCK;
      cache.put(new Block(pack, shard, index), Arrays.copyOfRange(plain, from, end));
    }
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
