package kith.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import kith.codec.CodecTargets;
import kith.codec.FuzzTarget;
import kith.fs.DriveTargets;
import kith.fs.node.NodeTargets;
import kith.index.IndexTargets;
import kith.peer.PeerTargets;

/**
 * What {@code make fuzz} runs: Jazzer calls {@link #fuzzerTestOneInput} for the target that {@code
 * -Dkith.fuzz.target=} names. As a program of its own it lists the targets ({@code list}), writes a
 * target's examples into a folder ({@code seeds NAME FOLDER}), or prints a file as a line for the
 * target's corpus ({@code line FILE}).
 */
public final class FuzzMain {
  private static final FuzzTarget TARGET = target(System.getProperty("kith.fuzz.target", ""));

  private FuzzMain() {}

  private static List<FuzzTarget> all() {
    var all = new ArrayList<>(CodecTargets.all());
    all.addAll(IndexTargets.all());
    all.addAll(PeerTargets.all());
    all.addAll(DriveTargets.all());
    all.addAll(NodeTargets.all());
    return all;
  }

  private static FuzzTarget target(String name) {
    return all().stream().filter(target -> target.name().equals(name)).findFirst().orElse(null);
  }

  /** Called by Jazzer once: whatever is made once does not count as the first input's time. */
  public static void fuzzerInitialize() {
    TARGET.seeds().forEach(TARGET::accepts);
  }

  /** Called by Jazzer, again and again. */
  public static void fuzzerTestOneInput(byte[] input) {
    TARGET.accepts(input);
  }

  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "list" -> all().forEach(target -> System.out.println(target.name()));
      case "seeds" -> seeds(target(arguments[1]), Path.of(arguments[2]));
      case "line" ->
          System.out.println(HexFormat.of().formatHex(Files.readAllBytes(Path.of(arguments[1]))));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void seeds(FuzzTarget target, Path folder) throws IOException {
    var seeds = new ArrayList<>(target.seeds());
    seeds.addAll(target.corpus());
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(folder.resolve("seed-" + i), seeds.get(i));
    }
  }
}
