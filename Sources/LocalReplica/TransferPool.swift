import Platform

/// Buffers for copying contents, one for each thread that copies.
final class TransferPool: Sendable {
  // Safe because a transfer is either in the list or with one user, never both.
  private struct Lent: @unchecked Sendable {
    var transfer: ContentTransfer
  }

  private let idle = Locked<[Lent]>([])

  /// Lends a transfer for the time of a call.
  func with<Result>(_ body: (ContentTransfer) throws -> Result) rethrows -> Result {
    let lent = idle.withLock { $0.popLast() } ?? Lent(transfer: ContentTransfer())
    defer { idle.withLock { [lent] in $0.append(lent) } }
    return try body(lent.transfer)
  }
}
