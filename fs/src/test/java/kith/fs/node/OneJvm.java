package kith.fs.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.fs.Attributes;
import kith.fs.Caller;
import kith.fs.DriveEngine;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.Pace;
import kith.index.MemoryStorage;
import kith.peer.AgreementTerms;
import kith.peer.InvitationTerms;
import kith.peer.NettyNetwork;
import kith.peer.NetworkThreads;
import kith.peer.NodeAddress;
import kith.peer.NodeIdentity;
import kith.peer.Role;
import kith.peer.VirtualClock;
import kith.peer.VirtualNetwork;

/**
 * A whole circle of nodes in one JVM, in virtual time and with the faults of a seed: everything of
 * a node is real but its wire, its clock and its database. For one thread, which makes a run
 * repeat. The wire may be real, too.
 */
final class OneJvm implements AutoCloseable {
  static final Caller ME = new Caller(0, 0);

  /** Writes that find no room are refused soon. */
  private static final NodeConfig.Limits LIMITS =
      new NodeConfig.Limits(null, null, null, null, null, 1, null, null, null, null, null, null);

  /** Has winter and summer time. */
  static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

  /** Work is done where it is asked for. */
  private static final class SameThread implements NodeWorld.Pools {
    @Override
    public Executor cpu() {
      return Runnable::run;
    }

    @Override
    public Executor calls() {
      return Runnable::run;
    }

    @Override
    public Executor readAhead() {
      return Runnable::run;
    }

    @Override
    public void close() {}
  }

  /** A node that can be stopped and started again. */
  final class Member {
    RootSecret root;
    final Path home;
    NodeConfig config;
    NodeSecrets secrets;
    MemoryStorage storage = new MemoryStorage();
    NodeCore core;

    private Member(int number, CodeParameters code, ByteSize cache, Where where) throws Exception {
      root = RootSecret.generate(random);
      home = Files.createDirectory(folder.resolve("node" + number));
      OwnerKey key = OwnerKey.derive(root);
      config = config(code, cache, where);
      secrets =
          new NodeSecrets(
              DriveInfo.of(key.id(), clock.instant()),
              DriveKeys.derive(root),
              NodeIdentity.create(key, Role.NODE, 1, clock, random));
      start();
    }

    /** A machine that became the node of a drive again. */
    private Member(RootSecret root, Path home, NodeConfig config) throws Exception {
      this.root = root;
      this.home = home;
      this.config = config;
      this.secrets = new IdentityFiles(home).secrets();
      start();
    }

    private static NodeConfig config(CodeParameters code, ByteSize cache, Where where) {
      return new NodeConfig(
          new NodeAddress(where.host, 5484),
          null,
          code,
          where.space,
          null,
          cache,
          null,
          null,
          LIMITS,
          where.wanted,
          null,
          new NegotiationSettings(true, null, null, null, null, null),
          null,
          null);
    }

    /** The same home on a machine that is elsewhere; to be started. */
    void moveTo(String host) {
      config =
          config(
              config.code(),
              config.cache(),
              new Where(host, config.partners(), config.spacePerPartner()));
    }

    void start() throws Exception {
      core = new NodeCore(new NodeStart(home, config, secrets, null), world(storage));
    }

    /** Its owner has another root secret from the next start on. */
    void rekey() throws Exception {
      RootSecret next = RootSecret.generate(random);
      secrets = secrets.rekeyed(root, next, clock);
      root = next;
    }

    /** In order. */
    void stop() throws IOException {
      core.close();
    }

    OwnerId owner() {
      return secrets.identity().owner();
    }

    FileSystem files() {
      return core.engine().fileSystem();
    }
  }

  final VirtualClock clock = new VirtualClock();
  final VirtualNetwork network;
  private final NodeWorld.Networks networks;
  final List<Member> members = new ArrayList<>();
  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  OneJvm(Path folder, long seed) {
    this.folder = folder;
    this.network = new VirtualNetwork(seed, clock);
    this.networks = network::node;
  }

  /** Nodes that talk TLS over this machine's addresses. */
  OneJvm(Path folder) {
    this.folder = folder;
    this.network = new VirtualNetwork(0, clock);
    this.networks = (self, handler) -> new NettyNetwork(self, handler, NetworkThreads.PLAIN);
  }

  private NodeWorld world(MemoryStorage storage) {
    return world(storage, clock);
  }

  private NodeWorld world(MemoryStorage storage, InstantSource time) {
    return new NodeWorld(
        time,
        ZONE,
        random,
        networks,
        (home, barrier) -> storage.rows(barrier),
        new SameThread(),
        Pace.NONE);
  }

  /** Adds a node. */
  Member add(CodeParameters code) throws Exception {
    return add(code, null);
  }

  /**
   * Where a node is, and what it wants of partners.
   *
   * @param wanted null for the default
   * @param space kept for one partner; null for the default
   */
  record Where(String host, PartnerSettings wanted, ByteSize space) {
    Where(String host, PartnerSettings wanted) {
      this(host, wanted, null);
    }
  }

  /** Adds a node with a bounded cache. */
  Member add(CodeParameters code, ByteSize cache) throws Exception {
    return add(code, cache, new Where("10.0.0." + (members.size() + 1), null));
  }

  /** Adds a node somewhere. */
  Member add(CodeParameters code, ByteSize cache, Where where) throws Exception {
    Member member = new Member(members.size() + 1, code, cache, where);
    members.add(member);
    return member;
  }

  /** What a machine that has nothing makes of a kit; nothing runs there yet. */
  RecoveredInfo recover(Kit kit, Path home) throws Exception {
    return recover(kit, home, host(home), Duration.ZERO);
  }

