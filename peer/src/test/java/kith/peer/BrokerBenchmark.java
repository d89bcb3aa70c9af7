package kith.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import kith.codec.KithException;
import kith.codec.OwnerId;

/**
 * Registers many nodes at a broker of its own process on loopback, and then asks it at a fixed rate
 * from the identities of strangers, each question over a fresh connection with a full mutual TLS
 * handshake. Arguments: the launcher (build/kith/bin/kith), nodes (10000), questions a second
 * (200), seconds (60). A question's time runs from when it was due, however late it was begun. In
 * the end the broker is ended and started again, and says how many nodes it knows.
 */
public final class BrokerBenchmark {
  private static final int ASKERS = 32;
  private static final int REGISTERING = 4;
  private static final int WARM_UP = 10;
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Pattern ADDRESS = Pattern.compile("\"address\" : \"([^@]+)@([^\"]+)\"");

  private final Path launcher;
  private final Path home;
  private final AtomicInteger failures = new AtomicInteger();
  private Contact broker;

  private BrokerBenchmark(Path launcher, Path home) {
    this.launcher = launcher;
    this.home = home;
  }

  /** Measures, and prints the figures. */
  public static void main(String[] arguments) throws Exception {
    int nodes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    int rate = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
    int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 60;
    Path home = Files.createTempDirectory("kith-broker");
    var benchmark = new BrokerBenchmark(Path.of(arguments[0]).toAbsolutePath(), home);
    Process process = benchmark.start();
    try {
      benchmark.register(nodes, process);
      System.out.print("warming up: ");
      benchmark.ask(rate, WARM_UP, process);
      benchmark.ask(rate, seconds, process);
      System.out.println(benchmark.kith("status"));
      end(process);
      long begun = System.nanoTime();
      process = benchmark.start();
      System.out.printf("started again, serves after %.1f s:%n", (System.nanoTime() - begun) / 1e9);
      System.out.println(benchmark.kith("status"));
    } finally {
      end(process);
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  private Process start() throws IOException, KithException, InterruptedException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(command("--listen", "127.0.0.1:" + port, "--rate", "0", "--nodes", "0"))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("broker.log").toFile())
            .start();
    while (process.isAlive()) {
      var said = ADDRESS.matcher(kith("status", "--json"));
      if (said.find()) {
        broker =
            new Contact(OwnerId.parse(said.group(1)), List.of(NodeAddress.parse(said.group(2))));
        return process;
      }
    }
    throw new IOException("the broker ended: " + Files.readString(home.resolve("broker.log")));
  }

  private List<String> command(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(launcher.toString(), "--home", home.resolve("home").toString(), "broker"));
    command.addAll(List.of(arguments));
    return command;
  }

  private String kith(String... arguments) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(arguments)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** A node of its own owner that only calls. */
  private static NettyNetwork node(String name) {
    var key = TestNode.keyOf(name);
    var identity =
        NodeIdentity.create(key, Role.NODE, 1, InstantSource.system(), new SecureRandom());
    var self = new LocalNode(identity, "kith bench", List.of(), InstantSource.system());
    return new NettyNetwork(self, (request, link) -> new Reply.Done(), NetworkThreads.PLAIN);
  }

  private void register(int nodes, Process process) throws InterruptedException {
    long begun = System.nanoTime();
    Duration before = cpu(process);
    ExecutorService pool = Executors.newFixedThreadPool(REGISTERING);
    for (int i = 0; i < nodes; i++) {
      int number = i;
      pool.execute(() -> register(number));
    }
    pool.shutdown();
    pool.awaitTermination(1, TimeUnit.HOURS);
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        "%d nodes registered in %.0f s (identities made here as well), %d failures; the broker's"
            + " processor time %.2f ms each%n",
        nodes,
        seconds,
        failures.getAndSet(0),
        (double) cpu(process).minus(before).toMillis() / nodes);
  }

  private static Duration cpu(Process process) {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void register(int number) {
    var host = (11 + number % 200) + "." + number / 200 % 250 + ".0.1";
    var says = new NodeRecord.Announcement(List.of(new NodeAddress(host, 5484)), Messages.facts());
    try (NettyNetwork network = node("node " + number);
        Link link = Calls.join(network.connect(broker))) {
      NodeRecord own = NodeRecord.sign(network.self(), says, 1, Duration.ofDays(3));
      Calls.ask(link, new Request.RecordPublish(own.record()), DEADLINE, Reply.Done.class);
    } catch (KithException e) {
      failures.incrementAndGet();
    }
  }

  private void ask(int rate, int seconds, Process process) throws InterruptedException {
    var askers = new ArrayList<NettyNetwork>();
    for (int i = 0; i < ASKERS; i++) {
      askers.add(node("asker " + i));
    }
    int count = rate * seconds;
    long[] nanos = new long[count];
    AtomicInteger records = new AtomicInteger();
    var left = new CountDownLatch(count);
    var timer = Executors.newScheduledThreadPool(2);
    Duration before = cpu(process);
    long begun = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    for (int i = 0; i < count; i++) {
      int number = i;
      long due = begun + TimeUnit.SECONDS.toNanos(1) * i / rate;
      Runnable question =
          () -> {
            var asked =
                records(askers.get(number % ASKERS), number)
                    .whenComplete(
                        (found, failure) -> {
                          nanos[number] = System.nanoTime() - due;
                          records.addAndGet(failure == null ? found : 0);
                          count(failure);
                          left.countDown();
                        });
            assert asked != null;
          };
      var unused = timer.schedule(question, due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    left.await();
    double took = (System.nanoTime() - begun) / 1e9;
    timer.shutdownNow();
    print(nanos, took, records.get(), cpu(process).minus(before));
    askers.forEach(NettyNetwork::close);
  }

  /** One question over a connection of its own; how many records came. */
  private java.util.concurrent.CompletableFuture<Integer> records(NettyNetwork asker, int number) {
    OwnerId after = TestNode.keyOf("place " + number % 997).id();
    var query = new RecordsQuery(Optional.of(after), 32, 0, AgreementSide.MAX_SPACE, 2);
    return asker
        .connect(broker)
        .thenCompose(
            link ->
                link.send(new Request.RecordsGet(query), DEADLINE)
                    .thenApply(reply -> ((Reply.Records) reply).records().size())
                    .whenComplete((count, failure) -> link.close()));
  }

  /** The first failure says what it was. */
  private void count(Throwable failure) {
    if (failure != null && failures.getAndIncrement() == 0) {
      System.out.println("failed: " + failure.getMessage());
    }
  }

  private void print(long[] nanos, double took, int records, Duration cpu) {
    Arrays.sort(nanos);
    System.out.printf(
        "%d questions in %.1f s: %.1f/s, %d failures, %d records; ms: median %.1f, p95 %.1f, p99"
            + " %.1f, worst %.1f; the broker's processor time %.2f ms each%n",
        nanos.length,
        took,
        nanos.length / took,
        failures.getAndSet(0),
        records,
        at(nanos, 0.5),
        at(nanos, 0.95),
        at(nanos, 0.99),
        at(nanos, 1),
        (double) cpu.toMillis() / nanos.length);
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
  }
}
