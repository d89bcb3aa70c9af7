package kith.fs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kith.codec.OwnerId;

/**
 * What holders are asked at this moment: who asks for the same blocks as another shares the answer.
 * Where a shard is missing, several races need the same columns. Safe for many threads.
 */
final class FetcherQuestions {
  private record Key(OwnerId holder, ShardTransport.Blocks blocks) {}

  private final ShardTransport transport;
  private final Map<Key, UnderWay> underWay = new HashMap<>();

  FetcherQuestions(ShardTransport transport) {
    this.transport = transport;
  }

  /** One that was asked, and how many wait for it. */
  private static final class UnderWay {
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private CompletableFuture<byte[]> asked;
    private int waiting = 1;
  }

  /** A part in a question, to be left by whoever took it. */
  final class Question {
    private final Key key;
    private final UnderWay shared;
    private boolean left;

    private Question(Key key, UnderWay shared) {
      this.key = key;
      this.shared = shared;
    }

    /** Sealed blocks, which several may read: not to be changed. */
    CompletableFuture<byte[]> answer() {
      return shared.answer;
    }

    /** Waits no more; the last to leave takes the question back. */
    void leave() {
      if (isLast()) {
        shared.asked.cancel(false);
      }
    }

    private boolean isLast() {
      synchronized (underWay) {
        shared.waiting -= left ? 0 : 1;
        left = true;
        return shared.waiting == 0 && underWay.remove(key, shared);
      }
    }
  }

  /**
   * Asks, unless it is asked already.
   *
   * @param atMost how long whoever asks first waits
   */
  Question ask(OwnerId holder, ShardTransport.Blocks blocks, Duration atMost) {
    Key key = new Key(holder, blocks);
    UnderWay own = new UnderWay();
    synchronized (underWay) {
      UnderWay others = underWay.putIfAbsent(key, own);
      if (others != null) {
        others.waiting++;
        return new Question(key, others);
      }
      own.asked = transport.get(holder, blocks, atMost);
    }
    var unused =
        own.asked.whenComplete(
            (bytes, failure) -> {
              synchronized (underWay) {
                underWay.remove(key, own);
              }
              if (failure == null) {
                own.answer.complete(bytes);
              } else {
                own.answer.completeExceptionally(failure);
              }
            });
    return new Question(key, own);
  }
}
