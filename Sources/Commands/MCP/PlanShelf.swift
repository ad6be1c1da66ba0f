import Platform

/// The plans that were made and not applied yet, each under an id that nobody can guess.
///
/// They live as long as the server, so that a plan was always made by it; the id is all that a
/// client of a stateless revision has to bring back.
final class PlanShelf: Sendable {
  /// A plan for the project in a folder.
  struct Held: Sendable {
    var file: PlanFile
    /// The root of the project.
    var folder: String
    fileprivate var made: Int64

    init(file: PlanFile, folder: String) {
      self.file = file
      self.folder = folder
      made = 0
    }
  }

  /// How many are kept; the oldest makes room for another.
  static let limit = 32
  /// How long one is kept, in seconds.
  static let lifetime: Int64 = 3600

  private let clock: WallClock
  private let randomness: Randomness
  private let plans = Locked<[String: Held]>([:])

  init(clock: WallClock, randomness: Randomness) {
    self.clock = clock
    self.randomness = randomness
  }

  /// Keeps a plan and gives its id.
  func keep(_ plan: Held) -> String {
    let id = "plan-" + randomness.token().prefix(26)
    var plan = plan
    plan.made = clock.monotonic()
    plans.withLock { plans in
      plans = plans.filter { !isOld($0.value) }
      if plans.count >= PlanShelf.limit,
        let oldest = plans.min(by: { $0.value.made < $1.value.made })
      {
        plans[oldest.key] = nil
      }
      plans[id] = plan
    }
    return id
  }

  /// The plan with an id; nothing where there never was one, or no longer is.
  func plan(_ id: String) -> Held? {
    plans.withLock { $0[id] }.flatMap { isOld($0) ? nil : $0 }
  }

  /// Forgets a plan that was applied or can no longer be.
  func forget(_ id: String) {
    plans.withLock { $0[id] = nil }
  }

  private func isOld(_ plan: Held) -> Bool {
    clock.monotonic() - plan.made > PlanShelf.lifetime * 1_000_000_000
  }
}
