import Platform

/// What came up beside the run of a session and stops nothing, in words.
final class Remarks: Sendable {
  private let list = Locked<[String]>([])

  /// What was remarked so far.
  var texts: [String] { list.withLock { $0 } }

  /// Adds a remark.
  func add(_ text: String) { list.withLock { $0.append(text) } }
}
