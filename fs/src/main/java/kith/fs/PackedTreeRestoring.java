package kith.fs;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import kith.codec.KithException;

/**
 * The pieces of a file for a restore. While one is waited for the next are opened, so that a single
 * large file keeps every partner and processor busy, too. Holds as many opened pieces as it opens
 * ahead. For one thread.
 */
final class PackedTreeRestoring implements RestoreContent {
  private final RestoreContent pieces;
  private final PackedTreeReadAhead readAhead;
  private final Queue<Ahead> ahead = new ArrayDeque<>();

  PackedTreeRestoring(RestoreContent pieces, PackedTreeReadAhead readAhead) {
    this.pieces = pieces;
    this.readAhead = readAhead;
  }

  @Override
  public Piece next() throws IOException, KithException {
    while (ahead.size() <= PackedTreeReadAhead.CHUNKS) {
      Piece piece = pieces.next();
      if (piece == null) {
        break;
      }
      ahead.add(new Ahead(piece));
    }
    return ahead.poll();
  }

  /** A piece that may be opened before it is asked for. */
  private final class Ahead implements Piece {
    private final Piece piece;
    private final FutureTask<byte[]> opening;
    private boolean begun;

    private Ahead(Piece piece) {
      this.piece = piece;
      this.opening = new FutureTask<>(piece::bytes);
    }

    @Override
    public long offset() {
      return piece.offset();
    }

    @Override
    public int length() {
      return piece.length();
    }

    @Override
    public boolean matches(byte[] bytes) throws IOException, KithException {
      return piece.matches(bytes);
    }

    /** Where pieces are missing, those that follow are likely to be missing, too. */
    @Override
    public byte[] bytes() throws IOException, KithException {
      ahead.forEach(Ahead::begin);
      opening.run(); // does nothing if it was begun ahead
      try {
        return opening.get();
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a file was restored");
      }
    }

    private void begin() {
      if (!begun) {
        begun = true;
        readAhead.execute(opening);
      }
    }

    private static IOException failure(Throwable cause) throws IOException, KithException {
      if (cause instanceof KithException kith) {
        throw kith;
      }
      if (cause instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("a piece could not be opened", cause);
    }
  }
}
