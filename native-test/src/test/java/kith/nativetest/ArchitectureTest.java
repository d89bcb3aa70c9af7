package kith.nativetest;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import kith.fs.PlacementPolicy;
import kith.peer.NegotiationPolicy;
import kith.peer.choice.Capacity;
import kith.peer.choice.Lack;
import kith.peer.choice.Placement;
import kith.peer.choice.SearchPolicy;
import kith.peer.choice.Separating;
import kith.peer.conduct.AuditPace;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.DisasterRule;
import kith.peer.conduct.EstateTerm;
import kith.peer.conduct.RepairOrder;
import kith.peer.conduct.Testimonies;

/** How the product may be put together. A rule that must change is changed here, on purpose. */
@AnalyzeClasses(
    packages = "kith",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
final class ArchitectureTest {
  /** Test classes of other modules come in jars. */
  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("-tests.jar") && !location.contains("/test-classes/");
    }
  }

  /** The classes that make, name and end threads. */
  private static final Set<String> THREAD_OWNERS =
      Set.of(
          "kith.index.CommitThread",
          "kith.index.Home",
          "kith.peer.NettyNetwork",
          "kith.peer.RouterByLibrary",
          "kith.peer.Workers",
          "kith.fs.Fetcher",
          "kith.fs.PackSaver",
          "kith.fs.RestoreWorkers",
          "kith.fs.cli.Detacher",
          "kith.fs.node.ControlServer",
          "kith.fs.node.Duties",
          "kith.fs.node.NodeRunner",
          "kith.fs.node.NodeThreads",
          "kith.fs.fuse.LoopThread",
          "kith.fs.fuse.LoopThreads",
          "kith.fs.fuse.LowLoopThread",
          "kith.fs.fuse.LowLoopThreads",
          "kith.fs.fuse.LowWorkers");

  /** Where chance enters: programs take it in, and what warms ciphers up seals nothing of worth. */
  private static final Set<String> CHANCE_OWNERS =
      Set.of(
          "kith.codec.CodecWarmUp",
          "kith.fs.cli.InitCommand",
          "kith.fs.cli.KitOutput",
          "kith.fs.cli.NodeStarter",
          "kith.fs.cli.RekeyCommand",
          "kith.fs.cli.UnlockSlotCommand",
          "kith.fs.node.NodeWorld");

  /** Where the program is put together, and time enters it. */
  private static final String CLI = "kith.fs.cli..";

  private static final String NODES = "kith.fs.node.NodeWorld";

  private static final String SIMULATOR = "kith.fs.simulate";

  @ArchTest
  static final ArchRule modulesUseOnlyModulesToTheirLeft =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("chunker")
          .definedBy("kith.chunker..")
          .layer("codec")
          .definedBy("kith.codec..")
          .layer("index")
          .definedBy("kith.index..")
          .layer("peer")
          .definedBy("kith.peer..")
          .layer("fs")
          .definedBy("kith.fs..")
          .whereLayer("chunker")
          .mayOnlyBeAccessedByLayers("fs")
          .whereLayer("codec")
          .mayOnlyBeAccessedByLayers("index", "peer", "fs")
          .whereLayer("index")
          .mayOnlyBeAccessedByLayers("peer", "fs")
          .whereLayer("peer")
          .mayOnlyBeAccessedByLayers("fs")
          .whereLayer("fs")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule nobodyUsesTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("kith.fs.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("kith.fs.cli..");

  @ArchTest
  static final ArchRule onlyTheCommandLineUsesTheNode =
      noClasses()
          .that()
          .resideOutsideOfPackages("kith.fs.node..", "kith.fs.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("kith.fs.node..");

  @ArchTest
  static final ArchRule theDriveKnowsNoBinding =
      noClasses()
          .that()
          .resideInAPackage("kith.fs")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("kith.fs.fuse..");

  @ArchTest static final ArchRule rocksDbStaysInIndex = only("org.rocksdb..", "kith.index..");

  @ArchTest
  static final ArchRule nettyStaysInPeer = only("io.netty..", "kith.peer..", "kith.fs.node..");

  @ArchTest static final ArchRule discoveryStaysInPeer = only("javax.jmdns..", "kith.peer..");

  @ArchTest static final ArchRule portMappingStaysInPeer = only("com.offbynull..", "kith.peer..");

  @ArchTest static final ArchRule zstdStaysInCodec = only("com.github.luben..", "kith.codec..");

  @ArchTest
  static final ArchRule bouncyCastleStaysInCodecAndPeer =
      only("org.bouncycastle..", "kith.codec..", "kith.peer..");

  @ArchTest
  static final ArchRule jacksonStaysInMessagesAndConfiguration =
      only("com.fasterxml.jackson..", "kith.peer..", "kith.fs.node..", "kith.fs.cli..");

  @ArchTest
  static final ArchRule whatPrintsStaysWithTheSheet =
      only("org.apache.pdfbox..", "kith.fs.print..");

  @ArchTest
  static final ArchRule whatDrawsCodesStaysWithTheSheet =
      only("com.google.zxing..", "kith.fs.print..");

  @ArchTest static final ArchRule picocliStaysInTheCommandLine = only("picocli..", "kith.fs.cli..");

  @ArchTest
  static final ArchRule nativeCallsStayInTheBindings =
      noClasses()
          .that()
          .resideOutsideOfPackage("kith.fs.fuse..")
          .and()
          .haveNameNotMatching("kith\\.codec\\.Isal.*|kith\\.fs\\.node\\.SchedulingCalls")
          .should()
          .dependOnClassesThat(resideInAnyPackage("jnr..", "com.kenai..", "ru.serce.."));

  @ArchTest
  static final ArchRule threadsAreMadeByTheirOwners =
      noClasses()
          .that(notNamed(THREAD_OWNERS))
          .should()
          .callCodeUnitWhere(makesThreads())
          .allowEmptyShould(false);

  @ArchTest
  static void ownersOfThreadsMakeThem(JavaClasses classes) {
    for (String owner : THREAD_OWNERS) {
      assertTrue(calls(classes, owner, makesThreads()), owner + " makes no threads any more");
    }
  }

  @ArchTest
  static final ArchRule timeIsHandedIn =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .and()
          .doNotHaveFullyQualifiedName(NODES)
          .should()
          .callCodeUnitWhere(
              calls(System.class, "currentTimeMillis")
                  .or(calls(Instant.class, "now"))
                  .or(calls(InstantSource.class, "system"))
                  .or(calls(Clock.class, "systemUTC", "systemDefaultZone", "system"))
                  .as("ask what time it is"));

  @ArchTest
  static final ArchRule chanceIsHandedIn =
      noClasses()
          .that(notNamed(CHANCE_OWNERS))
          .should()
          .callCodeUnitWhere(drawsUnseeded())
          .allowEmptyShould(false);

  @ArchTest
  static void ownersOfChanceTakeItIn(JavaClasses classes) {
    for (String owner : CHANCE_OWNERS) {
      assertTrue(calls(classes, owner, drawsUnseeded()), owner + " draws no lots any more");
    }
  }

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses().should().callCodeUnitWhere(calls(Thread.class, "sleep").as("sleep"));

  @ArchTest
  static final ArchRule nobodyWritesToStandardStreams =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  /** What decides for an honest node, in the node as in the simulation. */
  private static final Map<Class<?>, List<String>> DECIDING =
      Map.ofEntries(
          Map.entry(SearchPolicy.class, List.of("plan")),
          Map.entry(NegotiationPolicy.class, List.of("decide")),
          Map.entry(PlacementPolicy.class, List.of("codeFor", "isTooWide", "isWeaker")),
          Map.entry(Placement.class, List.of("choose", "spares")),
          Map.entry(Separating.class, List.of("swap", "first")),
          Map.entry(Lack.class, List.of("of")),
          Map.entry(Capacity.class, List.of("bytes")),
          Map.entry(
              ConductRules.class,
              List.of(
                  "passed", "proved", "audited", "standing", "disaster", "returned", "refused")),
          Map.entry(DisasterRule.class, List.of("judge")),
          Map.entry(EstateTerm.class, List.of("term")),
          Map.entry(AuditPace.class, List.of("perDay")),
          Map.entry(RepairOrder.class, List.of("of")),
          Map.entry(Testimonies.class, List.of("of")));

  @ArchTest
  static final ArchRule theSimulatorHasNoPolicyOfItsOwn =
      noClasses()
          .that()
          .resideInAPackage(SIMULATOR)
          .should()
          .haveNameMatching(".*(Policy|Choice|Placement|Rules|Order|Plan|Pace|Judgement).*");

  @ArchTest
  static void theSimulatorAsksWhatDecidesInNodes(JavaClasses classes) {
    DECIDING.forEach(
        (owner, methods) ->
            methods.forEach(
                method ->
                    assertTrue(
                        classes.stream()
                            .filter(c -> c.getName().startsWith(SIMULATOR + ".Honest"))
                            .flatMap(c -> c.getMethodCallsFromSelf().stream())
                            .anyMatch(calls(owner, method)),
                        "the simulator decides without " + owner.getSimpleName() + "." + method)));
  }

  @ArchTest
  static final ArchRule honestNodesSeeNothingThatOnlyTheWorldKnows =
      noClasses()
          .that()
          .haveNameMatching("kith\\.fs\\.simulate\\.Honest.*")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("kith\\.fs\\.simulate\\.(Kind|Truth|Dice|Churn|Newcomers)");

  @ArchTest
  static final ArchRule onlyHonestNodesSayWhereShardsGo =
      noClasses()
          .that()
          .resideInAPackage(SIMULATOR)
          .and()
          .haveNameNotMatching("kith\\.fs\\.simulate\\.HonestRepair.*")
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "ship", call -> call.getTarget().getFullName().contains("simulate.World.ship(")));

  private static ArchRule only(String library, String... rooms) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(rooms)
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaClass> notNamed(Set<String> names) {
    return DescribedPredicate.describe(
        "are not among " + names, c -> names.stream().noneMatch(n -> isWithin(c, n)));
  }

  private static boolean isWithin(JavaClass c, String name) {
    return c.getName().equals(name) || c.getName().startsWith(name + "$");
  }

  private static boolean calls(
      JavaClasses classes, String name, DescribedPredicate<JavaCall<?>> which) {
    return classes.stream()
        .filter(c -> isWithin(c, name))
        .flatMap(
            c ->
                Stream.<JavaCall<?>>concat(
                    c.getMethodCallsFromSelf().stream(), c.getConstructorCallsFromSelf().stream()))
        .anyMatch(which);
  }

  private static DescribedPredicate<JavaCall<?>> calls(Class<?> owner, String... methods) {
    return DescribedPredicate.describe(
        "call " + owner.getSimpleName() + Arrays.toString(methods),
        call ->
            call.getTarget().getOwner().isEquivalentTo(owner)
                && Arrays.asList(methods).contains(call.getTarget().getName()));
  }

  private static DescribedPredicate<JavaCall<?>> constructs(Class<?> kind) {
    return DescribedPredicate.describe(
        "construct a " + kind.getSimpleName(),
        call ->
            call instanceof JavaConstructorCall && assignableTo(kind).test(call.getTargetOwner()));
  }

  private static DescribedPredicate<JavaCall<?>> makesThreads() {
    DescribedPredicate<JavaCall<?>> async =
        DescribedPredicate.describe(
            "run on the common pool",
            call ->
                call.getTargetOwner().isEquivalentTo(CompletableFuture.class)
                    && call.getTarget().getName().endsWith("Async")
                    && !takesExecutor(call.getTarget()));
    DescribedPredicate<JavaCall<?>> executors =
        DescribedPredicate.describe(
            "make pools", call -> call.getTargetOwner().isEquivalentTo(Executors.class));
    return constructs(Thread.class)
        .or(constructs(ExecutorService.class))
        .or(constructs(Timer.class))
        .or(executors)
        .or(async)
        .or(calls(ForkJoinPool.class, "commonPool"))
        .or(calls(Collection.class, "parallelStream"))
        .as("make threads");
  }

  private static DescribedPredicate<JavaCall<?>> drawsUnseeded() {
    return constructs(SecureRandom.class)
        .or(calls(SecureRandom.class, "getInstance", "getInstanceStrong"))
        .or(calls(Random.class, "<init>"))
        .or(calls(SplittableRandom.class, "<init>"))
        .or(calls(RandomGenerator.class, "getDefault", "of"))
        .or(calls(ThreadLocalRandom.class, "current"))
        .or(calls(Math.class, "random"))
        .or(calls(UUID.class, "randomUUID"))
        .as("draw unseeded random numbers");
  }

  private static boolean takesExecutor(AccessTarget.CodeUnitCallTarget target) {
    return target.getRawParameterTypes().stream().anyMatch(t -> t.isEquivalentTo(Executor.class));
  }
}
