import Platform
import TestSupport

/// The steps that a test saw, in their order.
final class StepLog: Sendable {
  private let log = Locked<[FileStep]>([])

  func add(_ step: FileStep) { log.withLock { $0.append(step) } }

  var steps: [FileStep] { log.withLock { $0 } }
}
