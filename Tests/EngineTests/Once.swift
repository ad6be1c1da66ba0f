import Platform

/// Does something the first time that it is asked to.
final class Once: Sendable {
  private let calls = Locked(0)

  func callAsFunction(_ body: () throws -> Void) rethrows {
    let isFirst = calls.withLock { count in
      defer { count += 1 }
      return count == 0
    }
    if isFirst { try body() }
  }
}
