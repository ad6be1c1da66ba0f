import JSON
package import SyncModel

/// What a hub answers when it does not do what was asked.
package struct WireError: Error, Hashable, Sendable {
  /// What went wrong.
  package enum Code: Hashable, Sendable {
    case malformed, notAllowed, scope
    case noSuchContent, noSuchPath, noSuchRevision, noSuchUpload
    case moved, impossibleTree, commitReused, missingContent, exists, wrongOffset
    case historyGone
    case tooLarge
    case invalidPath, digestMismatch, badPack
    case unsupportedProtocol
    case slowDown
    case busy, stopping
    case storageFull
    case internalFailure
    /// A code that this program does not know.
    case unknown(String)
  }

  /// A path that is no longer what a commit expects.
  package struct Moved: Hashable, Sendable {
    /// The path.
    package var path: SyncPath
    /// What the head holds there; nothing if it is free.
    package var found: Node?

    /// Describes a path that moved.
    package init(path: SyncPath, found: Node?) {
      self.path = path
      self.found = found
    }
  }

  /// What went wrong.
  package var code: Code
  /// The hub's words for it.
  package var message: String
  /// The paths that it is about, as the hub spells them.
  package var paths: [String]
  /// With `moved`: what is no longer as expected.
  package var moved: [Moved]
  /// With `missing_content`: what is not there.
  package var digests: [Digest]
  /// With `too_large`: the limit.
  package var limit: UInt64?
  /// With `wrong_offset`: how much is there.
  package var received: UInt64?
  /// With `unsupported_protocol`: the versions that are answered.
  package var versions: ClosedRange<Int>?

  /// Describes a refusal.
  package init(
    _ code: Code, message: String, paths: [String] = [], moved: [Moved] = [],
    digests: [Digest] = [], limit: UInt64? = nil, received: UInt64? = nil,
    versions: ClosedRange<Int>? = nil
  ) {
    self.code = code
    self.message = message
    self.paths = paths
    self.moved = moved
    self.digests = digests
    self.limit = limit
    self.received = received
    self.versions = versions
  }
}
