package import SyncModel
package import TestSupport

/// What the remotes of a history are.
package enum RemoteKind: Hashable, Sendable {
  /// In memory, with a history of its own.
  case memory
  /// A real hub.
  case hub
  /// A stand-in for a Mage server, of one of the two kinds.
  case mage(MageStandIn.Kind)

  /// A word for it.
  package var word: String {
    switch self {
    case .memory: "memory"
    case .hub: "hub"
    case .mage(.openSource): "mage"
    case .mage(.pro): "mage pro"
    }
  }
}

/// A world and what happens in it, step after step.
package struct History: Sendable {
  /// The number that it was made of.
  package var seed: UInt64
  /// The kind of file system of each client.
  package var disks: [DiskTraits]
  /// How many remote projects there are.
  package var remotes: Int
  /// What the remotes are.
  package var kind: RemoteKind
  /// The owners and policies of the project, as its `syncline.yaml` has them.
  package var configuration: String
  /// Whether the groups of steps of each run are done in another order than the plan's (P8).
  package var reorders = false
  /// Whether the folder of each client holds another project, which is none of its business (brake 10).
  package var nests = false
  /// What happens.
  package var steps: [Step]

  /// Describes a history.
  package init(
    seed: UInt64, disks: [DiskTraits], remotes: Int = 1, kind: RemoteKind = .memory,
    configuration: String = "", steps: [Step]
  ) {
    self.seed = seed
    self.disks = disks
    self.remotes = remotes
    self.kind = kind
    self.configuration = configuration
    self.steps = steps
  }

  /// A digest of the history as it reads: another one is another history.
  package var digest: String {
    var trace = Trace()
    for line in lines { trace.add(line) }
    return String(trace.value, radix: 16)
  }

  /// The history as lines to read.
  package var lines: [String] {
    [
      "seed \(seed), \(kind.word), \(remotes) remotes" + (reorders ? ", groups reordered" : "")
        + (nests ? ", a project inside" : "")
    ]
      + configuration.split(separator: "\n").map(String.init)
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
  /// What stood after the last step of the history, before everybody synced in peace.
  package var standing = Standing()
}

/// What stands on all sides at one moment, and what is agreed on.
package struct Standing: Hashable, Sendable {
  /// The clients' folders.
  package var folders: [Picture] = []
  /// The remotes.
  package var remotes: [Picture] = []
  /// The base of each client with each remote, in the order of the clients.
  package var bases: [[String: Node]] = []
}
