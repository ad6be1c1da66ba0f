import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// A folder of this machine that nobody here wrote, to be synced as it is.
enum RealTree {
  /// Folders that machines have, the best first; between one hundred and six thousand files.
  private static let candidates =
    [
      "/usr/lib/python3.11", "/usr/lib/python3.12", "/usr/lib/python3.13", "/usr/lib/python3",
      "/usr/share/perl5", "/usr/lib/swift/pm", "/usr/share/zoneinfo", "/usr/share/man/man1",
      "/usr/share/doc", "/usr/share/vim",
    ]

  /// The first of the candidates that this machine has in a fitting size.
  static func source() throws -> String {
    for path in candidates {
      guard let folder = try? POSIXFileSystem().openDirectory(path: path) else { continue }
      let count = try filesBelow(folder, limit: 6000)
      if (100...6000).contains(count) { return path }
    }
    throw NoRealTree()
  }

  /// Copies the folder, with its links and modes.
  static func copy(to path: String) throws {
    let outcome = try ChildProcess.run("cp", ["-a", try source() + "/.", path])
    try #require(outcome.exitCode == 0, "\(outcome.errorText)")
    // What belongs to somebody else may not even be writable by its reader.
    let opened = try ChildProcess.run("chmod", ["-R", "u+rwX", path])
    try #require(opened.exitCode == 0, "\(opened.errorText)")
  }

  private static func filesBelow(_ folder: any Directory, limit: Int) throws -> Int {
    var count = 0
    for name in try folder.list().byteNames {
      let inner = try EntryName.with(bytes: name) { (name) throws(Errno) -> (any Directory)? in
        try folder.status(of: name).kind == .directory ? try folder.openDirectory(name) : nil
      }
      count += try inner.map { try filesBelow($0, limit: limit - count) } ?? 1
      if count > limit { break }
    }
    return count
  }
}

/// A machine without any of the folders that the test knows.
struct NoRealTree: Error {}

/// How a clone names what it cannot find in sync.
struct Census {
  /// Paths on which both sides agree.
  var synced: Set<TreePath> = []
  /// Entries that are blocked; some are folders.
  var blocked: [TreePath] = []
  /// Entries that are ignored; some are folders.
  var ignored: [TreePath] = []

  /// Asks a clone, and expects a reason with everything that is left out.
  init(of clone: Clone) throws {
    let status = try clone.json("status", "--all").require(0).document()
    for item in try #require(status["items"]?.arrayValue) {
      let path = try TreePath(#require(item["path"]?.stringValue))
      switch item["state"]?.stringValue {
      case "in_sync": synced.insert(path)
      case "blocked":
        blocked.append(path)
        #expect(item["reason"]?.stringValue?.isEmpty == false, "\(path)")
      case let other: Issue.record("\(path) is \(other ?? "without a state")")
      }
    }
    let skipped = try clone.json("ignored").require(0).document()
    for entry in try #require(skipped["entries"]?.arrayValue) {
      let path = try TreePath(#require(entry["path"]?.stringValue))
      ignored.append(path)
      #expect(entry["reason"]?.stringValue?.isEmpty == false, "\(path)")
    }
  }

  /// Expects every path of a tree to be in exactly one of the three lists.
  func expectWhole(_ tree: TreeListing) {
    let left = Set(tree.paths).subtracting(synced)
    #expect(synced.isSubset(of: Set(tree.paths)))
    let leaders = Set(blocked + ignored)
    #expect(leaders.count == blocked.count + ignored.count, "listed twice")
    #expect(leaders.isDisjoint(with: synced))
    for path in left {
      let leading = path.andFolders.filter { leaders.contains($0) }
      #expect(leading.count == 1, "\(path) is listed \(leading.count) times")
    }
    for path in synced {
      #expect(!path.andFolders.contains { leaders.contains($0) }, "\(path) is left out and synced")
    }
  }
}

extension TreePath {
  /// The path itself and every folder above it.
  fileprivate var andFolders: [TreePath] {
    [self]
      + bytes.indices.filter { bytes[$0] == UInt8(ascii: "/") }
      .map { TreePath(bytes: Array(bytes[..<$0])) }
  }
}
