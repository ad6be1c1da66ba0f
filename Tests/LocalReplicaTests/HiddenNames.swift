import Platform

/// Names that a test's hooks look up.
final class HiddenNames: Sendable {
  private let names = Locked<Set<String>>([])

  func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }

  func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
}

/// Something that a test's hook does once.
final class Once: Sendable {
  private let isDone = Locked(false)

  /// True at the first call, and never again.
  func take() -> Bool {
    isDone.withLock { done in
      defer { done = true }
      return !done
    }
  }
}

/// How often something happened.
final class Counter: Sendable {
  private let count = Locked(0)

  func add() { count.withLock { $0 += 1 } }

  var value: Int { count.withLock { $0 } }
}
