package kith.fs.node;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;
import kith.codec.SpaceExhaustedException;
import kith.codec.WrongKeyException;
import kith.fs.DriveException;
import kith.fs.fuse.MountException;
import kith.index.DiskFull;
import kith.index.HomeInUseException;

/** The one table from exceptions to exit codes and to what a person reads. */
public final class Failures {
  private Failures() {}

  /** The exit code for a failure, wherever it happened. */
  public static ExitCode code(Throwable failure) {
    if (failure instanceof NodeException named) {
      return named.code();
    }
    if (failure instanceof HomeInUseException) {
      return ExitCode.IN_USE;
    }
    if (failure instanceof KithException named) {
      return code(named);
    }
    if (failure instanceof IOException local) {
      return code(local);
    }
    return ExitCode.ERROR;
  }

  private static ExitCode code(KithException failure) {
    if (failure instanceof WrongKeyException) {
      return ExitCode.WRONG_KEY;
    }
    if (failure instanceof NotPermittedException) {
      return ExitCode.NOT_PERMITTED;
    }
    if (failure instanceof NotEnoughShardsException
        || failure instanceof PartnerUnavailableException) {
      return ExitCode.NOT_ENOUGH_PARTNERS;
    }
    return failure instanceof SpaceExhaustedException
        ? ExitCode.NO_SPACE_AT_PARTNERS
        : ExitCode.ERROR;
  }

  private static ExitCode code(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return ExitCode.NOT_PERMITTED;
    }
    if (failure instanceof MountException refused) {
      return refused.reason() == MountException.Reason.NOT_PERMITTED
          ? ExitCode.NOT_PERMITTED
          : ExitCode.ERROR;
    }
    if (failure instanceof DriveException refused) {
      return switch (refused.reason()) {
        case NO_SPACE -> ExitCode.NO_SPACE_HERE;
        case NOT_PERMITTED, ACCESS_DENIED, READ_ONLY -> ExitCode.NOT_PERMITTED;
        default -> ExitCode.ERROR;
      };
    }
    return DiskFull.is(failure) ? ExitCode.NO_SPACE_HERE : ExitCode.ERROR;
  }

  /** Whether a stack trace would tell a developer more than the message tells the user. */
  public static boolean isUnexpected(Throwable failure) {
    return !(failure instanceof NodeException
        || failure instanceof KithException
        || failure instanceof IOException);
  }

  /** What to print: never empty, never only a path. */
  public static String text(Throwable failure) {
    if (failure instanceof FileSystemException file && !(failure instanceof DriveException)) {
      return text(file);
    }
    String message = failure.getMessage();
    if (failure instanceof CorruptDataException || isUnexpected(failure) || message == null) {
      String name = failure.getClass().getSimpleName();
      return failure instanceof CorruptDataException
          ? "damaged: " + message
          : message == null ? name : name + ": " + message;
    }
    return message;
  }

  private static String text(FileSystemException failure) {
    String file = failure.getFile();
    if (failure instanceof NoSuchFileException) {
      return file + " does not exist";
    }
    if (failure instanceof AccessDeniedException) {
      return file + " may not be accessed by this user";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return file + " exists already";
    }
    if (failure instanceof NotDirectoryException) {
      return file + " is not a folder";
    }
    return String.valueOf(failure.getMessage());
  }
}
