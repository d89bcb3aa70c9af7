package kith.fs.fuse;

import jnr.ffi.annotations.Delegate;

/**
 * The shapes of libfuse's callbacks. All arguments are taken as whole registers - pointers as
 * addresses - since jnr-fuse's own signatures decode each path as UTF-8 and make objects for each
 * call. Narrower arguments (mode_t, int) have undefined upper bits and are cut by the callee. Where
 * libfuse expects no result it ignores the one given. Public only because classes that jnr-ffi
 * generates call them.
 */
final class NativeCall {
  private NativeCall() {}

  /** One argument. */
  public interface Of1 {
    @Delegate
    int call(long a);
  }

  /** Two arguments. */
  public interface Of2 {
    @Delegate
    int call(long a, long b);
  }

  /** Three arguments. */
  public interface Of3 {
    @Delegate
    int call(long a, long b, long c);
  }

  /** Four arguments. */
  public interface Of4 {
    @Delegate
    int call(long a, long b, long c, long d);
  }

  /** Five arguments. */
  public interface Of5 {
    @Delegate
    int call(long a, long b, long c, long d, long e);
  }

  /** Six arguments. */
  public interface Of6 {
    @Delegate
    int call(long a, long b, long c, long d, long e, long f);
  }
}
