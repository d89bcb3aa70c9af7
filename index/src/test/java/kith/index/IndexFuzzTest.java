package kith.index;

import java.util.stream.Stream;
import kith.codec.FuzzRun;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Bytes that somebody else changed, given to each reader of this module. */
@Timeout(60)
final class IndexFuzzTest {
  @TestFactory
  Stream<DynamicTest> whateverComesIsUnderstoodOrRefused() {
    return FuzzRun.tests(IndexTargets.all());
  }
}
