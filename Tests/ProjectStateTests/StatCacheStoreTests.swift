import LocalReplica
@testable import ProjectState
import SyncModel
import TestSupport
import Testing

@Suite struct `The stored stat cache` {
  private func row(_ key: String, _ number: UInt64, spelling: String? = nil) throws -> StatCacheRow
  {
    let file = try #require(TreePerturbation.file(number).file)
    return StatCacheRow(
      path: SyncPath(trusted: key), spelling: spelling, size: number &* 0x1_0001,
      modified: -5_000_000_000, changed: Int64.max, inode: UInt64.max, digest: file.digest,
      isExecutable: number % 2 == 0, isSettled: number % 3 == 0)
  }

  @Test func `every fact of a row is read back`() throws {
    let state = try StateDatabase(path: "", mode: .inMemory)
    let cache = StatCache(
      sorted: try [row("a", 0), row("b", 1, spelling: "B\u{301}"), row("b/c", 6), row("d", 9)])
    try state.updateStatCache(from: StatCache(), to: cache)
    let read = try state.statCache()
    #expect(read == cache)
    #expect(Array(read.rows) == Array(cache.rows))
    #expect(read.rows.map { $0.spelling.map { Array($0.utf8) } }[1] == Array("B\u{301}".utf8))
  }

  @Test func `what proves the names of folders is read back, and goes with them`() throws {
    let state = try StateDatabase(path: "", mode: .inMemory)
    func proof(_ key: String, _ folders: [String] = []) throws -> FolderProof {
      FolderProof(
        path: SyncPath(trusted: key), modified: -7, changed: Int64.max, inode: UInt64.max,
        rules: try #require(TreePerturbation.file(3).file).digest, files: 700, folders: folders)
    }
    let old = StatCache(
      sorted: [try row("a/b", 1)], folders: [try proof("a", ["c", "d\u{301}"]), try proof("a/c")])
    try state.updateStatCache(from: StatCache(), to: old)
    #expect(try state.statCache() == old)
    let new = old.updating([StatCacheChange(path: SyncPath(trusted: "a/c/e"), row: nil)])
    try state.updateStatCache(from: old, to: new)
    #expect(try state.statCache() == new && new.folders == [])
  }

  @Test func `a base that is what the files are is told from every other`() throws {
    let state = try StateDatabase(path: "", mode: .inMemory)
    let target = try state.bind(name: "main", identity: "id")
    #expect(try state.agreesWithStatCache(target))
    let rows = try (0..<700).map { try row("n\(1000 + $0)", UInt64($0)) }
    let cache = StatCache(sorted: rows)
    try state.updateStatCache(from: StatCache(), to: cache)
    #expect(try !state.agreesWithStatCache(target))
    // One after the other, in parts: what counts is what stands there in the end.
    try state.apply(rows[..<300].map { BaseChange(path: $0.path, node: $0.node) }, to: target)
    #expect(try !state.agreesWithStatCache(target))
    try state.apply(rows[300...].map { BaseChange(path: $0.path, node: $0.node) }, to: target)
    #expect(try state.agreesWithStatCache(target))
    #expect(try state.base(of: target) == Base(nodesOf: cache.tree))
    for change in [
      BaseChange(path: rows[9].path, node: nil),
      BaseChange(path: rows[9].path, node: .link(target: "x")),
      BaseChange(path: rows[9].path, node: rows[8].node),
      BaseChange(path: SyncPath(trusted: "n1000x"), node: rows[9].node),
    ] {
      try state.apply([change], to: target)
      #expect(try !state.agreesWithStatCache(target), "\(change)")
      try state.apply([BaseChange(path: change.path, node: cache[change.path]?.node)], to: target)
      #expect(try state.agreesWithStatCache(target), "\(change)")
    }
  }

  @Test func `only what differs is written, and the result is the new cache`() throws {
    let state = try StateDatabase(path: "", mode: .inMemory)
    let rows = try (0..<700).map { try row("n\(1000 + $0)", UInt64($0)) }
    let old = StatCache(sorted: rows)
    try state.updateStatCache(from: StatCache(), to: old)
    let new = old.updating([
      StatCacheChange(path: rows[3].path, row: nil),
      StatCacheChange(path: SyncPath(trusted: "n1500x"), row: try row("n1500x", 5)),
    ])
    try state.updateStatCache(from: old, to: new)
    #expect(try state.statCache() == new)
    #expect(new.rows.count == 700)
  }
}
