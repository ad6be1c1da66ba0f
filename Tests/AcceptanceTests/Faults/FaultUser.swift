import Platform
import SyncModel
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Somebody who edits a clone at random, and knows of each edit what it cost.
struct FaultUser {
  let clone: Clone
  private var random: SeededGenerator
  private var count = 0
  /// What the last edits were, for a failure's words.
  private(set) var done: [String] = []

  private let habits: Habits

  /// Works in a clone; equal seeds draw equal edits.
  init(_ clone: Clone, seed: UInt64, habits: Habits = .all) {
    self.clone = clone
    self.habits = habits
    random = SeededGenerator(seed: seed)
  }

  /// What a user works on.
  struct Habits {
    /// Few names, so that users meet; some are a file for one and a folder for the other.
    let names: [String]
    /// The folders that go and come.
    let folders: [String]
    /// The start and the end of names that are new.
    let fresh: (String, String)
    /// Whether the remote keeps nothing but texts: no links, no modes, nothing large.
    let isTextOnly: Bool

    /// Everything that a hub keeps.
    static let all = Habits(
      names: [
        "a.txt", "b.txt", "c.bin", "d/a.txt", "d/b.txt", "d/deep/c.txt", "e", "e/inner.txt",
        "f.txt",
      ] + (0..<12).map { "many/\($0).txt" },
      folders: ["d/deep", "e", "d", "many"], fresh: ("", ".txt"), isTextOnly: false)
  }

  /// Makes some edits and enters them into the ledger.
  ///
  /// A run may work in the folder meanwhile: an edit whose file has just gone is none.
  mutating func edit(_ times: Int, _ ledger: inout FaultLedger, during isRunning: Bool) throws {
    for _ in 0..<times {
      do {
        try editOnce(&ledger, mayBeLarge: !isRunning)
      } catch let error as Errno {
        let usual: [Errno] = [
          .notFound, .exists, .notDirectory, .isDirectory, .notEmpty, .linkLoop, .invalidArgument,
        ]
        guard usual.contains(error) else { throw error }
      }
    }
  }

  private mutating func editOnce(_ ledger: inout FaultLedger, mayBeLarge: Bool) throws {
    let path = random.pick(habits.names)
    switch random.next() % 12 {
    case 0...2: try replace(path, text(), &ledger)
    case 3...4: try overwrite(path, &ledger)
    case 5: try remove(path, &ledger)
    case 6: try rename(path, to: random.pick(habits.names), &ledger)
    case 7 where !habits.isTextOnly:
      try clone.setMode(random.oneIn(2) ? 0o755 : 0o644, of: path)
    case 8 where !habits.isTextOnly: try link(path, &ledger)
    case 9: try emptyOut(random.pick(habits.folders), &ledger)
    case 10:
      let folder = random.pick(habits.folders)
      guard clone.isFolder(folder) else { return }
      try clone.rename(folder, to: habits.fresh.0 + fresh("folder"))
    case 11 where !habits.isTextOnly && mayBeLarge && random.oneIn(4):
      try replace("large.bin", noise(random.oneIn(4) ? 9_000_000 : 400_000), &ledger)
    default: try replace(habits.fresh.0 + fresh("new") + habits.fresh.1, text(), &ledger)
    }
  }

  /// Puts a new file in the place of what stands there, as careful editors do.
  private mutating func replace(
    _ path: String, _ bytes: [UInt8], _ ledger: inout FaultLedger
  ) throws {
    let draft = ".draft"
    try clone.write(bytes, to: draft)
    do {
      try makeRoom(for: path, &ledger)
      let old = clone.mark(path)
      try clone.rename(draft, to: path)
      note("replace", path, Mark(bytes), &ledger)
      ledger.giveUp(old)
    } catch {
      try clone.remove(draft)
      throw error
    }
  }

  /// Writes into the file that is there, other bytes of the same size.
  private mutating func overwrite(_ path: String, _ ledger: inout FaultLedger) throws {
    let slash = path.lastIndex(of: "/")
    let folder = try POSIXFileSystem().openDirectory(
      path: clone.path + (slash.map { "/" + path[..<$0] } ?? ""))
    let file = try folder.openFileForUpdate(
      slash.map { String(path[path.index(after: $0)...]) } ?? path)
    // What is given up is what this very file holds, wherever a run may just be moving it.
    let old = try file.readToEnd()
    guard old.count >= 16, old.count < 4096 else { return }
    let bytes = Array((text() + old).prefix(old.count))
    guard bytes != old else { return }
    try file.seek(to: 0)
    try file.write(bytes)
    note("overwrite", path, Mark(bytes), &ledger)
    ledger.giveUp(Mark(old))
  }

