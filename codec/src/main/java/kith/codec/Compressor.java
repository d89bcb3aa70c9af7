package kith.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

/**
 * Zstandard with contexts that are kept from call to call. The level follows the content: what a
 * sample shows to be far from random is worth a slower level. For one thread at a time; closing
 * frees native memory.
 */
final class Compressor implements AutoCloseable {
  private static final int FAST = 1;
  private static final int THOROUGH = 3;

  /** Compression has to save this part (a 32nd) of a chunk to be worth decompressing. */
  private static final int WORTH = 32;

  private final ZstdCompressCtx compress = new ZstdCompressCtx();
  private final ZstdDecompressCtx decompress = new ZstdDecompressCtx();
  private int level = FAST;

  Compressor() {
    compress.setLevel(level).setChecksum(false).setContentSize(false);
  }

  /** Room that {@link #compress} needs for so many bytes; with less it is slower. */
  static int room(int rawLength) {
    return (int) Zstd.compressBound(rawLength);
  }

  /**
   * Compresses into {@code out} from {@code offset}.
   *
   * @return the length of what was written, or 0 if it doesn't pay
   */
  int compress(Span raw, byte[] out, int offset) {
    setLevel(Entropy.looksCompressible(raw) ? THOROUGH : FAST);
    int length =
        compress.compressByteArray(
            out, offset, out.length - offset, raw.array(), raw.offset(), raw.length());
    return length < raw.length() - raw.length() / WORTH ? length : 0;
  }

  private void setLevel(int wanted) {
    if (level != wanted) {
      compress.setLevel(wanted);
      level = wanted;
    }
  }

  /**
   * @throws CorruptDataException if the bytes are not a frame of exactly {@code rawLength} bytes
   */
  byte[] decompress(Span in, int rawLength) throws CorruptDataException {
    byte[] raw = new byte[rawLength];
    try {
      int length =
          decompress.decompressByteArray(raw, 0, rawLength, in.array(), in.offset(), in.length());
      if (length != rawLength) {
        throw new CorruptDataException("a chunk of " + length + " bytes, not " + rawLength);
      }
      return raw;
    } catch (ZstdException e) {
      throw new CorruptDataException("a chunk does not decompress", e);
    }
  }

  @Override
  public void close() {
    compress.close();
    decompress.close();
  }
}
