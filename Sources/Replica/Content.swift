package import SyncModel

/// A content that is wanted from a replica.
package struct WantedContent: Hashable, Sendable {
  /// A path that has the content on the side that is asked.
  package var path: SyncPath
  /// How that side spells the path, where that differs from the key.
  package var spelling: String?
  /// The content.
  package var digest: Digest
  /// Its length in bytes.
  package var size: UInt64

  /// Describes a wanted content.
  package init(path: SyncPath, spelling: String? = nil, digest: Digest, size: UInt64) {
    self.path = path
    self.spelling = spelling
    self.digest = digest
    self.size = size
  }
}

/// What can go wrong with a content on its way.
package enum ContentError: Error, Hashable, Sendable {
  /// The bytes are not those of the digest. What was there has changed, or the peer lied.
  case mismatch(SyncPath)
  /// The content is no longer to be had on the side that is asked.
  case missing(SyncPath)
}

/// Reads one content from start to end.
///
/// Confined to one thread at a time.
package protocol ContentReader: AnyObject {
  /// Fills a buffer from where the last read ended, and says how much; 0 is the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Gives contents to a replica that writes them.
package protocol ContentProvider: Sendable {
  /// Opens a content, leaving out as many bytes at its start as `offset` says.
  ///
  /// Fails with a ``ContentError`` when it is no longer to be had. The reader's bytes are *not*
  /// yet verified: whoever stores them compares the digest at the end.
  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader
}

/// Takes one content.
///
/// Confined to one thread at a time.
package protocol ContentWriter: AnyObject {
  /// How many bytes are already there from an earlier, cut transfer.
  var received: UInt64 { get }
  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws
  /// Verifies length and digest and makes the content visible to its reader.
  ///
  /// Fails with ``ContentError/mismatch(_:)``; what was received is dropped then.
  func finish() throws
  /// Ends without a result; what was received may be kept for a later attempt.
  func abandon()
}

/// Takes the contents that a replica delivers.
package protocol ContentSink: Sendable {
  /// Tells whether a content is already here, so that it need not be sent.
  func has(_ content: WantedContent) -> Bool
  /// Begins to take one content; called from any thread.
  func begin(_ content: WantedContent) throws -> any ContentWriter
}
