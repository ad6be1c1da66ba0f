/// A world and what happens in it, step after step.
package struct History: Sendable {
  /// The number that it was made of.
  package var seed: UInt64
  /// The kind of file system of each client.
  package var disks: [DiskTraits]
  /// How many remote projects there are.
  package var remotes: Int
  /// Whether the remotes are real hubs, or live in memory.
  package var usesHub: Bool
  /// What happens.
  package var steps: [Step]

  /// Describes a history.
  package init(
    seed: UInt64, disks: [DiskTraits], remotes: Int = 1, usesHub: Bool = false, steps: [Step]
  ) {
    self.seed = seed
    self.disks = disks
    self.remotes = remotes
    self.usesHub = usesHub
    self.steps = steps
  }

  /// The history as lines to read.
  package var lines: [String] {
    ["seed \(seed), \(usesHub ? "hub" : "memory"), \(remotes) remotes"]
      + disks.enumerated().map { "client \($0): \($1)" }
      + steps.enumerated().map { "\($0): \($1)" }
  }
}

/// A law that did not hold.
package struct Violation: Sendable, Error {
  /// The law, as the rules number it.
  package var law: String
  /// What was seen.
  package var detail: String
  /// The step after which it was seen; the number of steps for the end.
  package var step: Int
}

/// What became of a history.
package struct Outcome: Sendable {
  /// The first law that did not hold.
  package var violation: Violation?
  /// What was covered.
  package var coverage: Coverage
  /// A digest of all that happened.
  package var trace: UInt64
  /// What happened, in words.
  package var log: [String]
}
