import Synchronization

/// A flag that ends a request from another thread; once set it stays set.
package final class CancellationFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Creates a flag that is not set.
  package init() {}

  /// Sets the flag: requests that look at it end within about a fifth of a second.
  package func cancel() { flag.store(true, ordering: .releasing) }

  package var isCancelled: Bool { flag.load(ordering: .acquiring) }
}
