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
