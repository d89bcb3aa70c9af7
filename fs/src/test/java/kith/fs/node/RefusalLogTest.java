package kith.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kith.codec.NotPermittedException;
import kith.peer.Contact;
import kith.peer.NodeAddress;
import kith.peer.OfferDesk;
import kith.peer.RecordExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is refused again and again is told once. */
final class RefusalLogTest {
  private static final long MIB = 1L << 20;

  @TempDir Path folder;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private OneJvm net;

  @BeforeEach
  void listen() {
    net = new OneJvm(folder, 5);
    log.start();
    logger(OfferDesk.class).addAppender(log);
    logger(RecordExchange.class).addAppender(log);
  }

  @AfterEach
  void close() throws Exception {
    logger(OfferDesk.class).detachAppender(log);
    logger(RecordExchange.class).detachAppender(log);
    net.close();
  }

  private static Logger logger(Class<?> type) {
    return (Logger) LoggerFactory.getLogger(type);
  }

  private long logged(String part) {
    return log.list.stream().filter(each -> each.getFormattedMessage().contains(part)).count();
  }

  @Test
  void anOfferThatIsDeclinedTenTimesIsLoggedOnceAndChangesNothing() throws Exception {
    var holder = net.add(null, null, new OneJvm.Where("30.1.0.1", null));
    var near = net.add(null, null, new OneJvm.Where("30.1.9.9", null));
    var contact = new Contact(holder.owner(), List.of(new NodeAddress("30.1.0.1", 5484)));
    for (int i = 0; i < 10; i++) {
      long space = (4 + i) * MIB;
      assertThrows(
          NotPermittedException.class,
          () -> near.core.negotiator().offer(contact, space, space, MIB));
      net.clock.advance(Duration.ofMinutes(2));
    }
    assertEquals(1, logged("in the household or network of 30.1.9.9"));
    assertTrue(holder.core.book().all().isEmpty() && holder.core.negotiator().waiting().isEmpty());
    assertEquals(0, holder.core.outlook().promises().bytes());
  }

  @Test
  void aPartnerWhoTellsOfNobodyIsLoggedOnceADay() throws Exception {
    var one = net.add(null, null, new OneJvm.Where("31.1.0.1", null));
    var other = net.add(null, null, new OneJvm.Where("32.1.0.1", null));
    OneJvm.befriend(one, other);
    net.network.kill(other.owner());
    for (int i = 0; i < 60 * 5; i++) {
      one.core.find();
      net.clock.advance(Duration.ofMinutes(12));
    }
    assertEquals(3, logged("is of no help in finding nodes"));
  }
}
