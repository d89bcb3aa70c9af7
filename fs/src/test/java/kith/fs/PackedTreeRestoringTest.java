package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import org.junit.jupiter.api.Test;

class PackedTreeRestoringTest {
  private static final int PIECES = 30;
  private static final int DAMAGED = 20;

  private final List<Integer> opened = new ArrayList<>();
  private int given;

  @Test
  void theNextPiecesAreOpenedAheadAndEachOnce() throws Exception {
    Queue<Runnable> waiting = new ArrayDeque<>();
    RestoreContent content = restoring(waiting::add);
    assertEquals(0, value(content.next()));
    assertEquals(List.of(0), opened);
    assertEquals(PackedTreeReadAhead.CHUNKS, waiting.size());
    waiting.forEach(Runnable::run);
    assertEquals(upTo(1 + PackedTreeReadAhead.CHUNKS), opened);
    waiting.clear();
    assertEquals(1, value(content.next()));
    assertEquals(1, waiting.size(), "one more, as one was taken");
    for (int i = 2; i < DAMAGED; i++) {
      assertEquals(i, value(content.next()));
    }
    waiting.forEach(Runnable::run);
    assertEquals(opened.stream().distinct().toList(), opened);
  }

  @Test
  void whatIsThereAlreadyHasNothingOpened() throws Exception {
    Queue<Runnable> waiting = new ArrayDeque<>();
    RestoreContent content = restoring(waiting::add);
    for (int i = 0; i < PIECES; i++) {
      RestoreContent.Piece piece = content.next();
      assertEquals(i * 10L, piece.offset());
      assertEquals(i % 2 == 0, piece.matches(new byte[] {(byte) i}));
    }
    assertNull(content.next());
    assertEquals(List.of(), opened);
    assertEquals(0, waiting.size());
  }

  @Test
  void whereTooMuchWaitsTheReaderOpensThemHimself() throws Exception {
    RestoreContent content =
        restoring(
            task -> {
              throw new RejectedExecutionException();
            });
    for (int i = 0; i < DAMAGED; i++) {
      assertEquals(i, value(content.next()));
    }
    assertEquals(upTo(DAMAGED), opened);
  }

  @Test
  void whoAsksForADamagedPieceIsTold() throws Exception {
    RestoreContent content = restoring(Runnable::run);
    for (int i = 0; i < DAMAGED; i++) {
      assertEquals(i, value(content.next()));
    }
    RestoreContent.Piece damaged = content.next();
    assertEquals("damaged", assertThrows(CorruptDataException.class, damaged::bytes).getMessage());
    assertEquals(DAMAGED + 1, value(content.next()));
  }

  private RestoreContent restoring(Executor executor) {
    return new PackedTreeRestoring(
        () -> given < PIECES ? new Fake(given++) : null, new PackedTreeReadAhead(null, executor));
  }

  private static int value(RestoreContent.Piece piece) throws Exception {
    byte[] bytes = piece.bytes();
    assertArrayEquals(new byte[] {bytes[0]}, bytes);
    return bytes[0];
  }

  private static List<Integer> upTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  /** Of one byte, which is its number. */
  private final class Fake implements RestoreContent.Piece {
    private final int number;

    private Fake(int number) {
      this.number = number;
    }

    @Override
    public long offset() {
      return number * 10L;
    }

    @Override
    public int length() {
      return 1;
    }

    @Override
    public boolean matches(byte[] bytes) {
      return number % 2 == 0 && bytes[0] == number;
    }

    @Override
    public byte[] bytes() throws KithException {
      opened.add(number);
      if (number == DAMAGED) {
        throw new CorruptDataException("damaged");
      }
      return new byte[] {(byte) number};
    }
  }
}
