/// How far a long call is.
package struct Progress: Equatable, Sendable {
  /// How much is done; rises from one telling to the next.
  package var done: Double
  /// How much there is to do, where that is known.
  package var total: Double?
  /// What is being done, for people.
  package var message: String?

  /// Describes progress.
  package init(done: Double, total: Double? = nil, message: String? = nil) {
    self.done = done
    self.total = total
    self.message = message
  }
}

/// What a handler is told about the request that it answers.
///
/// The end of the client's interest comes as the cancellation of the task.
package struct Call: Sendable {
  /// What the client calls itself; nobody vouches for it.
  package var client: String?
  /// Takes news of progress; nothing where the client did not ask for any.
  package var report: (@Sendable (Progress) -> Void)?

  /// Describes a call.
  package init(client: String? = nil, report: (@Sendable (Progress) -> Void)? = nil) {
    self.client = client
    self.report = report
  }
}
