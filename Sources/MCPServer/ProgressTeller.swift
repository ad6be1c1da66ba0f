import Platform
import Synchronization

/// Tells how far one request is, until it is answered or cancelled: nothing of it may follow then.
final class ProgressTeller: Sendable {
  private let token: RequestID
  private let send: @Sendable (Outgoing) -> Void
  private let isEnded = Locked(false)
  /// Beside the lock, so that whoever cancels never waits for a message that is being written.
  private let isCancelled = Atomic(false)

  init(_ token: RequestID, send: @escaping @Sendable (Outgoing) -> Void) {
    self.token = token
    self.send = send
  }

  /// Tells progress, unless that is over.
  func tell(_ progress: Progress) {
    isEnded.withLock { isEnded in
      guard !isEnded, !isCancelled.load(ordering: .acquiring) else { return }
      send(.progress(progress, token: token))
    }
  }

  /// Tells nothing from now on; what is being told is out when this returns.
  func end() { isEnded.withLock { $0 = true } }

  /// Begins to tell nothing any more, because the client wants no answer.
  func cancel() { isCancelled.store(true, ordering: .releasing) }
}
