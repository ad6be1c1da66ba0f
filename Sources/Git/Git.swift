import CGit2

/// What holds for the whole face on libgit2: bytes in, bytes out.
///
/// No repository is opened and no configuration is read.
package enum Git {
  /// The most bytes of one side that are merged or compared line by line.
  package static let sizeLimit = 64 << 20

  /// Says whether bytes are binary as git sees it: a NUL among the first 8000.
  package static func isBinary(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.prefix(8000).contains(0)
  }

  /// Says whether bytes are binary as git sees it: a NUL among the first 8000.
  package static func isBinary(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { isBinary($0) }
  }

  private static let start: Int32 = git_libgit2_init()

  /// Starts the library once, and refuses sides that are not to be taken line by line.
  static func prepare(_ sides: [UInt8]...) throws(GitError) {
    if start < 0 { throw GitError(.library(start)) }
    for side in sides {
      if side.count > sizeLimit { throw GitError(.tooLarge) }
      // The whole side, not only its start: a NUL further on would be no line of text either.
      if side.contains(0) { throw GitError(.binary) }
    }
  }
}
