package kith.index;

final class MemoryHoldingStoreTest extends HoldingStoreContract {
  @Override
  HoldingStore open() {
    return new MemoryHoldingStore(HOLDER);
  }
}
