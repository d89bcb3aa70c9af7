package kith.codec;

import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;
import kith.bench.Sample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** AES-256-GCM in slices, one block of 64 KiB under a new nonce. */
@State(Scope.Thread)
public class GcmBenchmark {
  private static final int SIZE = ShardLayout.BLOCK;
  private static final byte[] NO_NAMES = {};

  private final Gcm gcm = new Gcm();
  private final SecretKeySpec key = Gcm.key(new byte[Gcm.KEY]);
  private final byte[] sealed = new byte[SIZE + Gcm.TAG];
  private final byte[] box = new byte[SIZE + Gcm.TAG];
  private final byte[] plain = Sample.RANDOM.bytes(SIZE);
  private long count;

  @Setup
  public void prepare() {
    CodecWarmUp.run();
    gcm.encrypt(key, nonce(0), NO_NAMES).seal(Span.of(plain), box, 0);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public int encrypt() {
    return gcm.encrypt(key, nonce(++count), NO_NAMES).seal(Span.of(plain), sealed, 0);
  }

  @Benchmark
  @OperationsPerInvocation(SIZE)
  public int decrypt() throws AEADBadTagException {
    return gcm.decrypt(key, nonce(0), NO_NAMES).open(Span.of(box), plain, 0);
  }

  private static byte[] nonce(long count) {
    return ByteBuffer.allocate(Gcm.NONCE).putLong(Gcm.NONCE - Long.BYTES, count).array();
  }
}
