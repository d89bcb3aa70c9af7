package kith.peer;

import io.netty.channel.Channel;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;

/**
 * The requests of a link that wait: first for their turn, so that neither side has more than a
 * bounded number of requests and bytes under way, then for their reply, until their deadline. On
 * the link's event loop only.
 */
final class Outbox {
  /** Raw bytes under way in either direction; one request may exceed it. */
  static final long MAX_BYTES = 16 << 20;

  private static final int MAX_WAITING = 4096;
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Channel channel;
  private final Consumer<Pending> sender;
  private final LongSupplier held;
  private final ArrayDeque<Pending> urgent = new ArrayDeque<>();
  private final ArrayDeque<Pending> bulk = new ArrayDeque<>();
  private final IntObjectHashMap<Pending> underWay = new IntObjectHashMap<>();
  private long bytes;
  private int lastId;
  private KithException closed;

  /**
   * @param sender writes a request with the id that it got
   * @param held for how long this node, all in all, has not read from the link to keep a limit
   */
  Outbox(Channel channel, Consumer<Pending> sender, LongSupplier held) {
    this.held = held;
    this.channel = channel;
    this.sender = sender;
  }

  void add(Pending pending) {
    if (closed != null) {
      pending.reply.completeExceptionally(closed);
      return;
    }
    if (urgent.size() + bulk.size() >= MAX_WAITING) {
      pending.reply.completeExceptionally(
          new PartnerUnavailableException("too many requests wait for this partner"));
      return;
    }
    long millis = Math.max(1, pending.deadline.toMillis());
    pending.heldNanos = held.getAsLong();
    pending.timeout =
        channel.eventLoop().schedule(() -> expire(pending), millis, TimeUnit.MILLISECONDS);
    (pending.isBulk() ? bulk : urgent).add(pending);
    sendWaiting();
  }

  /** Sends what there is room for. To be called when a reply came or the channel drained. */
  void sendWaiting() {
    while (closed == null && !urgent.isEmpty() && hasRoom(urgent.peek())) {
      send(urgent.remove());
    }
    // What waits here can be overtaken; what waits in the channel cannot.
    while (closed == null && !bulk.isEmpty() && channel.isWritable() && hasRoom(bulk.peek())) {
      send(bulk.remove());
    }
  }

  private void send(Pending next) {
    next.id = nextId();
    underWay.put(next.id, next);
    bytes += next.weight;
    sender.accept(next);
  }

  private boolean hasRoom(Pending next) {
    return underWay.size() < Protocol.MAX_IN_FLIGHT
        && (bytes == 0 || bytes + next.weight <= MAX_BYTES);
  }

  private int nextId() {
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (underWay.containsKey(lastId));
    return lastId;
  }

  private void expire(Pending pending) {
    long heldNow = held.getAsLong();
    long more = heldNow - pending.heldNanos;
    if (more > LEAST_NANOS) {
      // That long the reply may have waited here.
      pending.heldNanos = heldNow;
      pending.timeout =
          channel.eventLoop().schedule(() -> expire(pending), more, TimeUnit.NANOSECONDS);
      return;
    }
    if (!urgent.remove(pending) && !bulk.remove(pending)) {
      take(pending.id);
    }
    pending.reply.completeExceptionally(
        new PartnerUnavailableException(
            "no reply to " + pending.name() + " within " + pending.deadline.toMillis() + " ms"));
    sendWaiting();
  }

  /** The request that got this id, which is then done; null when it is none, or none any more. */
  Pending take(int id) {
    Pending pending = underWay.remove(id);
    if (pending != null) {
      bytes -= pending.weight;
      pending.end();
    }
    return pending;
  }

  boolean isIdle() {
    return underWay.isEmpty() && urgent.isEmpty() && bulk.isEmpty();
  }

  /** All that wait fail for this reason, and all that come. */
  void close(KithException reason) {
    closed = reason;
    var all = new ArrayList<>(underWay.values());
    all.addAll(urgent);
    all.addAll(bulk);
    underWay.clear();
    urgent.clear();
    bulk.clear();
    for (Pending pending : all) {
      pending.end();
      pending.reply.completeExceptionally(reason);
    }
  }
}
