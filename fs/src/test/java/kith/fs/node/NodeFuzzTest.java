package kith.fs.node;

import java.util.stream.Stream;
import kith.codec.FuzzRun;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Changed bytes, given to each reader of a node that its own user reaches. */
@Timeout(60)
final class NodeFuzzTest {
  @TestFactory
  Stream<DynamicTest> whateverComesIsUnderstoodOrRefused() {
    return FuzzRun.tests(NodeTargets.all());
  }
}
