package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TreeMakerTest {
  private final TreeMaker maker = new TreeMaker(null, null, null, null, null, null);

  @Test
  void whoHoldsTheTurnHearsThatATreeIsToBeMade() throws Exception {
    CompletableFuture<Boolean> made = new CompletableFuture<>();
    Thread other =
        new Thread(
            () -> {
              try {
                made.complete(maker.inTurn(maker::isAwaited));
              } catch (Exception e) {
                made.completeExceptionally(e);
              }
            },
            "kith-test-turn");
    synchronized (maker.turn) {
      assertFalse(maker.isAwaited());
      other.start();
      long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!maker.isAwaited()) {
        assertTrue(System.nanoTime() < latest, "nobody waits");
        Thread.onSpinWait();
      }
      assertFalse(made.isDone(), "not without the turn");
    }
    assertFalse(made.get(20, TimeUnit.SECONDS), "it waits no more when it has the turn");
    other.join();
  }

  @Test
  void workThatFailsLeavesNobodyWaiting() throws Exception {
    assertThrows(
        IOException.class,
        () ->
            maker.inTurn(
                () -> {
                  throw new IOException("no disk");
                }));
    assertFalse(maker.isAwaited());
    assertEquals(7, maker.inTurn(() -> 7));
  }
}
