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

/// Decides conflicts one by one: a person at a terminal, or nobody.
package protocol ConflictDecider: Sendable {
  /// True when somebody can be asked.
  var canAsk: Bool { get }
  /// Asks about one conflict; `peek` gives the contents of its sides for a diff.
  func answer(_ question: ConflictQuestion, peek: ContentPeek) async throws -> ConflictAnswer
}

/// Nobody to ask: conflicts are left as they are.
package struct UnattendedDecider: ConflictDecider {
  /// Makes the decider.
  package init() {}

  package var canAsk: Bool { false }

  package func answer(
    _ question: ConflictQuestion, peek: ContentPeek
  ) async throws -> ConflictAnswer { .skip }
}
