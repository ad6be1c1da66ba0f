import Platform
import CSQLite

/// Stops what a connection is doing, from any thread and at any time.
package final class Interrupter: Sendable {
  /// The connection's address, or nil once it has closed.
  private let address: Locked<UInt?>

  init(_ handle: OpaquePointer) {
    address = Locked(UInt(bitPattern: handle))
  }

  /// Makes the connection's running statement throw `interrupted`; does nothing if none runs.
  package func interrupt() {
    // Held meanwhile, so that the connection cannot close under the call.
    address.withLock { address in
      if let address, let handle = OpaquePointer(bitPattern: address) {
        sqlite3_interrupt(handle)
      }
    }
  }

  func invalidate() {
    address.withLock { $0 = nil }
  }
}
