package kith.codec;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Prints how fast each stage is on this machine: bytes per second of CPU, median of rounds. */
public final class CodecSpeed {
  private static final int CHUNK = 128 * 1024;
  private static final int ROUNDS = 15;

  private CodecSpeed() {}

  /** Something that handles {@code bytes} when called. */
  private interface Work {
    void run() throws KithException;
  }

  public static void main(String[] args) throws KithException {
    RandomGenerator random = Seeded.random(1);
    byte[] text = text(random, 8 << 20);
    byte[] noise = Seeded.bytes(random, 8 << 20);
    long start = System.nanoTime();
    CodecWarmUp.run();
    System.out.printf(Locale.ROOT, "warm-up %d ms%n", (System.nanoTime() - start) / 1_000_000);
    chunks("text", text);
    chunks("noise", noise);
    codes(noise);
    packs(noise);
  }

  private static void chunks(String what, byte[] content) throws KithException {
    try (ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom())) {
      int count = content.length / CHUNK;
      List<ChunkKey> keys = new ArrayList<>();
      List<byte[]> sealed = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        keys.add(codec.keyOf(content, i * CHUNK, CHUNK));
        sealed.add(codec.seal(keys.get(i), content, i * CHUNK, CHUNK));
      }
      long stored = sealed.stream().mapToLong(s -> s.length).sum();
      System.out.printf(Locale.ROOT, "%s: ratio %.2f%n", what, content.length / (double) stored);
      measure(
          what + " key (HMAC)",
          content.length,
          () -> each(count, i -> codec.keyOf(content, i * CHUNK, CHUNK)));
      measure(
          what + " seal (zstd, GCM)",
          content.length,
          () -> each(count, i -> codec.seal(keys.get(i), content, i * CHUNK, CHUNK)));
      measure(
          what + " open (GCM, zstd, HMAC)",
          content.length,
          () -> each(count, i -> codec.open(keys.get(i), sealed.get(i))));
    }
  }

  private interface Step {
    Object run(int i) throws KithException;
  }

  private static void each(int count, Step step) throws KithException {
    for (int i = 0; i < count; i++) {
      step.run(i);
    }
  }

  private static void codes(byte[] content) throws KithException {
    for (CodeParameters code :
        List.of(CodeParameters.of(4, 2), CodeParameters.of(10, 4), CodeParameters.of(20, 20))) {
      List<GaloisKernel> kernels = new ArrayList<>(List.of(new TableKernel()));
      IsalKernel.load().ifPresent(kernels::add);
      for (GaloisKernel kernel : kernels) {
        ErasureCode erasure = new ReedSolomon(code, kernel);
        byte[][] shards = erasure.encode(content);
        measure(code + " encode, " + kernel.name(), content.length, () -> erasure.encode(content));
        Arrays.fill(shards, 0, code.k(), null);
        measure(
            code + " decode, " + kernel.name(),
            content.length,
            () -> erasure.decode(shards, content.length));
      }
    }
  }

  private static void packs(byte[] content) throws KithException {
    DriveKeys keys = DriveKeys.derive(RootSecret.of(new byte[32]));
    OwnerId owner = new OwnerId(new byte[32]);
    CodeParameters code = CodeParameters.of(4, 2);
    var name = new ShardName(new PackId(new byte[16]), code, 0);
    var sealer = new ShardSealer(keys.seal(), owner, owner, name);
    byte[] sealed = sealer.seal(content);
    measure("shard seal", content.length, () -> sealer.seal(content));
    measure("shard open", content.length, () -> sealer.openBlocks(0, sealed, content.length));
    measure("merkle root", content.length, () -> MerkleTree.root(content));
    var builder = new PackBuilder(new PackId(new byte[16]), PackKind.DATA, 1);
    builder.append(new ChunkId(new byte[32]), content, content.length);
    byte[] pack = builder.seal(keys.tree(), new SecureRandom());
    var encoder = new PackEncoder(keys, owner, Seeded.random(2));
    List<OwnerId> holders = java.util.Collections.nCopies(code.n(), owner);
    measure(
        "pack encode, seal, verify 4+2", pack.length, () -> encoder.encode(pack, code, holders));
  }

  private static void measure(String what, int bytes, Work work) throws KithException {
    var cpu = java.lang.management.ManagementFactory.getThreadMXBean();
    long[] times = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long before = cpu.getCurrentThreadCpuTime();
      work.run();
      times[i] = cpu.getCurrentThreadCpuTime() - before;
    }
    double first = times[0];
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "%-32s %6.2f GB/s (first round %.2f)%n",
        what,
        bytes / (double) times[ROUNDS / 2],
        bytes / first);
  }

  /** Words of a small vocabulary with line numbers: compresses about as source code does. */
  private static byte[] text(RandomGenerator random, int length) {
    StringBuilder text = new StringBuilder();
    List<String> words = Mnemonic.encode(Seeded.bytes(random, 32));
    while (text.length() < length) {
      text.append(words.get(random.nextInt(words.size())));
      text.append(random.nextInt(6) == 0 ? " " + random.nextInt(100_000) + ";\n" : " ");
    }
    return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
  }
}
