package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.CorruptDataException;
import kith.codec.NotEnoughShardsException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SpaceExhaustedException;
import kith.codec.WrongKeyException;
import kith.fs.DriveException;
import kith.index.HomeInUseException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void everyFailureHasItsExitCode() {
    Map<Exception, Integer> table = new LinkedHashMap<>();
    table.put(new IllegalStateException("x"), 1);
    table.put(new IOException("x"), 1);
    table.put(new IOException(), 1);
    table.put(new CorruptDataException("x"), 1);
    table.put(new NodeException(ExitCode.USAGE, "x"), 2);
    table.put(new NodeException(ExitCode.PARTIAL, "x"), 3);
    table.put(new NodeException(ExitCode.NOT_INITIALISED, "x"), 10);
    table.put(new HomeInUseException("x"), 11);
    table.put(new WrongKeyException("x"), 12);
    table.put(new NotPermittedException("x"), 13);
    table.put(new AccessDeniedException("x"), 13);
    table.put(new DriveException(DriveException.Reason.READ_ONLY, "x"), 13);
    table.put(new NotEnoughShardsException("x"), 14);
    table.put(new PartnerUnavailableException("x"), 14);
    table.put(new DriveException(DriveException.Reason.NO_SPACE, "x"), 15);
    table.put(new IOException("/x: No space left on device"), 15);
    table.put(new IOException("Disk quota exceeded"), 15);
    table.put(new SpaceExhaustedException("x"), 16);
    table.put(new NodeException(ExitCode.NOT_YET_SAFE, "x"), 17);
    table.put(new NodeException(ExitCode.PAUSED, "x"), 18);
    table.forEach(
        (failure, code) -> {
          assertEquals(code, Failures.code(failure).number(), failure.toString());
          assertFalse(Failures.text(failure).isBlank(), failure.toString());
        });
  }

  @Test
  void aPathAloneIsNoMessage() {
    assertEquals("/a/b does not exist", Failures.text(new NoSuchFileException("/a/b")));
    assertTrue(Failures.text(new AccessDeniedException("/a")).startsWith("/a may not"));
    assertTrue(Failures.text(new NullPointerException()).contains("NullPointerException"));
  }

  @Test
  void theDocumentsListEveryExitCode() throws IOException {
    String text = Files.readString(Path.of("../docs/operations.md"));
    for (var code : ExitCode.values()) {
      String row = "| " + code.number() + " | " + code.meaning() + " |";
      assertTrue(text.contains(row), "docs/operations.md lacks: " + row);
    }
    var numbers = Arrays.stream(ExitCode.values()).map(ExitCode::number).toList();
    assertEquals(java.util.List.of(0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19), numbers);
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    String inPom = pom.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
    assertEquals(inPom, KithVersion.TEXT);
  }
}
