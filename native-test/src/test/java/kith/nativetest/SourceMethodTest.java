package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceMethodTest {
  private static final SourceFile FILE =
      new SourceFile(
          "F",
          """
          @Named({"a", "b"})
          final class Foo<T extends X> implements Y {
            private final int[] a = {1, 2};
            private final Runnable r = () -> {
              run();
            };

            enum E {
              ONE(1) {
                @Override
                int one() { return 1; }
              },
              TWO;
            }

            record Row(int a) {
              Row {
                check(a);
              }
            }

            Foo(int a) {
              super(new A(a) {
                public void inner() {
                  x = '{';
                }
              });
            }

            @Test
            @Values(strings = {"{", "}"})
            void annotated()
                throws E {
              for (int i = 0; i < 3; i++) {
                if (new A(1).b()) { // }
                  /* { */ "\\"{".b(\"""
                      { "quoted" \\\""" http://x Thread.sleep
                      \""");
                }
              }
            }

            <T> T generic(T a) {
              return a;
            }

            abstract void none();
          }
          """);

  @Test
  void methodsAndConstructorsAreFoundWithTheirLengths() {
    assertEquals(
        List.of(
            new SourceMethod("F#one", 1),
            new SourceMethod("F#Row", 3),
            new SourceMethod("F#inner", 3),
            new SourceMethod("F#Foo", 7),
            new SourceMethod("F#annotated", 10),
            new SourceMethod("F#generic", 3)),
        SourceMethod.in(FILE));
  }

  @Test
  void commentsAndLiteralsAreNoCode() {
    assertFalse(FILE.code().contains("quoted"), FILE.code());
    assertFalse(FILE.code().contains("sleep"), FILE.code());
    assertTrue(FILE.code().contains("check(a)"), FILE.code());
    assertEquals(FILE.lines().size(), FILE.code().lines().count());
  }

  @Test
  void linesOfTextBlocksAreKnown() {
    List<String> lines = FILE.lines();
    for (int line = 1; line <= lines.size(); line++) {
      String text = lines.get(line - 1);
      boolean inside = text.contains("\"\"\"") || text.contains("quoted");
      assertEquals(inside, FILE.inTextBlock(line), text);
    }
  }
}