  private mutating func remove(_ path: String, _ ledger: inout FaultLedger) throws {
    let old = clone.mark(path)
    try clone.remove(path)
    done.append("remove \(path)")
    ledger.giveUp(old)
  }

  private mutating func rename(
    _ path: String, to other: String, _ ledger: inout FaultLedger
  ) throws {
    let old = clone.mark(other)
    // Two names of one file would make the rename do nothing, and the user lose nothing.
    guard path != other, clone.mark(path) != nil else { return }
    try clone.rename(path, to: other)
    done.append("rename \(path) to \(other)")
    ledger.giveUp(old)
  }

  private mutating func link(_ path: String, _ ledger: inout FaultLedger) throws {
    let target = fresh("nowhere")
    try clone.link(".draft-link", to: target)
    do {
      try makeRoom(for: path, &ledger)
      let old = clone.mark(path)
      try clone.rename(".draft-link", to: path)
      note("link", path, .link(Array(target.utf8)), &ledger)
      ledger.giveUp(old)
    } catch {
      try clone.remove(".draft-link")
      throw error
    }
  }

  /// Deletes a whole folder, file by file.
  private mutating func emptyOut(_ folder: String, _ ledger: inout FaultLedger) throws {
    for name in try POSIXFileSystem().openDirectory(path: clone.path + "/" + folder).list()
      .byteNames
    {
      let path = folder + "/" + String(decoding: name, as: UTF8.self)
      if clone.isFolder(path) {
        try emptyOut(path, &ledger)
      } else {
        try remove(path, &ledger)
      }
    }
    guard rmdir(clone.path + "/" + folder) == 0 else { throw Errno.last }
  }

  /// Makes the folders on the way; a file that stands in the way gives way, and so does a folder.
  private mutating func makeRoom(for path: String, _ ledger: inout FaultLedger) throws {
    var above = ""
    for name in path.split(separator: "/").dropLast() {
      above += (above.isEmpty ? "" : "/") + name
      if clone.has(above), !clone.isFolder(above) { try remove(above, &ledger) }
      if mkdir(clone.path + "/" + above, 0o755) != 0, errno != EEXIST { throw Errno.last }
    }
    if clone.isFolder(path) { try emptyOut(path, &ledger) }
  }

  private mutating func note(
    _ verb: String, _ path: String, _ mark: Mark, _ ledger: inout FaultLedger
  ) {
    let words = "\(clone.person.name) \(verb) \(path) (\(count))"
    done.append(words)
    ledger.write(mark, words)
  }

  /// A text like no other, of one of a few sizes.
  private mutating func text() -> [UInt8] {
    count += 1
    let line = "\(clone.person.name) \(count) \(random.next())"
    let size = 64 * Int(1 + random.next() % 3)
    return Array((line + String(repeating: ".", count: max(0, size - line.count - 1)) + "\n").utf8)
  }

  private mutating func noise(_ size: Int) -> [UInt8] {
    count += 1
    return AcceptanceTests.noise(size, seed: Int(random.next() % 1_000_000_000))
  }

  private mutating func fresh(_ kind: String) -> String {
    count += 1
    return "\(kind)-\(clone.person.name)-\(count)"
  }
}

extension Clone {
  /// What stands at a name; nothing where nothing does, or a folder.
  func mark(_ name: String) -> Mark? {
    var target = [UInt8](repeating: 0, count: 4096)
    let length = target.withUnsafeMutableBytes {
      $0.baseAddress.map { readlink(path + "/" + name, $0, 4096) } ?? -1
    }
    if length >= 0 { return .link(Array(target[..<length])) }
    return isFolder(name) ? nil : bytes(name).map { Mark($0) }
  }

  /// Tells whether a folder stands at a name.
  func isFolder(_ name: String) -> Bool {
    var status = stat()
    return lstat(path + "/" + name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
