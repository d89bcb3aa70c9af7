package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.ErasureCode;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.peer.ReadPurpose;

/**
 * Gets some blocks of one data shard: from its holder, and if that fails or takes too long, besides
 * from any m of the others. Used once, by one thread.
 */
final class FetcherRace {
  /** What all races of a fetcher share. */
  record Tools(
      ShardTransport transport,
      FetcherQuestions questions,
      PackEncoder sealers,
      FetcherHealth health,
      Events events,
      WrongShards wrong) {}

  /** What is here already of the same blocks of other data shards. */
  @FunctionalInterface
  interface Known {
    /** Their plain bytes, not to be changed, or null. */
    byte[] column(int shard);
  }

  private record Answer(int shard, byte[] blocks, Throwable failure) {}

  private final Tools tools;
  private final PackPlacement placement;
  private final ShardTransport.Blocks wanted;
  private final Known known;
  private final int plainLength;
  private final long deadline;
  private final byte[][] columns;
  private final FetcherLater later;
  private final Deque<Integer> unasked;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final List<FetcherQuestions.Question> questions = new ArrayList<>();
  private final Set<Integer> outstanding = new HashSet<>();
  private int here;
  private int others;
  private boolean widened;
  private int extra;
  private Throwable lastFailure;

  /**
   * @param wanted blocks of a data shard
   * @param known is asked once, if others than the holder are needed
   * @param atMost time that all of it may take
   */
  FetcherRace(
      Tools tools,
      PackPlacement placement,
      ShardTransport.Blocks wanted,
      Known known,
      Duration atMost) {
    this.tools = tools;
    this.placement = placement;
    this.wanted = wanted;
    this.known = known;
    this.plainLength =
        new ShardLayout(placement.code(), placement.packLength())
            .plainLength(wanted.first(), wanted.count());
    this.deadline = System.nanoTime() + atMost.toNanos();
    this.columns = new byte[placement.code().n()][];
    this.later = new FetcherLater(deadline);
    this.unasked = new ArrayDeque<>(sources());
  }

  /**
   * Shards that can be asked for: the wanted one first if its holder is well, then by health; what
   * is repaired since its holder is lost is asked of him last.
   */
  private List<Integer> sources() {
    List<Integer> sources = new ArrayList<>();
    for (int shard = 0; shard < columns.length; shard++) {
      Optional<OwnerId> holder = placement.holders().get(shard);
      if (holder.isPresent() && !tools.health.isWrong(holder.get(), name(shard))) {
        Duration wait = tools.transport.untilReadable(holder.get(), wanted.purpose());
        if (later.mayBeAsked(shard, wait)) {
          sources.add(shard);
        }
      }
    }
    sources.sort(
        Comparator.<Integer>comparingInt(shard -> isWell(holder(shard)) ? 0 : 1)
            .thenComparing(shard -> isLost(holder(shard), wanted.purpose()))
            .thenComparingInt(shard -> shard == wanted.shard().index() ? 0 : 1));
    return sources;
  }

  private boolean isWell(OwnerId holder) {
    return tools.health.good(holder) && !isLost(holder, wanted.purpose());
  }

  /** Whether something is read to make up for this holder. */
  static boolean isLost(OwnerId holder, ReadPurpose purpose) {
    return purpose instanceof ReadPurpose.Repair repair && repair.lost().equals(holder);
  }

  /**
   * What there is of each shard after {@link #run}: what has come, and if more than the wanted one
   * was needed for it, all data shards. Null where there is nothing.
   */
  byte[][] columns() {
    return columns;
  }

  /**
   * The plain bytes of the wanted blocks.
   *
   * @throws NotEnoughShardsException if fewer than m holders gave the right bytes in time
   * @throws InterruptedIOException if the thread was interrupted
   */
  byte[] run() throws IOException, KithException {
    if (unasked.isEmpty() || unasked.peek() != wanted.shard().index()) {
      widen();
    } else {
      ask(unasked.remove());
    }
    try {
      byte[] found = found();
      while (found == null) {
        if (widened) {
          askOthers();
        }
        if (!outstanding.isEmpty()) {
          next();
        } else {
          if (widened || unasked.isEmpty()) {
            unasked.add(later.next().orElseThrow(this::notEnough));
          }
          widen();
        }
        found = found();
      }
      return found;
    } finally {
      questions.forEach(FetcherQuestions.Question::leave);
    }
  }

  /** Others are needed, as far as what they have is not here. */
  private void widen() {
    for (int shard = 0; !widened && shard < placement.code().m(); shard++) {
      if (columns[shard] == null && shard != wanted.shard().index()) {
        columns[shard] = known.column(shard);
        here += columns[shard] == null ? 0 : 1;
      }
    }
    unasked.removeIf(shard -> columns[shard] != null);
    widened = true;
  }

