package kith.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Intel's ISA-L through jnr-ffi (Debian's libisal2), which uses the vector unit. Heap arrays are
 * copied slice by slice through buffers small enough for the second-level cache; one buffer is lent
 * to one call at a time.
 */
final class IsalKernel implements GaloisKernel {
  private static final Logger LOG = LoggerFactory.getLogger(IsalKernel.class);

  /**
   * Bytes of native memory per call; a column's share is a multiple of 64 where that is possible.
   */
  private static final int SCRATCH = 512 * 1024;

  private static final int ALIGNMENT = 64;

  /** Bytes that ISA-L expands a coefficient to. */
  private static final int TABLE = 32;

  private final Library library;
  private final Runtime runtime;
  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  private IsalKernel(Library library) {
    this.library = library;
    this.runtime = Runtime.getRuntime(library);
  }

  /** The functions of erasure_code.h that are used; public so that jnr-ffi can implement it. */
  public interface Library {
    /** Expands {@code rows} x {@code k} coefficients to 32 bytes each. */
    void ec_init_tables(int k, int rows, Pointer matrix, Pointer tables);

    /** Multiplies {@code k} columns of {@code length} bytes by the matrix in {@code tables}. */
    void ec_encode_data(
        int length, int k, int rows, Pointer tables, Pointer sources, Pointer targets);
  }

  /** The kernel, or empty where the library isn't installed or doesn't multiply right. */
  static Optional<GaloisKernel> load() {
    return Loaded.KERNEL;
  }

  private static final class Loaded {
    static final Optional<GaloisKernel> KERNEL = tryLoad();

    private static Optional<GaloisKernel> tryLoad() {
      for (String name : new String[] {"libisal.so.2", "isal"}) {
        try {
          var kernel =
              new IsalKernel(LibraryLoader.create(Library.class).failImmediately().load(name));
          if (agrees(kernel)) {
            return Optional.of(kernel);
          }
          LOG.warn("{} multiplies wrongly on this machine and is not used", name);
        } catch (LinkageError | RuntimeException e) {
          LOG.debug("{} is not here: {}", name, e.getMessage());
        }
      }
      return Optional.empty();
    }

    private static boolean agrees(IsalKernel kernel) {
      int[][] matrix = {{1, 2}, {255, 142}};
      Span[] in = {Span.of(new byte[100]), Span.of(new byte[100])};
      for (int i = 0; i < 100; i++) {
        in[0].array()[i] = (byte) (i * 37);
        in[1].array()[i] = (byte) (i * i);
      }
      byte[][] expected = new byte[2][100];
      byte[][] actual = new byte[2][100];
      new TableKernel().multiply(matrix, in, expected);
      kernel.multiply(matrix, in, actual);
      return Arrays.deepEquals(expected, actual);
    }
  }

  @Override
  public void multiply(int[][] matrix, Span[] in, byte[][] out) {
    Job job = new Job(matrix, in, out);
    ByteBuffer memory = borrow(job.tableBytes() + job.pointerBytes() + SCRATCH);
    try {
      run(job, memory);
    } finally {
      idle.add(memory);
    }
  }

  private record Job(int[][] matrix, Span[] in, byte[][] out) {
    int tableBytes() {
      return TABLE * matrix.length * in.length + align(matrix.length * in.length);
    }

    int pointerBytes() {
      return align(8 * (in.length + out.length));
    }

    int slice() {
      return Math.max(ALIGNMENT, SCRATCH / (in.length + out.length) / ALIGNMENT * ALIGNMENT);
    }
  }

  private static int align(int bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private ByteBuffer borrow(int bytes) {
    ByteBuffer memory = idle.poll();
    if (memory != null && memory.capacity() >= bytes) {
      return memory;
    }
    return ByteBuffer.allocateDirect(bytes + ALIGNMENT)
        .alignedSlice(ALIGNMENT)
        .order(ByteOrder.nativeOrder());
  }

  /** Memory: expanded matrix, matrix, pointers, then one slice per column and per row. */
  private void run(Job job, ByteBuffer memory) {
    Pointer base = Pointer.wrap(runtime, memory);
    int columns = job.in.length;
    int rows = job.out.length;
    expand(job, memory, base);
    int pointers = job.tableBytes();
    int slices = pointers + job.pointerBytes();
    for (int i = 0; i < columns + rows; i++) {
      memory.putLong(pointers + 8 * i, base.address() + slices + (long) i * job.slice());
    }
    int length = job.out[0].length;
    for (int from = 0; from < length; from += job.slice()) {
      int count = Math.min(job.slice(), length - from);
      for (int j = 0; j < columns; j++) {
        memory.put(slices + j * job.slice(), job.in[j].array(), job.in[j].offset() + from, count);
      }
      library.ec_encode_data(
          count, columns, rows, base, base.slice(pointers), base.slice(pointers + 8L * columns));
      for (int r = 0; r < rows; r++) {
        memory.get(slices + (columns + r) * job.slice(), job.out[r], from, count);
      }
    }
  }

  private void expand(Job job, ByteBuffer memory, Pointer base) {
    int columns = job.in.length;
    int rows = job.out.length;
    int plain = TABLE * rows * columns;
    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < columns; j++) {
        memory.put(plain + r * columns + j, (byte) job.matrix[r][j]);
      }
    }
    library.ec_init_tables(columns, rows, base.slice(plain), base);
  }

  @Override
  public String name() {
    return "ISA-L";
  }
}
