import Platform

/// Many seeds in a row, on as many threads as asked for.
package struct Campaign: Sendable {
  /// What a campaign came to.
  package struct Result: Sendable {
    /// How many histories there were.
    package var histories = 0
    /// What was covered, all together.
    package var coverage = Coverage()
    /// The failures: the seed, the law and the history made small.
    package var failures: [(seed: UInt64, violation: Violation, small: History)] = []
    /// A digest of the traces of all histories, whatever their order.
    package var trace: UInt64 = 0
  }

  /// The first seed.
  package var first: UInt64
  /// How many seeds.
  package var count: Int
  /// How many histories happen at a time.
  package var workers: Int
  /// What all remotes are; nothing for what the seed has.
  package var kind: RemoteKind?

  /// Tells when it is time to stop before the last seed.
  package var isOver: @Sendable () -> Bool

  /// Describes a campaign.
  package init(
    first: UInt64, count: Int, workers: Int = 2, kind: RemoteKind? = nil,
    isOver: @escaping @Sendable () -> Bool = { false }
  ) {
    self.isOver = isOver
    self.first = first
    self.count = count
    self.workers = workers
    self.kind = kind
  }

  /// Lets all histories happen; a failing one is made small.
  package func run(mostFailures: Int = 5) async -> Result {
    let taken = Locked(0)
    let result = Locked(Result())
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<workers {
        group.addTask {
          let simulator = Simulator()
          while true {
            let isEnough = result.withLock { $0.failures.count >= mostFailures }
            let number = taken.withLock { taken -> Int in
              defer { taken += 1 }
              return taken
            }
            guard number < count, !isEnough, !isOver() else { return }
            let seed = first &+ UInt64(number)
            let history = History(seed: seed, kind: kind)
            let outcome = await simulator.examine(history)
            result.withLock {
              $0.histories += 1
              $0.coverage.add(outcome.coverage)
              $0.trace ^= outcome.trace
            }
            guard let violation = outcome.violation else { continue }
            let small = await simulator.shrink(history, law: violation.law)
            result.withLock { $0.failures.append((seed, violation, small)) }
          }
        }
      }
    }
    return result.withLock { $0 }
  }
}
