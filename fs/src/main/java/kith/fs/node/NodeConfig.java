package kith.fs.node;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import kith.codec.CodeParameters;
import kith.fs.fuse.MountOptions;
import kith.peer.NodeAddress;

/**
 * What a person may set, in home/config.json; whatever is left out has the default. Immutable.
 *
 * @param listen where partners reach this node
 * @param advertise the addresses that partners are told; none means the one listened on
 * @param code the fixed erasure code, or null to let it follow the number of partners
 * @param spacePerPartner what an invitation offers and asks by default
 * @param snapshots how snapshots appear in the drive
 * @param cache what packs and staging may take on this machine's disk
 * @param reserve what is left free on this machine's disk; null for a twentieth of it, at most 1
 *     GiB
 * @param mount how the kernel's requests reach the drive
 * @param limits what the node may take of the machine and its network
 * @param partners what is wanted of partners, and given to them
 * @param finding how it finds others, and what it tells of itself
 * @param negotiation what is agreed to without asking a person
 * @param network how it is reached, and helps others to reach each other
 * @param audits how partners are audited
 */
@JsonPropertyOrder({
  "listen",
  "advertise",
  "code",
  "spacePerPartner",
  "snapshots",
  "cache",
  "reserve",
  "mount",
  "limits",
  "partners",
  "finding",
  "negotiation",
  "network",
  "audits"
})
public record NodeConfig(
    NodeAddress listen,
    List<NodeAddress> advertise,
    CodeParameters code,
    ByteSize spacePerPartner,
    Snapshots snapshots,
    ByteSize cache,
    ByteSize reserve,
    Mount mount,
    Limits limits,
    PartnerSettings partners,
    FindingConfig finding,
    NegotiationSettings negotiation,
    NetworkConfig network,
    AuditConfig audits) {
  /** Everything at its default. */
  public static final NodeConfig DEFAULT =
      new NodeConfig(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null);

  private static final int MAX_ADDRESSES = 8;
  private static final long MIN_SPACE = 1L << 20;
  private static final long MIN_CACHE = 64L << 20;

  public NodeConfig {
    listen = listen == null ? new NodeAddress("0.0.0.0", NodeAddress.DEFAULT_PORT) : listen;
    advertise = advertise == null ? List.of() : List.copyOf(advertise);
    spacePerPartner = spacePerPartner == null ? new ByteSize(100L << 30) : spacePerPartner;
    snapshots = snapshots == null ? new Snapshots(null, false) : snapshots;
    cache = cache == null ? new ByteSize(20L << 30) : cache;
    mount = mount == null ? new Mount(null, null, null) : mount;
    limits = limits == null ? Limits.none() : limits;
    partners = partners == null ? PartnerSettings.none() : partners;
    finding = finding == null ? FindingConfig.none() : finding;
    negotiation = negotiation == null ? NegotiationSettings.none() : negotiation;
    network = network == null ? NetworkConfig.none() : network;
    audits = audits == null ? AuditConfig.none() : audits;
    require(
        advertise.size() <= MAX_ADDRESSES,
        "'advertise' has more than " + MAX_ADDRESSES + " addresses: keep the most reliable");
    require(
        advertise.stream().noneMatch(NodeConfig::isWildcard),
        "'advertise' has an address that nobody can call: give this machine's own");
    require(isPlain(listen), "'listen' is " + listen + ": write host:port");
    require(
        advertise.stream().allMatch(NodeConfig::isPlain),
        "'advertise' has something that is no host:port");
    require(
        spacePerPartner.bytes() >= MIN_SPACE,
        "'spacePerPartner' is under 1 MiB: nothing fits into that, give more");
    require(cache.bytes() >= MIN_CACHE, "'cache' is under 64 MiB: give at least that much");
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** The same, but for whether listing the root shows the folder of snapshots. */
  public NodeConfig withVisibleSnapshots(boolean visible) {
    return new NodeConfig(
        listen,
        advertise,
        code,
        spacePerPartner,
        new Snapshots(snapshots.folder(), visible),
        cache,
        reserve,
        mount,
        limits,
        partners,
        finding,
        negotiation,
        network,
        audits);
  }

  /** Whether the node looks for partners by itself. */
  public boolean seeks() {
    Boolean said = partners.seek();
    return said != null
        ? said
        : Boolean.TRUE.equals(negotiation.strangers()) || !finding.brokers().isEmpty();
  }

  /** Whether offers of those who have no invitation are considered. */
  public boolean takesStrangers() {
    Boolean said = negotiation.strangers();
    return said != null ? said : seeks();
  }

  /** What partners are told; empty when only a wildcard is known. */
  @JsonIgnore
  public List<NodeAddress> callableAddresses() {
    if (!advertise.isEmpty()) {
      return advertise;
    }
    return isWildcard(listen) ? List.of() : List.of(listen);
  }

  private static boolean isPlain(NodeAddress address) {
    return address.host().matches("[A-Za-z0-9._%:-]+");
  }

  /** Whether it stands for every address of the machine, so that nobody can call it. */
  private static boolean isWildcard(NodeAddress address) {
    return address.host().equals("0.0.0.0") || address.host().matches("[0:]+");
  }

  /**
   * How snapshots appear.
   *
   * @param folder the folder's name in the root of the drive
   * @param visible whether the root lists it
   */
  public record Snapshots(String folder, @JsonProperty("visible") boolean visible) {
    private static final int MAX_NAME = 255;

    public Snapshots {
      folder = folder == null ? ".snapshots" : folder;
      require(
          !folder.isEmpty() && !folder.contains("/") && !folder.matches("\\.\\.?"),
          "'snapshots.folder' must be a plain folder name such as .snapshots");
      require(
          folder.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME && folder.indexOf('\0') < 0,
          "'snapshots.folder' is no name that a folder can have");
    }
  }

  /**
   * How the kernel's requests reach the drive; null stands for the default.
   *
   * @param binding "auto", "low-level" (libfuse3) or "path" (libfuse 2)
   * @param readThreads reads that may wait for partners at once
   * @param spinMicros how long to ask for the next request before sleeping; 0 for not at all
   */
  public record Mount(String binding, Integer readThreads, Integer spinMicros) {
    private static final List<String> BINDINGS = List.of("auto", "low-level", "path");
    private static final int MAX_THREADS = 64;
    private static final int MAX_MICROS = 10_000;

    public Mount {
      binding = binding == null ? "auto" : binding;
      readThreads = readThreads == null ? 16 : readThreads;
      spinMicros = spinMicros == null ? MountOptions.SPIN_MICROS : spinMicros;
      require(
          BINDINGS.contains(binding),
          "'mount.binding' is '" + binding + "': give one of " + BINDINGS);
      require(
          readThreads >= 1 && readThreads <= MAX_THREADS,
          "'mount.readThreads' is " + readThreads + ": give a number from 1 to " + MAX_THREADS);
      require(
          spinMicros >= 0 && spinMicros <= MAX_MICROS,
          "'mount.spinMicros' is " + spinMicros + ": give a number from 0 to " + MAX_MICROS);
    }

    MountOptions.Binding chosen() {
      return switch (binding) {
        case "low-level" -> MountOptions.Binding.LOW_LEVEL;
        case "path" -> MountOptions.Binding.PATH;
        default -> MountOptions.Binding.AUTO;
      };
    }
  }

  /**
   * Bounds; null stands for the default.
   *
   * @param chunkCache decrypted chunks kept in memory
   * @param packsInFlight packs that are encoded and shipped at once
   * @param partnerDeadlineSeconds until a partner counts as unavailable
   * @param fuseThreads threads that answer the kernel
   * @param cpuThreads threads that compress and encrypt; null for one per processor
   * @param writeWaitSeconds how long a write waits while no room is made for it
   * @param cpuPercent of one processor, for all but the mount; null for no limit
   * @param uploadRate to partners; null for no limit
   * @param downloadRate from partners; null for no limit
   * @param hours of the week in which it chunks and ships, in local time; null for always
   * @param pausedUntil when chunking and shipping go on; null if they aren't paused
   * @param resumedUntil until when they go on outside the hours; null if they don't
   */
  public record Limits(
      ByteSize chunkCache,
      Integer packsInFlight,
      Integer partnerDeadlineSeconds,
      Integer fuseThreads,
      Integer cpuThreads,
      Integer writeWaitSeconds,
      Integer cpuPercent,
      Rate uploadRate,
      Rate downloadRate,
      Hours hours,
      Instant pausedUntil,
      Instant resumedUntil) {
    /** A hundred processors. */
    static final int MAX_PERCENT = 10_000;

    private static final long MAX_CHUNK_CACHE = 64L << 30;

    public Limits {
      chunkCache = chunkCache == null ? new ByteSize(64L << 20) : chunkCache;
      packsInFlight = within("packsInFlight", packsInFlight, 2, 16);
      partnerDeadlineSeconds = within("partnerDeadlineSeconds", partnerDeadlineSeconds, 30, 600);
      fuseThreads = within("fuseThreads", fuseThreads, 4, 64);
      cpuThreads =
          within("cpuThreads", cpuThreads, Runtime.getRuntime().availableProcessors(), 256);
      writeWaitSeconds = within("writeWaitSeconds", writeWaitSeconds, 30, 600);
      cpuPercent = cpuPercent == null ? null : within("cpuPercent", cpuPercent, 1, MAX_PERCENT);
      uploadRate = Rate.NONE.equals(uploadRate) ? null : uploadRate;
      downloadRate = Rate.NONE.equals(downloadRate) ? null : downloadRate;
      hours = Hours.ALWAYS.equals(hours) ? null : hours;
      require(
          chunkCache.bytes() <= MAX_CHUNK_CACHE,
          "'limits.chunkCache' is memory: give less than 64 GiB");
    }

    /** Everything at its default. */
    private static Limits none() {
      return new Limits(null, null, null, null, null, null, null, null, null, null, null, null);
    }

    LimitSettings settings() {
      return new LimitSettings(
          cpuPercent, uploadRate, downloadRate, hours, pausedUntil, resumedUntil);
    }

    private static int within(String name, Integer value, int byDefault, int most) {
      int given = value == null ? byDefault : value;
      require(
          given >= 1 && given <= most,
          "'limits." + name + "' is " + given + ": give a number from 1 to " + most);
      return given;
    }
  }
}
