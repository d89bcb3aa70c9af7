package kith.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this owner asks of its holders, as calls that end by a deadline. Links are opened when they
 * are needed and kept. Safe for any number of threads; many calls may be under way at once.
 */
public final class PeerClient {
  private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

  private final LocalNode self;
  private final Network network;
  private final Links links;
  private final PeerTimeouts timeouts;
  private final Optional<LedgerMirrors> mirrors;
  private final Executor checker;

  /**
   * @param mirrors gets what holders acknowledge; empty for a restore view
   * @param checker where the signatures under asynchronous replies are checked; not a thread of the
   *     network
   */
  public PeerClient(
      LocalNode self,
      Network network,
      Links links,
      PeerTimeouts timeouts,
      Optional<LedgerMirrors> mirrors,
      Executor checker) {
    this.self = self;
    this.network = network;
    this.links = links;
    this.timeouts = timeouts;
    this.mirrors = mirrors;
    this.checker = checker;
  }

  /**
   * Stores a shard at the holder that it is sealed for. On return it is on the holder's disk, and
   * the holder has signed that. A shard that was stored before is only acknowledged again.
   *
   * @throws KithException by what to do: SpaceExhausted elsewhere, PartnerUnavailable later
   */
  public PutReceipt put(SealedShard shard) throws KithException {
    return received(Calls.join(flight(shard)), shard);
  }

  /** As {@link #put}, without waiting; the receipt is checked on the checker. */
  public CompletableFuture<PutReceipt> putAsync(SealedShard shard) {
    return flight(shard).thenApplyAsync(record -> checked(() -> received(record, shard)), checker);
  }

  /** How long it takes at least to send so many bytes within the limit, in milliseconds. */
  public long uploadMillis(long bytes) {
    return network.bandwidth().uploadMillis(bytes);
  }

  private CompletableFuture<SignedRecord> flight(SealedShard shard) {
    var deadline = timeouts.put(shard.sealed().length);
    return links
        .get(shard.holder(), network)
        .thenCompose(
            link -> new PutFlight(link, shard, deadline, network.bandwidth().up()).start());
  }

  private PutReceipt received(SignedRecord record, SealedShard shard) throws KithException {
    PutReceipt receipt = PutFlight.check(record, shard, self);
    if (mirrors.isPresent()) {
      try {
        mirrors.get().acknowledged(receipt.ack());
      } catch (IOException | CorruptDataException e) {
        // The shard is safe, and the holder has its entry: it is fetched for the next checkpoint,
        // which is also where a ledger that contradicts itself is told of.
        LOG.warn("the copy of the ledger at {} cannot be written", shard.holder().brief(), e);
      }
    }
    return receipt;
  }

  /** A step of a future that may fail as calls do. */
  private interface Step<T> {
    T run() throws KithException;
  }

