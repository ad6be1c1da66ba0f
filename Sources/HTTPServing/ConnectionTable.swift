import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The open connections, each with the time by which more of a request must have arrived.
///
/// The daemon's own timeout sees only silence; a client that drips one byte at a time meets this one.
final class ConnectionTable: Sendable {
  private struct Entry {
    let socket: Int32
    /// Nothing while the connection owes no request, or was cut already.
    var deadline: ReceiveDeadline?
  }

  private let entries = Monitor([OpaquePointer: Entry]())

  /// Adds a connection that was just accepted.
  func open(_ connection: ConnectionPointer, socket: Int32, deadline: ReceiveDeadline) {
    entries.withLock { $0[connection.pointer] = Entry(socket: socket, deadline: deadline) }
  }

  /// Sets by when a connection must have sent its request; nil while it owes none.
  func expect(_ connection: ConnectionPointer, by deadline: ReceiveDeadline?) {
    entries.withLock { $0[connection.pointer]?.deadline = deadline }
  }

  /// Counts bytes of a body that a connection has sent.
  func receive(_ count: Int, from connection: ConnectionPointer, now: Int64) {
    entries.withLock { $0[connection.pointer]?.deadline?.receive(count, now: now) }
  }

  /// Forgets a connection whose socket is about to be closed.
  func close(_ connection: ConnectionPointer) {
    entries.withLock { _ = $0.removeValue(forKey: connection.pointer) }
  }

  /// Cuts the connections that are past their time.
  ///
  /// Where more than so many are open, heads get that much less time: a crowd that says nothing
  /// whole makes room for those that do.
  func cutExpired(now: Int64, crowd: Int = .max, hurry: Int64 = 0) {
    // Within the lock, so that no number of a closed and reused socket is ever shut down.
    entries.withLock { entries in
      let hurry = entries.count > crowd ? hurry : 0
      for (connection, entry) in entries {
        guard let deadline = entry.deadline, now >= deadline.time(less: hurry) else { continue }
        shutdown(entry.socket, Int32(SHUT_RDWR))
        entries[connection]?.deadline = nil
      }
    }
  }
}
