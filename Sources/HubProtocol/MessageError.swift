package import JSON
package import SyncModel

/// Why bytes are not the message that was expected.
package enum MessageError: Error, Hashable, Sendable {
  /// They are not JSON, or a value is of another kind.
  case json(JSONError)
  /// A field that must be there is not.
  case missing(field: String)
  /// A field holds what it may not hold.
  case invalid(field: String)
  /// A field is there twice.
  case repeated(field: String)
  /// A path that no tree may hold; the text is as it came.
  case path(String, PathProblem)
  /// More entries than the limit.
  case tooMany(field: String, limit: Int)
  /// Fewer or more entries than announced, or not marked as complete: the answer was cut.
  case incomplete
  /// Entries are not sorted, or a path is there twice.
  case unsorted(String)
}

extension MessageError: CustomStringConvertible {
  /// What is wrong, as half a sentence; a path stands in it as it came.
  package var description: String {
    switch self {
    case .json(let error): "\(error)"
    case .missing(let field): "'\(field)' is missing"
    case .invalid(let field): "'\(field)' holds what it may not hold"
    case .repeated(let field): "'\(field)' is there twice"
    case .path(let path, let problem):
      "no project may hold the path '\(path)' (\(problem.rawValue))"
    case .tooMany(let field, let limit): "'\(field)' has more than \(limit) entries"
    case .incomplete: "it was cut: fewer entries came than were announced"
    case .unsorted(let path): "it is out of order, or has a path twice, at '\(path)'"
    }
  }
}