  /** Asks as many others as are needed beside those that answered or may yet. */
  private void askOthers() {
    int needed = placement.code().m() - here + extra - others;
    for (int i = 0; i < needed && !unasked.isEmpty(); i++) {
      ask(unasked.remove());
    }
  }

  /** The wanted bytes if they can be had now, else null. */
  private byte[] found() throws NotEnoughShardsException {
    int index = wanted.shard().index();
    if (columns[index] == null && present() >= placement.code().m()) {
      int[] missing =
          IntStream.range(0, placement.code().m()).filter(i -> columns[i] == null).toArray();
      ErasureCode.of(placement.code()).reconstruct(columns, missing);
    }
    return columns[index];
  }

  /** Waits for an answer and takes it in. */
  private void next() throws IOException, KithException {
    Answer answer = poll();
    if (answer == null) {
      if (System.nanoTime() >= deadline) {
        throw notEnough();
      }
      // Not to be waited for first again, unless an answer still comes.
      outstanding.forEach(shard -> tools.health.failed(holder(shard)));
      extra += widened ? 1 : 0;
      widen();
      return;
    }
    outstanding.remove(answer.shard);
    if (!accept(answer)) {
      others -= answer.shard == wanted.shard().index() ? 0 : 1;
      widen();
    }
  }

  private Answer poll() throws InterruptedIOException {
    long left = Math.max(0, deadline - System.nanoTime());
    try {
      return answers.poll(Math.min(left, hedge().toNanos()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for partners");
    }
  }

  private Duration hedge() {
    return tools.health.hedgeAfter(holder(wantedOrAny()));
  }

  private int wantedOrAny() {
    int index = wanted.shard().index();
    if (placement.holders().get(index).isPresent()) {
      return index;
    }
    int shard = 0;
    while (placement.holders().get(shard).isEmpty()) {
      shard++;
    }
    return shard;
  }

  private void ask(int shard) {
    OwnerId holder = holder(shard);
    long started = System.nanoTime();
    ShardTransport.Blocks asked =
        new ShardTransport.Blocks(name(shard), wanted.first(), wanted.count(), wanted.purpose());
    FetcherQuestions.Question question =
        tools.questions.ask(holder, asked, Duration.ofNanos(deadline - started));
    outstanding.add(shard);
    others += shard == wanted.shard().index() ? 0 : 1;
    questions.add(question);
    var unused =
        question
            .answer()
            .whenComplete(
                (blocks, failure) -> {
                  if (failure == null) {
                    tools.health.answered(holder, Duration.ofNanos(System.nanoTime() - started));
                  }
                  answers.add(new Answer(shard, blocks, failure));
                });
  }

  /** Opens an answer; false if it was none, or not what was asked for. */
  private boolean accept(Answer answer) {
    OwnerId holder = holder(answer.shard);
    if (answer.failure != null) {
      lastFailure = Awaiting.cause(answer.failure);
      refused(holder, answer.shard);
      return false;
    }
    try {
      columns[answer.shard] =
          tools
              .sealers
              .sealer(name(answer.shard), holder)
              .openBlocks(wanted.first(), answer.blocks, plainLength);
      return true;
    } catch (CorruptDataException e) {
      lastFailure = e;
      refused(holder, answer.shard);
      return false;
    }
  }

  private void refused(OwnerId holder, int shard) {
    if (lastFailure instanceof NotYetException refusal) {
      later.refused(shard, refusal.after());
    } else if (!(lastFailure instanceof CorruptDataException)) {
      tools.health.failed(holder);
    } else if (tools.health.markWrong(holder, name(shard))) {
      tools.events.event(
          "corrupt-shard",
          holder + " gave wrong bytes for shard " + name(shard) + ": " + lastFailure.getMessage());
      tools.wrong.found(name(shard), holder);
    }
  }

  private int present() {
    int count = 0;
    for (byte[] column : columns) {
      count += column == null ? 0 : 1;
    }
    return count;
  }

  private NotEnoughShardsException notEnough() {
    CodeParameters code = placement.code();
    Optional<Duration> wait = later.until(code.m() - present());
    if (wait.isPresent() && tools.health.mayTell()) {
      tools.events.event("reading-used-up", FetcherLater.told(placement.pack(), wait.get()));
    }
    return new NotEnoughShardsException(
        "pack "
            + placement.pack()
            + " needs "
            + code.m()
            + " of its "
            + code.n()
            + " shards, and "
            + present()
            + " could be had in time"
            + wait.map(time -> ", its holders give it in " + FetcherLater.text(time)).orElse(""),
        lastFailure);
  }

  private OwnerId holder(int shard) {
    return placement.holders().get(shard).orElseThrow();
  }

  private ShardName name(int shard) {
    return new ShardName(placement.pack(), placement.code(), shard);
  }
}
