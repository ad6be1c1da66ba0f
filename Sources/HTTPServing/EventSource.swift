import Platform
import CMicroHTTPD

/// A stream of server-sent events to one client, fed from any thread.
///
/// While there is nothing to send, the connection is suspended and costs no thread. A client that
/// reads too slowly is dropped: the queue is bounded.
package final class EventSource: Sendable {
  private struct State {
    var queue: [UInt8] = []
    var sent = 0
    var isClosed = false
    var wasDropped = false
    var suspended: ConnectionPointer?
    var lastSend: Int64 = 0
    var lastCheck: Int64 = 0
    var mayGoOn: (@Sendable () -> Bool)?
    var onClose: (@Sendable () -> Void)?

    mutating func resume() {
      guard let connection = suspended else { return }
      suspended = nil
      MHD_resume_connection(connection.pointer)
    }
  }

  private let state: Monitor<State>
  private let queueBytes: Int
  private let heartbeat: Int64?
  private let filler: [UInt8]

  /// Creates a source; `heartbeatSeconds` is how long it may be silent before `filler` is sent,
  /// which means nothing to the reader: a comment among events, a blank before a JSON text.
  ///
  /// `onClose` runs once, when either side ended the stream, on a thread of the server's.
  package init(
    queueBytes: Int = 256 << 10, heartbeatSeconds: Int? = 15,
    filler: String = ": ping\n\n", onClose: (@Sendable () -> Void)? = nil
  ) {
    self.queueBytes = queueBytes
    heartbeat = heartbeatSeconds.map { Int64($0) * 1_000_000_000 }
    self.filler = Array(filler.utf8)
    let now = WallClock.system.monotonic()
    state = Monitor(State(lastSend: now, lastCheck: now, onClose: onClose))
  }

  /// Whether events still reach a client.
  package var isOpen: Bool { state.withLock { !$0.isClosed } }

  /// Asks again and again, as often as the stream may be silent: it ends at the first no.
  package func goOn(while mayGoOn: @escaping @Sendable () -> Bool) {
    state.withLock { $0.mayGoOn = mayGoOn }
  }

  /// Queues bytes (whole events), or returns false where the stream has ended.
  ///
  /// Where the queue is full, the client is dropped: the stream ends without what was queued.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    let (isQueued, onClose) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      if state.isClosed { return (false, nil) }
      if state.queue.count - state.sent + bytes.count > queueBytes {
        state.queue = []
        state.sent = 0
        state.isClosed = true
        state.wasDropped = true
        state.resume()
        return (false, state.onClose.take())
      }
      state.queue += bytes
      state.lastSend = WallClock.system.monotonic()
      state.resume()
      return (true, nil)
    }
    onClose?()
    return isQueued
  }

  /// Ends the stream after what is queued; a second call does nothing.
  package func close() {
    let onClose = state.withLock { state in
      state.isClosed = true
      state.resume()
      return state.onClose.take()
    }
    onClose?()
  }

  /// Queues the filler where nothing was sent for the interval; ends the stream of a reader who may
  /// no longer read.
  package func beat(now: Int64) {
    guard let heartbeat else { return }
    let dueCheck = state.withLock { state -> (@Sendable () -> Bool)? in
      guard !state.isClosed, now >= state.lastCheck &+ heartbeat else { return nil }
      state.lastCheck = now
      return state.mayGoOn
    }
    if let dueCheck, !dueCheck() { return close() }
    state.withLock { state in
      let isDue = !state.isClosed && now >= state.lastSend &+ heartbeat
      // What still waits in the queue does the work of a heartbeat.
      guard isDue, state.sent == state.queue.count else { return }
      state.queue += filler
      state.lastSend = now
      state.resume()
    }
  }

  /// Moves queued bytes out for a connection, or suspends the connection where there are none.
  func pull(into buffer: UnsafeMutableRawBufferPointer, for connection: ConnectionPointer) -> Int {
    state.withLock { state in
      if state.wasDropped { return syncline_mhd_failed }
      let count = min(buffer.count, state.queue.count - state.sent)
      if count == 0 {
        if state.isClosed { return syncline_mhd_end }
        MHD_suspend_connection(connection.pointer)
        state.suspended = connection
        return 0
      }
      buffer.copyBytes(from: state.queue[state.sent..<state.sent + count])
      state.sent += count
      if state.sent == state.queue.count {
        state.queue.removeAll(keepingCapacity: state.sent < 4096)
        state.sent = 0
      }
      return count
    }
  }
}

/// A connection of the daemon's, as a value that may cross threads.
struct ConnectionPointer: @unchecked Sendable {
  // Safe because only `MHD_resume_connection` is called from other threads, on a connection that is
  // suspended and therefore alive.
  let pointer: OpaquePointer
}
