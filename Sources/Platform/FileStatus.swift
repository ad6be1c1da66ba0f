import CSystem

/// What kind of thing a name stands for.
package enum FileKind: UInt8, Hashable, Sendable {
  /// The listing did not say; only `status` tells.
  case unknown = 0
  case file = 1
  case directory = 2
  case link = 3
  /// A socket, pipe or device; never opened.
  case special = 4
}

/// The facts of a file that `lstat` tells.
package struct FileStatus: Hashable, Sendable {
  /// What it is.
  package var kind: FileKind
  /// The permission bits, set-id and sticky bits included.
  package var mode: UInt32
  /// The length in bytes.
  package var size: UInt64
  /// When the content changed last, in nanoseconds since 1970.
  package var modified: Int64
  /// When the content or the attributes changed last, in nanoseconds since 1970.
  package var changed: Int64
  /// The number of the file on its device.
  package var inode: UInt64
  /// The device.
  package var device: UInt64
  /// How many names the file has.
  package var linkCount: UInt64

  /// Describes a file.
  package init(
    kind: FileKind, mode: UInt32, size: UInt64, modified: Int64, changed: Int64, inode: UInt64,
    device: UInt64, linkCount: UInt64 = 1
  ) {
    self.kind = kind
    self.mode = mode
    self.size = size
    self.modified = modified
    self.changed = changed
    self.inode = inode
    self.device = device
    self.linkCount = linkCount
  }

  init(_ status: cs_status) {
    self.init(
      kind: FileKind(rawValue: status.kind) ?? .special, mode: status.mode, size: status.size,
      modified: status.modified_ns, changed: status.changed_ns, inode: status.inode,
      device: status.device, linkCount: status.link_count)
  }

  /// Tells whether the owner may read the file.
  package var isReadable: Bool { mode & 0o400 != 0 }

  /// Tells whether the owner may execute the file.
  package var isExecutable: Bool { mode & 0o100 != 0 }
}