  /** The same, of a machine that is at an address. */
  RecoveredInfo recover(Kit kit, Path home, String host) throws Exception {
    return recover(kit, home, host, Duration.ZERO);
  }

  /** The same on a machine whose clock is wrong. */
  RecoveredInfo recover(Kit kit, Path home, Duration ahead) throws Exception {
    return recover(kit, home, host(home), ahead);
  }

  private RecoveredInfo recover(Kit kit, Path home, String host, Duration ahead) throws Exception {
    var start = new RecoverStart(home, config(host, kit), kit);
    var box = new SecretBox(random, new SecretBox.Cost(64, 1, 1));
    InstantSource wrong = () -> clock.instant().plus(ahead);
    return new Recoverer(
            start,
            ProgressSink.NONE,
            () -> world(new MemoryStorage(), wrong),
            new Initialiser(wrong, random, box))
        .recover("a new passphrase".toCharArray());
  }

  private static String host(Path home) {
    return "10.1.0." + home.getNameCount();
  }

  private static NodeConfig config(String host, Kit kit) {
    return Member.config(kit.code(), null, new Where(host, null));
  }

  /** Starts the node of a recovered home. */
  Member startRecovered(Kit kit, Path home) throws Exception {
    return startRecovered(kit, home, host(home));
  }

  /** The same, with a code that follows the partners. */
  Member startRecoveredWithoutCode(Kit kit, Path home) throws Exception {
    NodeConfig config = Member.config(null, null, new Where(host(home), null));
    Member member = new Member(kit.secret(), home, config);
    members.add(member);
    return member;
  }

  /** The same, of a machine that is at an address. */
  Member startRecovered(Kit kit, Path home, String host) throws Exception {
    Member member = new Member(kit.secret(), home, config(host, kit));
    members.add(member);
    return member;
  }

  /** What a machine that does not run has and no partner. */
  UnsentResult exportUnsent(Member member, Path to) throws Exception {
    var start = new NodeStart(member.home, member.config, member.secrets, null);
    byte[] destination = to.toString().getBytes(StandardCharsets.UTF_8);
    var request = new RestoreRequest("live", new byte[0], destination, false, false);
    try (var export = new UnsentExport(start, world(member.storage))) {
      return export.run(request, ProgressSink.NONE);
    }
  }

  /** An agreement between two, by invitation. */
  static void befriend(Member inviter, Member accepter) throws Exception {
    var terms = new InvitationTerms("inviter", 1L << 30, 1L << 30, AgreementTerms.friends());
    String code = inviter.core.invitations().create(terms, Duration.ofDays(1));
    accepter.core.acceptance().accept(code, "accepter", 1L << 30);
  }

  /** Publishes all of a drive, letting virtual time pass while it waits; false if it gave up. */
  boolean publish(Member member) throws Exception {
    if (!member.core.check().passed()) {
      throw new AssertionError("may not put: " + member.core.check().refusal());
    }
    return publishUnchecked(member);
  }

  /** The same, without asking whether it may. */
  boolean publishUnchecked(Member member) throws Exception {
    int[] rounds = {0};
    return member
        .core
        .engine()
        .publish(
            new DriveEngine.Watcher() {
              @Override
              public void phase(String name) {}

              @Override
              public boolean goOn() {
                clock.advance(Duration.ofSeconds(10));
                return ++rounds[0] < 100;
              }
            });
  }

  /** The kit of a drive as it would be printed now. */
  Kit kit(Member member, CodeParameters code) {
    List<KitPartner> partners =
        member.core.book().all().stream()
            .map(partner -> new KitPartner(partner.id(), partner.name(), partner.addresses()))
            .toList();
    try {
      OwnerKey key = member.secrets.drive().ownerKey(member.root);
      return Kit.of(member.root, key, LocalDate.EPOCH, code).naming(partners, List.of());
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The drive from its kit alone. */
  ViewCore view(Kit kit) throws Exception {
    return view(kit, ProgressSink.NONE);
  }

  /** The same, watched. */
  ViewCore view(Kit kit, ProgressSink watcher) throws Exception {
    return new ViewCore(kit, watcher, world(new MemoryStorage()));
  }

  static long write(FileSystem fs, long directory, String name, byte[] content) throws IOException {
    FileSystem.Opened file = fs.create(ME, directory, FileName.of(name), 0644);
    fs.write(file.handle(), 0, ByteBuffer.wrap(content));
    fs.release(file.handle());
    return file.attributes().inode();
  }

  /** Every file below a directory with a hash of its content. */
  static Map<String, String> listing(FileSystem fs, long directory) throws IOException {
    Map<String, String> found = new TreeMap<>();
    fs.readDirectory(
        directory,
        0,
        (name, inode, kind, cookie) -> {
          if (kind == FileKind.DIRECTORY) {
            listing(fs, inode).forEach((path, what) -> found.put(name + "/" + path, what));
          } else {
            found.put(name.toString(), describe(fs, fs.attributes(inode)));
          }
          return true;
        });
    return found;
  }

  private static String describe(FileSystem fs, Attributes a) throws IOException {
    if (a.kind() != FileKind.REGULAR) {
      return new String(fs.readSymlink(a.inode()), StandardCharsets.UTF_8);
    }
    FileSystem.Opened file = fs.open(a.inode(), false);
    ByteBuffer content = ByteBuffer.allocate((int) a.size());
    fs.read(file.handle(), 0, content);
    fs.release(file.handle());
    return a.mode()
        + " "
        + a.mtime()
        + " "
        + a.size()
        + " "
        + java.util.Arrays.hashCode(content.array());
  }

  @Override
  public void close() throws IOException {
    for (Member member : members) {
      member.stop();
    }
  }
}
