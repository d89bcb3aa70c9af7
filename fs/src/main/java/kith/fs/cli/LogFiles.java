package kith.fs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the log goes: to standard error in the foreground, else to home/log. Must be decided before
 * anything logs; the two forms are logback.xml and logback-file.xml.
 */
final class LogFiles {
  /** The log. */
  static final String LOG = "kith.log";

  /** What the JVM and native libraries say by themselves, of the last start. */
  static final String RAW = "kith.err";

  private LogFiles() {}

  static void toStandardError() {
    System.setProperty("kith.log.level", "INFO");
  }

  static void toFile(Path home) throws IOException {
    System.setProperty("logback.configurationFile", "logback-file.xml");
    System.setProperty("kith.log.file", folder(home).resolve(LOG).toString());
  }

  /** The folder, made if it is missing. */
  static Path folder(Path home) throws IOException {
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    return Files.createDirectories(
        home.resolve("log"), PosixFilePermissions.asFileAttribute(ownerOnly));
  }
}
