import Platform
import Replica
import SyncModel

/// What a scan found in one folder.
///
/// `@unchecked Sendable` is safe because one worker fills it, and the end of the scan, which all
/// workers report under a lock, comes before anybody reads it.
final class FolderScan: @unchecked Sendable {
  /// The folder's key, empty for the root.
  let key: String
  /// The folder's path on disk, where that differs from the key.
  let spelling: String?
  /// How many folders the path has.
  let depth: Int
  /// The folder as an entry of its own, if nothing can be said about what it holds.
  var blocked: BlockReason?
  /// Files and links in the order of their paths.
  private(set) var items: [Item] = []
  /// Files that were read.
  private(set) var rows: [StatCacheRow] = []
  /// Links, and what could not be read.
  private(set) var entries: [TreeEntry] = []
  /// Folders below, each with the number of items before it.
  var children: [(position: Int, folder: FolderScan)] = []
  var unnameable: [UnnameableEntry] = []
  var ignored: [IgnoredEntry] = []
  /// The rule file that could not be read, so that nothing is known of the folder.
  var unreadRules: String?
  /// The rule files in it, as they were read.
  var ruleFiles: [RuleFile] = []
  /// The names of folders that the rules leave out: nothing of ours may take their places.
  var leftOut: [[UInt8]] = []
  /// The names of files that the rules leave out, where names that fold to theirs are one with them.
  var leftOutFiles: [[UInt8]] = []
  var isEmpty = false
  var isOccupied = false
  /// Whether all names were those of files that have a row now, or of folders that take part, each
  /// spelled as its key.
  var holdsOnlyFilesAndFolders: Bool { !hasOthers && entries.isEmpty && blocked == nil }
  /// Set where a name was left out, read for its rules, or is spelled otherwise than its key.
  var hasOthers = false
  /// What proves its names to be these the next time.
  var proof: FolderProof?
  var filesRead = 0

  init(key: String, spelling: String?, depth: Int) {
    self.key = key
    self.spelling = spelling
    self.depth = depth
  }

  /// Forgets what was found, before the folder is looked at again.
  func reset() {
    items.removeAll(keepingCapacity: true)
    rows.removeAll()
    entries.removeAll()
    children.removeAll()
    unnameable.removeAll()
    ignored.removeAll()
    leftOut.removeAll()
    leftOutFiles.removeAll()
    ruleFiles.removeAll()
    isEmpty = false
    isOccupied = false
    hasOthers = false
    proof = nil
  }

  /// Gives up the folder: what was found in it is not to be believed.
  func block(_ reason: BlockReason) {
    reset()
    blocked = reason
  }

  /// Takes a file that a row of the cache describes.
  func append(cached index: Int) {
    items.append(Item(.cached, index))
  }

  /// Takes a file that was read.
  func append(_ row: StatCacheRow) {
    items.append(Item(.row, rows.count))
    rows.append(row)
  }

  /// Takes a link, or something that could not be read.
  func append(_ entry: TreeEntry) {
    items.append(Item(.entry, entries.count))
    entries.append(entry)
    if entry.node == nil { isOccupied = true }
  }

  /// Makes room for so many items.
  func reserve(_ count: Int) {
    items.reserveCapacity(count)
  }

  /// The path of a name of this folder as the file system has it.
  func bytes(of name: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let folder = spelling ?? key
    return (folder.isEmpty ? [] : Array(folder.utf8) + [UInt8(ascii: "/")]) + Array(name)
  }

  /// The path of a name of this folder as the file system has it.
  func bytes(of name: [UInt8]) -> [UInt8] {
    name.withUnsafeBufferPointer { bytes(of: $0) }
  }

  /// Where one file or link is described, in four bytes.
  struct Item {
    /// The lists that it may be in.
    enum Source: UInt32 {
      case cached, row, entry
    }

    private let bits: UInt32

    init(_ source: Source, _ index: Int) {
      bits = UInt32(index) << 2 | source.rawValue
    }

    /// The list.
    var source: Source { Source(rawValue: bits & 3) ?? .entry }
    /// The place in the list.
    var index: Int { Int(bits >> 2) }
  }
}
