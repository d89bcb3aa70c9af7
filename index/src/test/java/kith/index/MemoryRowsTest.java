package kith.index;

final class MemoryRowsTest extends RowsContract {
  private final MemoryStorage storage = new MemoryStorage();

  @Override
  RowStorage storage() {
    return storage;
  }
}
