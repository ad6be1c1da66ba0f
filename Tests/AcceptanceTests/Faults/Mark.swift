import Crypto
import JSON
import SyncModel

/// What tells one thing that a user wrote from every other: a content, or where a link leads.
enum Mark: Hashable, Sendable, CustomStringConvertible {
  case content(Digest)
  case link([UInt8])

  /// The mark of a file with these bytes.
  init(_ bytes: [UInt8]) { self = .content(SHA256.hash(bytes)) }

  /// The mark of what stands in a tree; nothing for pipes and devices.
  init?(_ entry: TreeEntry?) {
    switch entry {
    case .file(let digest, _): self = .content(digest)
    case .link(let target): self = .link(target)
    case .special, nil: return nil
    }
  }

  /// The mark that a change of the history left at its path; nothing for a deletion.
  init?(after change: JSONValue) {
    if let target = change["after_link"]?.stringValue {
      self = .link(Array(target.utf8))
    } else if let digest = change["after"]?.stringValue.flatMap(Digest.init(text:)) {
      self = .content(digest)
    } else {
      return nil
    }
  }

  /// A file that holds nothing, as an editor leaves one for a moment.
  static let nothing = Mark([])

  var description: String {
    switch self {
    case .content(let digest): "\(digest)"
    case .link(let target): "link to \(String(decoding: target, as: UTF8.self))"
    }
  }
}

extension TreeListing {
  /// The marks of everything in it.
  var marks: Set<Mark> { Set(entries.values.compactMap { Mark($0) }) }
}

/// Everything that users ever wrote, and what of it they gave up themselves.
struct FaultLedger {
  private var written: [Mark: String] = [:]
  private var givenUp: Set<Mark> = []

  /// Somebody wrote something.
  mutating func write(_ mark: Mark, _ words: String) { written[mark] = words }

  /// Somebody wrote over something, or deleted it, where he saw it.
  ///
  /// It may have been the only one of its kind.
  mutating func giveUp(_ mark: Mark?) {
    if let mark { givenUp.insert(mark) }
  }

  /// How much was written.
  var count: Int { written.count }

  /// What is owed and not among what was found, with the words about it.
  func missing(from found: Set<Mark>) -> [String] {
    written.filter { !givenUp.contains($0.key) && !found.contains($0.key) }
      .map { "\($0.value): \($0.key)" }.sorted()
  }

  /// What was found and nobody ever wrote.
  func strange(in found: Set<Mark>) -> [Mark] {
    found.filter { written[$0] == nil && $0 != .nothing }
  }
}
