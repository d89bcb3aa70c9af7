package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two strangers agree by the command line, and change what they have agreed. */
final class CliNegotiationTest {
  private static final Pattern OWNER = Pattern.compile("\"owner\" : \"([^\"]+)\"");

  @TempDir Path folder;

  private static void takeStrangers(CliHome home) throws IOException {
    Path file = home.home().resolve("config.json");
    String text = Files.readString(file);
    String negotiation = "\"negotiation\" : {";
    assertTrue(text.contains(negotiation), text);
    String partners = "\"partners\" : {";
    assertTrue(text.contains(partners), text);
    // Who looks for partners himself would rather have others than those on his own machine.
    Files.writeString(
        file,
        text.replace(negotiation, negotiation + "\"strangers\" : true,")
            .replace(partners, partners + "\"seek\" : false,"));
  }

  @Test
  void strangersAgreeAndAmend() throws IOException {
    try (CliHome anna = new CliHome(folder.resolve("a")).init("127.0.0.125:5484");
        CliHome ben = new CliHome(folder.resolve("b")).init("127.0.0.126:5484")) {
      takeStrangers(ben);
      anna.serve();
      ben.serve();
      var owner = OWNER.matcher(ben.done("status", "--json"));
      assertTrue(owner.find());
      String contact = owner.group(1) + "@127.0.0.126:5484";
      String agreed =
          anna.done("partner", "offer", contact, "--space", "1GiB", "--their-space", "2GiB");
      assertTrue(agreed.contains("(generation 1): they keep 2.00 GiB for you"), agreed);
      CliRun again = anna.kith("partner", "offer", contact);
      assertEquals(13, again.code(), again.toString());

      String owned = owner.group(1).substring(0, 11);
      String raised = anna.done("partner", "amend", owned, "--their-space", "3GiB");
      assertTrue(raised.contains("(generation 2): they keep 3.00 GiB for you"), raised);
      String held = anna.done("partner", "amend", owned, "--space", "512MiB");
      assertTrue(held.contains("a person there decides"), held);
      String offers = ben.done("partner", "offers");
      String id = offers.lines().skip(1).findFirst().orElseThrow().substring(0, 8);
      String lowered = ben.done("partner", "agree", id);
      assertTrue(lowered.contains("(generation 3): they keep 512 MiB for you"), lowered);
      for (CliHome each : new CliHome[] {anna, ben}) {
        assertTrue(each.done("partner", "list", "--json").contains("\"generation\" : 3"));
        assertEquals("no offers", each.done("partner", "offers"));
      }
    }
  }
}
