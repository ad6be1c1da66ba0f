import Engine
import Platform
import SyncCore
import SyncModel

/// Remembers what was answered to each conflict.
final class AnswerRecorder: ConflictDecider {
  private let inner: any ConflictDecider
  private let given = Locked<[(path: SyncPath, answer: ConflictAnswer)]>([])

  /// Passes every question on.
  init(_ inner: any ConflictDecider) { self.inner = inner }

  /// The last answer to each conflict, in the order of the questions.
  var answers: [(path: SyncPath, answer: ConflictAnswer)] { given.withLock { $0 } }

  var canAsk: Bool { inner.canAsk }

  func lifts(_ brake: BrakeTrip) async throws -> Bool { try await inner.lifts(brake) }

  func answer(
    _ question: ConflictQuestion, peek: ContentPeek
  ) async throws -> ConflictAnswer {
    let answer = try await inner.answer(question, peek: peek)
    let path = question.item.path
    given.withLock { given in
      given.removeAll { $0.path == path }
      given.append((path, answer))
    }
    return answer
  }
}
