package kith.fs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
  private static final int THREADS = 8;

  /** So many stripes behind a sequential reader are kept, for others who are near him. */
  private static final int BEHIND = 4;

  private final FetcherRace.Tools tools;
  private final FetcherSettings settings;
  private final FetcherCache cache;
  private final FetcherPattern pattern = new FetcherPattern();
  private final Flights<FetcherCache.Stripe, FetcherCache.Blocks> flights = new Flights<>();
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
    this.cache = new FetcherCache(settings.cacheBytes());
    this.tools =
        new FetcherRace.Tools(
            parts.transport,
            new FetcherQuestions(parts.transport),
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
    Job job = new Job(placement, layout, purpose, run > 0);
    byte[] bytes = new byte[length];
    int at = 0;
    for (ShardLayout.Range range : layout.locate(offset, length)) {
      copy(job, range, bytes, at);
      at += range.length();
    }
    if (run > 0) {
      readAhead(job, offset + length, run);
      letGo(job, offset);
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
      FetcherCache.Blocks blocks = blocks(job, range.shard(), position, end);
      int skip = blocks.find(position);
      int count = Math.min(end - position, blocks.plain().length - skip);
      System.arraycopy(blocks.plain(), skip, target, at + position - from, count);
      position += count;
    }
  }

  private FetcherCache.Stripe stripe(PackId pack, int shard, int block) {
    return new FetcherCache.Stripe(pack, shard, block / settings.stripeBlocks());
  }

  /**
   * Blocks of a shard, among them the one with this byte.
   *
   * @param end of what the reader wants, fetched along as far as it is in the same stripe
   */
  private FetcherCache.Blocks blocks(Job job, int shard, int position, int end)
      throws IOException, KithException {
    int index = position / ShardLayout.BLOCK;
    FetcherCache.Stripe stripe = stripe(job.placement.pack(), shard, index);
    while (true) {
      FetcherCache.Blocks cached = cache.get(stripe, position);
      if (cached != null) {
        return cached;
      }
      int first = job.wholeStripes ? stripe.index() * settings.stripeBlocks() : index;
      int last = job.wholeStripes ? job.layout.blocks() : (end - 1) / ShardLayout.BLOCK + 1;
      int count = Math.min(endOf(stripe, job.layout), last) - first;
      FetcherCache.Blocks fetched = flights.share(stripe, () -> fetch(job, stripe, first, count));
      if (fetched.find(position) >= 0) {
        return fetched;
      }
    }
  }

  private int endOf(FetcherCache.Stripe stripe, ShardLayout layout) {
    return Math.min((stripe.index() + 1) * settings.stripeBlocks(), layout.blocks());
  }

  private FetcherCache.Blocks fetch(Job job, FetcherCache.Stripe stripe, int first, int count)
      throws IOException, KithException {
    PackPlacement placement = job.placement;
    ShardName name = new ShardName(placement.pack(), placement.code(), stripe.shard());
    ShardTransport.Blocks wanted = new ShardTransport.Blocks(name, first, count, job.purpose);
    int length = job.layout.plainLength(first, count);
    FetcherRace.Known known =
        shard -> cache.range(stripe(placement.pack(), shard, first), first, length);
    var race = new FetcherRace(tools, placement, wanted, known, settings.deadline());
    byte[] plain = race.run();
    for (int data = 0; data < placement.code().m(); data++) {
      byte[] column = race.columns()[data];
      if (column != null) {
        cache.put(stripe(placement.pack(), data, first), new FetcherCache.Blocks(first, column));
      }
    }
    return new FetcherCache.Blocks(first, plain);
  }

  /**
   * What lies so far behind a sequential reader that nobody near him needs it. Where a shard has to
   * be made up for by others, they are kept: he will come to it.
   */
  private void letGo(Job job, int offset) {
    int behind = offset - BEHIND * settings.stripeBlocks() * ShardLayout.BLOCK;
    if (behind >= 0 && IntStream.range(0, job.placement.code().m()).allMatch(i -> isWell(job, i))) {
      ShardLayout.Range range = job.layout.locate(behind, 1).get(0);
      cache.remove(stripe(job.placement.pack(), range.shard(), range.firstBlock()));
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
    FetcherCache.Stripe stripe = stripe(job.placement.pack(), shard, index);
    int position = index * ShardLayout.BLOCK;
    if (cache.get(stripe, position) == null && !flights.underWay(stripe)) {
      ahead.execute(() -> fetchAhead(job, shard, position));
    }
  }

  private void fetchAhead(Job job, int shard, int position) {
    try {
      var unused = blocks(job, shard, position, position + 1);
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
