package import SyncModel

/// Several contents as one compressed piece, the way a replica sends or receives them.
package struct PassingFrame: Sendable {
  /// The bytes as they travel.
  package var stored: [UInt8]
  /// Whether they are compressed with zstd; else they are the contents themselves.
  package var isCompressed: Bool
  /// The length of all contents together.
  package var rawLength: Int
  /// The contents, and where each stands in the uncompressed bytes.
  package var contents: [(digest: Digest, range: Range<Int>)]

  /// Describes a frame.
  package init(
    stored: [UInt8], isCompressed: Bool, rawLength: Int,
    contents: [(digest: Digest, range: Range<Int>)]
  ) {
    self.stored = stored
    self.isCompressed = isCompressed
    self.rawLength = rawLength
    self.contents = contents
  }
}

/// Keeps contents that pass by in the form in which they travel, for later use without a network.
package protocol FrameKeeper: Sendable {
  /// Keeps a frame; called from any thread. What cannot be kept is left out without an error.
  func keep(_ frame: PassingFrame)
}
