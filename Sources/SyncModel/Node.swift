/// What stands at a path: a file or a link.
///
/// Folders are not nodes.
package enum Node: Hashable, Sendable {
  case file(File)
  case link(target: String)

  /// A regular file, by its content and its executable bit.
  package struct File: Hashable, Sendable {
    /// The content.
    package var digest: Digest
    /// The length of the content in bytes.
    package var size: UInt64
    /// Whether it may be executed; nothing on a replica that does not carry the bit.
    package var isExecutable: Bool?

    /// Describes a file.
    package init(digest: Digest, size: UInt64, isExecutable: Bool?) {
      self.digest = digest
      self.size = size
      self.isExecutable = isExecutable
    }
  }

  /// The file, if it is one.
  package var file: File? {
    switch self {
    case .file(let file): file
    case .link: nil
    }
  }

  /// Tells whether two nodes are equal in every attribute that both sides carry.
  package func agrees(with other: Node) -> Bool {
    switch (self, other) {
    case (.file(let left), .file(let right)):
      guard left.digest == right.digest else { return false }
      guard let leftBit = left.isExecutable, let rightBit = right.isExecutable else { return true }
      return leftBit == rightBit
    case (.link(let left), .link(let right)):
      // Bytes, not canonical equivalence: a target is data.
      return left.utf8.elementsEqual(right.utf8)
    case (.file, .link), (.link, .file):
      return false
    }
  }

  /// Compares every attribute; the targets of links by their bytes, because a target is data.
  package static func == (left: Node, right: Node) -> Bool {
    switch (left, right) {
    case (.file(let left), .file(let right)): left == right
    case (.link(let left), .link(let right)): left.utf8.elementsEqual(right.utf8)
    case (.file, .link), (.link, .file): false
    }
  }
}
