import SyncModel

/// What can be taken as agreed on one path after Mage's own tool has worked in the folder.
///
/// A base that is known decides what people did. What the tool itself is known to do is not taken
/// for an edit: it writes LF for CRLF, an unreadable answer becomes an empty file, and what it
/// could not list or read counts as deleted for it.
struct MageAgentAgreement {
  /// What both sides agreed on last, where that is known.
  var base: Node?
  /// What the local side shows; nothing where it has no file.
  var local: Node?
  /// What the remote side shows; nothing where it has no file.
  var remote: Node?

  /// Stands for the content that a path had when it was synced last: it equals none.
  static let unknown = Node.file(
    Node.File(digest: Digest(words: (0, 0, 0, 0)), size: 0, isExecutable: nil))

  /// Whether one side is what the tool makes of the other.
  enum LineEnds {
    case unlike
    /// The local side is the remote one with LF for its line ends.
    case localLost
    /// The remote side is the local one with LF for its line ends.
    case remoteLost

    /// Compares two texts.
    init(local: [UInt8], remote: [UInt8]) {
      if local == MageAgentAgreement.withLineFeeds(remote) {
        self = .localLost
      } else if remote == MageAgentAgreement.withLineFeeds(local) {
        self = .remoteLost
      } else {
        self = .unlike
      }
    }
  }

  /// Whether both sides hold the same content.
  var isEqual: Bool { MageAgentAgreement.same(local, remote) }

  /// The node that counts as agreed from now on; nothing where the base stays as it is.
  func node(lineEnds: LineEnds) -> Node? {
    if isEqual { return local }
    switch lineEnds {
    case .localLost where base == nil || MageAgentAgreement.same(base, remote): return local
    case .remoteLost where MageAgentAgreement.same(base, local): return remote
    case .unlike, .localLost, .remoteLost: break
    }
    guard base != nil else { return MageAgentAgreement.unknown }
    let changed = MageAgentAgreement.same(base, remote) ? local : remote
    let isSuspect = changed?.file.map { $0.size == 0 } ?? true
    return isSuspect ? MageAgentAgreement.unknown : nil
  }

  private static func same(_ one: Node?, _ other: Node?) -> Bool {
    guard let digest = one?.file?.digest else { return false }
    return digest == other?.file?.digest
  }

  /// A text as the tool writes it: CRLF, and CR alone, become LF.
  static func withLineFeeds(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    for (index, byte) in text.enumerated() {
      guard byte == UInt8(ascii: "\r") else {
        result.append(byte)
        continue
      }
      let isPair = index + 1 < text.count && text[index + 1] == UInt8(ascii: "\n")
      if !isPair { result.append(UInt8(ascii: "\n")) }
    }
    return result
  }
}
