package import Platform

/// One file, folder or link of a simulated disk.
package struct Inode: Sendable {
  /// A name in a folder, as it is spelled, and what it stands for.
  package struct Name: Hashable, Sendable {
    var spelling: [UInt8]
    var inode: UInt64
  }

  /// What it is.
  package var kind: FileKind
  /// The permission bits.
  package var mode: UInt32
  /// The content of a file, or where a link points to.
  package var bytes: [UInt8] = []
  /// The names of a folder, by the key under which the file system finds them.
  var names: [[UInt8]: Name] = [:]
  /// When the content changed last, as coarse as the file system's clock.
  package var modified: Int64
  var changed: Int64
  var links: UInt64 = 0
  /// True when another program made it.
  package var isForeign: Bool

  init(_ kind: FileKind, mode: UInt32, time: Int64, isForeign: Bool) {
    self.kind = kind
    self.mode = mode
    modified = time
    changed = time
    self.isForeign = isForeign
  }
}
