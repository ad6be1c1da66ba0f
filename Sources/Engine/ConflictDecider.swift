package import SyncCore
import SyncModel

/// What a person says to one conflict.
package enum ConflictAnswer: String, Hashable, Sendable, CaseIterable {
  case local
  case remote
  case both
  case merge
  /// The text with both versions and markers, written to the local file alone.
  case markers
  case skip
}

/// A conflict that waits for an answer.
package struct ConflictQuestion: Sendable {
  /// The conflict.
  package var item: Item
  /// Its place among the conflicts of the run, counted from 1.
  package var number: Int
  /// How many conflicts the run has.
  package var count: Int
  /// True when a merge was tried and the texts do not merge.
  package var mergeFailed: Bool
}

/// Decides conflicts one by one, and whether a brake holds: a person at a terminal, or nobody.
package protocol ConflictDecider: Sendable {
  /// True when somebody can be asked about conflicts.
  var canAsk: Bool { get }
  /// Asks whether the run goes on in spite of a brake; only asked of brakes that a word can lift.
  func lifts(_ brake: BrakeTrip) async throws -> Bool
  /// Asks about one conflict; `peek` gives the contents of its sides for a diff.
  func answer(_ question: ConflictQuestion, peek: ContentPeek) async throws -> ConflictAnswer
}

/// Nobody to ask: conflicts are left as they are, and brakes hold.
package struct UnattendedDecider: ConflictDecider {
  /// Makes the decider.
  package init() {}

  package var canAsk: Bool { false }

  package func lifts(_ brake: BrakeTrip) async throws -> Bool { false }

  package func answer(
    _ question: ConflictQuestion, peek: ContentPeek
  ) async throws -> ConflictAnswer { .skip }
}
