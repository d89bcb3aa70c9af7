package kith.fs.node;

import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;

/** The functions of the C library by which a thread stands back. */
public interface SchedulingCalls {
  /** The library of this process. */
  static SchedulingCalls load() {
    return LibraryLoader.create(SchedulingCalls.class).load("c");
  }

  /**
   * @param which 0 for a process, which to Linux is a thread
   * @param who 0 for the caller
   * @return 0, or -1
   */
  int setpriority(int which, int who, int nice);

  /**
   * @param pid 0 for the calling thread
   * @param param a struct sched_param: one int, 0 but for real-time policies
   * @return 0, or -1
   */
  int sched_setscheduler(int pid, int policy, @In int[] param);

  /**
   * @param pid 0 for this process
   * @return the process that its session began with
   */
  int getsid(int pid);
}
