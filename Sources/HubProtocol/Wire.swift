/// The names and numbers that both ends of the hub's protocol share.
package enum Wire {
  /// The version of the protocol that this program speaks.
  package static let version = 1
  /// The oldest version that this program still answers.
  package static let minimumVersion = 1
  /// The versions of a hub that a client understands: its own, and one to either side.
  package static let neighboringVersions = version - 1...version + 1

  /// Names of header fields.
  package enum Header {
    /// Carries the version of the protocol, both ways.
    package static let version = "Syncline-Protocol"
    /// Carries the hub's clock in nanoseconds since the epoch.
    package static let time = "Syncline-Time"
    /// The id of the project that an answer is about.
    package static let project = "Syncline-Project"
    package static let authorization = "Authorization"
    package static let contentType = "Content-Type"
    package static let contentRange = "Content-Range"
    package static let entityTag = "ETag"
    package static let ifNoneMatch = "If-None-Match"
    package static let range = "Range"
    package static let retryAfter = "Retry-After"
    package static let lastEventID = "Last-Event-ID"
  }

  /// Types of bodies.
  package enum MediaType {
    package static let json = "application/json"
    package static let pack = "application/vnd.syncline.pack"
    package static let content = "application/octet-stream"
    package static let events = "text/event-stream"
  }

  /// The most digests in one question for missing contents, or in one request for contents.
  package static let maximumDigests = 100_000
  /// The most changes of one commit that a history page shows unless all are asked for.
  package static let historyChanges = 1000
  /// The number of changes after which a history page ends, with its first commit at least.
  package static let historyPageChanges = 20_000
  /// The most versions of a path in one answer; the history of the path leads further back.
  package static let maximumVersions = 10_000
  /// What a token starts with.
  package static let tokenPrefix = "slt_"

  /// The entity tag of a head.
  package static func entityTag(revision: UInt64, treeDigest: TreeDigest) -> String {
    "\"\(revision)-\(treeDigest.hex)\""
  }
}