  private static <T> T checked(Step<T> step) {
    try {
      return step.run();
    } catch (KithException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * Sealed blocks of a shard, one behind the other; the last of a shard may be short. The caller
   * opens them, which shows whether they are the right ones.
   *
   * @param first index of the first block
   * @param count at least 1
   * @throws CorruptDataException if the holder does not have them, or says that they are damaged
   */
  public byte[] get(OwnerId holder, ShardName shard, int first, int count) throws KithException {
    return Calls.join(getAsync(holder, shard, first, count));
  }

  /** As {@link #get}, without waiting. Dependent actions must not block. */
  public CompletableFuture<byte[]> getAsync(OwnerId holder, ShardName shard, int first, int count) {
    return getAsync(holder, new Request.Get(shard, first, count));
  }

  /**
   * As {@link #get}, without waiting, for a purpose. Dependent actions must not block.
   *
   * @param wanted perhaps more blocks than one request asks for
   */
  public CompletableFuture<byte[]> getAsync(OwnerId holder, Request.Get wanted) {
    var parts = new ArrayList<CompletableFuture<ByteBuffer>>();
    CompletableFuture<Link> link = links.get(holder, network);
    int end = wanted.first() + wanted.count();
    for (int at = wanted.first(); at < end; at += Protocol.GET_BLOCKS) {
      int some = Math.min(Protocol.GET_BLOCKS, end - at);
      var get = new Request.Get(wanted.shard(), at, some, wanted.purpose());
      parts.add(link.thenCompose(open -> blocks(open, get)));
    }
    return parts.size() == 1
        ? parts.get(0).thenApply(PeerClient::bytes)
        : CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .thenApply(done -> joined(parts));
  }

  private CompletableFuture<ByteBuffer> blocks(Link link, Request.Get get) {
    return link.send(get, timeouts.get())
        .thenApply(
            reply ->
                checked(
                    () -> {
                      var found = Calls.expect(link, reply, Reply.Blocks.class);
                      var blocks = found.payload();
                      if (found.foundInTrash()) {
                        foundInTrash(link.partner(), get.shard());
                      }
                      if (blocks.remaining() > (long) get.count() * ShardLayout.SEALED_BLOCK
                          || !blocks.hasRemaining()) {
                        throw new CorruptDataException(
                            link.partner().brief()
                                + " sent "
                                + blocks.remaining()
                                + " bytes for "
                                + get.count()
                                + " blocks");
                      }
                      return blocks;
                    }));
  }

  /** The holder keeps it again; its entry in the ledger comes with the next comparison. */
  private static void foundInTrash(OwnerId holder, ShardName shard) {
    LOG.warn(
        "found-in-trash: {} was dropped at {} and yet is read: it is kept again there, and whoever"
            + " dropped it was wrong, or its owner has changed his mind",
        shard,
        holder.brief());
  }

  private static byte[] bytes(ByteBuffer part) {
    if (part.hasArray() && part.arrayOffset() == 0 && part.array().length == part.remaining()) {
      return part.array();
    }
    byte[] bytes = new byte[part.remaining()];
    part.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] joined(List<CompletableFuture<ByteBuffer>> parts) {
    int length = parts.stream().mapToInt(part -> part.join().remaining()).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    parts.forEach(part -> all.put(part.join().duplicate()));
    return all.array();
  }

  /**
   * What a holder keeps for this owner, in the order of names.
   *
   * @param after continue behind this shard; null from the beginning
   * @param limit 1 to {@link Protocol#MAX_LISTED}
   */
  public Reply.Shards list(OwnerId holder, ShardName after, int limit) throws KithException {
    return ask(holder, new Request.ListShards(after, limit), Reply.Shards.class);
  }

  /** Stores a head; on return it is on the holder's disk, and the holder has signed that. */
  public HeadReceipt putHead(OwnerId holder, HeadRecord head) throws KithException {
    var put = new Request.HeadPut(ByteBuffer.wrap(head.toBytes()));
    SignedRecord record = ask(holder, put, Reply.HeadDone.class).ack();
    HeadAck ack = HeadAck.of(record);
    HeadAck expected = HeadAck.of(head, holder, ack.time());
    if (!ack.equals(expected)) {
      throw new CorruptDataException(holder.brief() + " acknowledged another head");
    }
    return new HeadReceipt(ack, record);
  }

  /**
   * The newest head of this owner at a holder, its signature checked; empty when it has none.
   *
   * @throws CorruptDataException if what the holder sends is no head of this owner
   */
  public Optional<HeadRecord> newestHead(OwnerId holder) throws KithException {
    return head(holder, 0);
  }

  /**
   * All heads of this owner at a holder, newest first; damaged ones are left out. The first answer
   * tells how many there are, and the others are asked for at once.
   */
  public List<HeadRecord> heads(OwnerId holder) throws KithException {
    var newest = ask(holder, new Request.HeadGet(0), Reply.HeadFound.class);
    List<CompletableFuture<Reply>> others =
        IntStream.range(1, newest.kept())
            .mapToObj(back -> askAsync(holder, new Request.HeadGet(back)))
            .toList();
    var heads = new ArrayList<HeadRecord>();
    add(newest, holder, heads);
    for (CompletableFuture<Reply> other : others) {
      add(Calls.expect(holder, Calls.join(other), Reply.HeadFound.class), holder, heads);
    }
    heads.sort(HeadRecord.AGE.reversed());
    return heads;
  }

  private void add(Reply.HeadFound found, OwnerId holder, List<HeadRecord> heads) {
    try {
      read(found, holder).ifPresent(heads::add);
    } catch (CorruptDataException e) {
      LOG.warn("{} has a damaged head; the one before may do", holder.brief(), e);
    }
  }

  private Optional<HeadRecord> head(OwnerId holder, int back) throws KithException {
    return read(ask(holder, new Request.HeadGet(back), Reply.HeadFound.class), holder);
  }

  private Optional<HeadRecord> read(Reply.HeadFound found, OwnerId holder)
      throws CorruptDataException {
    if (!found.payload().hasRemaining()) {
      return Optional.empty();
    }
    HeadRecord head = HeadRecord.parse(bytes(found.payload()));
    if (!head.owner().equals(self.identity().owner())) {
      throw new CorruptDataException(holder.brief() + " sent a head of another owner");
    }
    return Optional.of(head);
  }

  /** Whether the partner answers now. */
  public void ping(OwnerId partner) throws KithException {
    ask(partner, new Request.Ping(self.now().toEpochMilli()), Reply.Pong.class);
  }

  /** Opens the link with a partner if there is none; done when it is open. */
  public CompletableFuture<Credential> reach(OwnerId partner) {
    return links.get(partner, network).thenApply(Link::peer);
  }

  /** The agreement of that id as the partner has it; after a break before offering anew. */
  public SignedRecord agreement(OwnerId partner, AgreementId id) throws KithException {
    return ask(partner, new Request.AgreementGet(id), Reply.Agreed.class).agreement();
  }

  /**
   * Which machines speak for this owner at a partner, and the agreement with him.
   *
   * @throws CorruptDataException if the agreement is not one of the two, or not signed by both
   */
  public TakeoverState takeover(OwnerId partner) throws KithException {
    return checked(
        partner, ask(partner, new TakeoverRequest.TakeoverGet(), Reply.TakeoverTold.class));
  }

  private TakeoverState checked(OwnerId partner, Reply.TakeoverTold told)
      throws CorruptDataException {
    Agreement agreement = Agreement.ofBoth(told.state().agreement());
    if (!agreement.isWith(partner) || !agreement.isWith(self.identity().owner())) {
      throw new CorruptDataException(partner.brief() + " sent an agreement of others");
    }
    for (TakeoverState.Announced each : told.state().announced()) {
      requireOwn(partner, each.successor());
    }
    if (told.state().current().isPresent()) {
      requireOwn(partner, told.state().current().get());
    }
    return told.state();
  }

  private void requireOwn(OwnerId partner, Credential machine) throws CorruptDataException {
    if (!machine.owner().equals(self.identity().owner())) {
      throw new CorruptDataException(partner.brief() + " told of another owner's machine");
    }
  }

  /**
   * Tells a partner what this node says of a machine that wants to take over.
   *
   * @param override the owner key's signature, for a refusal
   */
  public TakeoverState takeover(OwnerId partner, SignedRecord word, Optional<OwnerRecord> override)
      throws KithException {
    var tell = new TakeoverRequest.TakeoverTell(word, override);
    return checked(partner, ask(partner, tell, Reply.TakeoverTold.class));
  }

  /** What this node says of a machine that wants to take over. */
  public SignedRecord takeoverWord(Credential successor, boolean agreed) {
    return TakeoverWord.about(successor, agreed, self.now()).signedBy(self.identity());
  }

  /**
   * The same of one that is known by its whole code alone.
   *
   * @throws CorruptDataException if that is none
   */
  public SignedRecord takeoverWord(String code, boolean agreed) throws CorruptDataException {
    return TakeoverWord.about(self.identity().owner(), code, agreed, self.now())
        .signedBy(self.identity());
  }

  /** Admits to a partner that all that former machines kept for him is gone. */
  public void admitLoss(OwnerId partner) throws KithException {
    NodeIdentity node = self.identity();
    var notice = new LossNotice(node.owner(), partner, node.credential().epoch(), self.now());
    var tell = new TakeoverRequest.LossTell(notice.signedBy(node));
    var unused = ask(partner, tell, Reply.Done.class);
  }

  <T extends Reply> T ask(OwnerId partner, Request request, Class<T> type) throws KithException {
    return Calls.expect(partner, ask(partner, request), type);
  }

  /** Whatever is answered, without waiting. */
  CompletableFuture<Reply> askAsync(OwnerId partner, Request request) {
    return links.get(partner, network).thenCompose(link -> link.send(request, timeouts.request()));
  }

  /** Whatever is answered. */
  Reply ask(OwnerId partner, Request request) throws KithException {
    return ask(partner, request, timeouts.request());
  }

  /** Whatever is answered within the time. */
  Reply ask(OwnerId partner, Request request, Duration within) throws KithException {
    Link link = Calls.join(links.get(partner, network));
    return Calls.join(link.send(request, within));
  }
}
