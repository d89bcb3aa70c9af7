package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.PackId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Whether the holders of packs have their shards: by an audit that was drawn from them among
 * others, or else by a block of each that is chosen at random and must have a good seal, which the
 * row of the shard remembers. For one thread.
 */
final class EvictionProof {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** What a holder has shown counts for so long. */
  private static final Duration GOOD_FOR = Duration.ofDays(1);

  /** Questions under way at once: 4 MiB of answers. */
  private static final int AT_ONCE = 64;

  /**
   * What it works with.
   *
   * @param sealers makes the sealers that open what comes
   * @param partners those with whom there is an agreement
   * @param cover what audits have shown of them
   */
  record Parts(
      Rows rows,
      Shipper shipper,
      ShardTransport transport,
      PackEncoder sealers,
      Supplier<List<HolderCandidate>> partners,
      PlacementPolicy policy,
      AuditCover cover,
      InstantSource clock,
      RandomGenerator random,
      Events events) {}

  private final Parts parts;

  EvictionProof(Parts parts) {
    this.parts = parts;
  }

  /** A block that a holder was asked for. */
  private record Question(
      ShardName shard, OwnerId holder, int block, int length, CompletableFuture<byte[]> answer) {}

  /** Whether m + t partners past their commitment have shown that they have their shards. */
  boolean isProved(PackId id, PackRow row) throws IOException {
    CodeParameters code = row.code().orElseThrow();
    Set<OwnerId> settled = settled();
    Set<OwnerId> proved = new HashSet<>();
    for (ShardRow shard : PackRows.shards(parts.rows, id, code)) {
      if (shard.state() == ShardState.PLACED
          && isShown(shard)
          && settled.contains(shard.holder())) {
        proved.add(shard.holder());
      }
    }
    return proved.size() >= parts.policy.safeShards(code);
  }

  private boolean isShown(ShardRow shard) {
    return isFresh(shard.verifiedAt())
        || isFresh(parts.cover.covered(shard).map(Instant::toEpochMilli).orElse(0L));
  }

  private boolean isFresh(long shown) {
    long now = parts.clock.millis();
    boolean past = shown <= now; // else the clock went back since
    return past && shown > now - GOOD_FOR.toMillis();
  }

  /** Who is suspected is not relied on. */
  private Set<OwnerId> settled() {
    Set<OwnerId> found = new HashSet<>();
    for (HolderCandidate partner : parts.partners.get()) {
      if (partner.pastCommitment() && partner.standing().isGood()) {
        found.add(partner.owner());
      }
    }
    return found;
  }

  /** Asks for what is not proved yet of these packs, and notes who has shown it. */
  void prove(List<PackId> packs) throws IOException {
    List<Question> questions = new ArrayList<>();
    for (PackId id : packs) {
      Optional<PackRow> row = PackRows.live(parts.rows, id);
      if (row.isPresent() && row.get().code().isPresent() && !isProved(id, row.get())) {
        ask(id, row.get(), questions);
      }
      if (questions.size() >= AT_ONCE) {
        take(questions);
      }
    }
    take(questions);
  }

  private void ask(PackId id, PackRow row, List<Question> questions) throws IOException {
    CodeParameters code = row.code().orElseThrow();
    ShardLayout layout = new ShardLayout(code, row.length());
    Set<OwnerId> settled = settled();
    List<ShardRow> shards = PackRows.shards(parts.rows, id, code);
    for (int index = 0; index < shards.size(); index++) {
      ShardRow shard = shards.get(index);
      boolean due = shard.state() == ShardState.PLACED && !isShown(shard);
      if (due && settled.contains(shard.holder())) {
        int block = parts.random.nextInt(layout.blocks());
        ShardName name = new ShardName(id, code, index);
        var wanted = new ShardTransport.Blocks(name, block, 1);
        questions.add(
            new Question(
                name,
                shard.holder(),
                block,
                layout.plainLength(block, 1),
                parts
                    .transport
                    .get(shard.holder(), wanted, DEADLINE)
                    .orTimeout(2 * DEADLINE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)));
      }
    }
  }

  private void take(List<Question> questions) throws IOException {
    for (Question question : questions) {
      if (isGood(question)) {
        parts.shipper.alone(() -> note(question));
      }
    }
    questions.clear();
  }

  private boolean isGood(Question question) throws InterruptedIOException {
    try {
      byte[] block = Awaiting.result(question.answer);
      parts
          .sealers
          .sealer(question.shard, question.holder)
          .openBlocks(question.block, block, question.length);
      return true;
    } catch (CorruptDataException e) {
      parts.events.event(
          "corrupt-shard",
          question.holder + " does not show that he has " + question.shard + ": " + e.getMessage());
      parts.shipper.found(question.shard, question.holder);
      return false;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (KithException | IOException e) {
      return false; // he is not there: another time
    }
  }

  /** While the shipper changes no rows. */
  private boolean note(Question question) throws IOException {
    byte[] key = ShardRow.key(question.shard.pack(), question.shard.index());
    byte[] row = parts.rows.get(Table.SHARDS, key);
    Optional<PackRow> pack = PackRows.live(parts.rows, question.shard.pack());
    if (row == null
        || pack.isEmpty()
        || !pack.get().code().equals(Optional.of(question.shard.code()))) {
      return false;
    }
    ShardRow shard = ShardRow.decode(row);
    boolean same = shard.state() == ShardState.PLACED && shard.holder().equals(question.holder);
    if (same) {
      long now = Math.max(1, parts.clock.millis());
      parts.rows.applyUpkeep(new Update().put(Table.SHARDS, key, shard.verified(now).encode()));
    }
    return same;
  }
}
