import Platform
import TestSupport
import Testing

/// Edits that a person may make in a clone, drawn from a seed.
struct EditSession {
  private var random: SeededGenerator
  private let name: String
  private var count = 0
  /// What was done, one line each.
  private(set) var done: [String] = []

  /// Edits under this name; it shows in new names and new contents.
  init(seed: UInt64, name: String) {
    random = SeededGenerator(seed: seed)
    self.name = name
  }

  /// Edits, deletes, renames, chmods and replaces some of these paths, and adds new ones.
  ///
  /// One path in a hundred is edited. Every path is touched at most once.
  mutating func perform(in clone: Clone, on paths: [TreePath]) throws {
    var free = paths.map(\.description).shuffled(using: &random)
    let edits = max(5, paths.count / 100)
    for _ in 0..<edits { try edit(&free, clone) }
    for _ in 0..<3 {
      guard let path = free.popLast() else { break }
      try clone.remove(path)
      done.append("remove \(path)")
    }
    for _ in 0..<3 {
      guard let path = free.popLast() else { break }
      let other = folder(of: path) + fresh("renamed")
      try clone.rename(path, to: other)
      done.append("rename \(path) to \(other)")
    }
    for _ in 0..<3 {
      guard let path = free.popLast() else { break }
      guard try isFile(path, clone) else { continue }
      try clone.setMode(random.oneIn(2) ? 0o755 : 0o644, of: path)
      done.append("chmod \(path)")
    }
    try replaceByLink(&free, clone)
    try addFiles(free, clone)
  }

  /// Edits the same path in a way that depends on the seed; for edits that meet.
  mutating func edit(_ path: String, in clone: Clone) throws {
    guard try isFile(path, clone) else { return }
    let old = Array(try POSIXFileSystem().readFile(path: clone.path + "/" + path))
    let line = Array("# \(name) was here, \(random.next() % 1000)\n".utf8)
    let middle = old.count / 2
    switch random.next() % 4 {
    case 0: try clone.write(line + old, to: path)
    case 1: try clone.write(old + line, to: path)
    case 2: try clone.write(Array(old[..<middle]) + line + Array(old[middle...]), to: path)
    default:
      // The same size: only the content tells.
      var bytes = old
      if bytes.isEmpty { bytes = line } else { bytes[middle] = bytes[middle] &+ 1 }
      try clone.write(bytes, to: path)
    }
    done.append("edit \(path)")
  }

  private mutating func edit(_ free: inout [String], _ clone: Clone) throws {
    guard let path = free.popLast() else { return }
    try edit(path, in: clone)
  }

  private mutating func replaceByLink(_ free: inout [String], _ clone: Clone) throws {
    guard let path = free.popLast(), try isFile(path, clone) else { return }
    try clone.remove(path)
    try clone.link(path, to: String(fresh("nowhere")))
    done.append("link in place of \(path)")
  }

  private mutating func addFiles(_ free: [String], _ clone: Clone) throws {
    for _ in 0..<3 {
      let path = (free.isEmpty ? "" : folder(of: random.pick(free))) + fresh("new")
      try clone.write("new from \(name) \(random.next())\n", to: path)
      done.append("add \(path)")
    }
    let deep = fresh("folder") + "/inner/" + fresh("deep")
    try clone.write("deep from \(name)\n", to: deep)
    try clone.setMode(0o755, of: deep)
    try clone.write("", to: fresh("empty"))
    try clone.link(fresh("link"), to: deep)
    done.append("add \(deep), an empty file, a link")
  }

  private mutating func fresh(_ kind: String) -> String {
    count += 1
    return "\(kind)-\(name)-\(count)"
  }

  private func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private func isFile(_ path: String, _ clone: Clone) throws -> Bool {
    let slash = path.lastIndex(of: "/")
    let folder = try POSIXFileSystem().openDirectory(
      path: clone.path + (slash.map { "/" + path[..<$0] } ?? ""))
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    return try folder.statusIfPresent(of: name)?.kind == .file
  }
}
