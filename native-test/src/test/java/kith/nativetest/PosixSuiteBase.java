package kith.nativetest;

import java.util.List;

/** What the parts of the POSIX suite share. */
interface PosixSuiteBase {
  /** The checks of the running test. */
  PosixChecks checks();

  /** Begins with one file of each kind, whose times are long ago. */
  default void beginScene() {
    checks()
        .begin(
            fs -> {
              PosixScene.make(fs);
              PosixScene.age(fs);
              return null;
            });
    checks().awaitTick();
  }

  /**
   * Makes a call in the scene, which must come out and leave everything as in the reference, also
   * all times. Then the scene is made anew if anything has changed.
   */
  default void sameInScene(String name, PosixWorld.Call call) {
    PosixChecks.Results results = checks().sameResult(name, call);
    if (results.bothSuccess()) {
      checks().sameLines(name + " leaves", PosixScene::describe);
    }
    if (results.anySuccess()) {
      beginScene();
    }
  }

  /** A call that changes nothing. */
  default void sameReading(String name, PosixWorld.Call call) {
    checks().sameResult(name, call);
  }

  /** A user's call, which must come out as expected. */
  default void expect(String name, long expected, PosixUser user, PosixWorld.Call call) {
    checks().expect(user + ": " + name, expected, fs -> fs.as(user, () -> call.on(fs)));
  }

  /** All combinations of two lists. */
  static <A, B> List<Pair<A, B>> pairs(List<A> first, List<B> second) {
    return first.stream().flatMap(a -> second.stream().map(b -> new Pair<>(a, b))).toList();
  }

  /** One of this and one of that. */
  record Pair<A, B>(A first, B second) {}
}
