import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// What a scan may take from the one before.
struct StatCacheTests {
  let project: ProjectFixture

  init() throws { project = try ProjectFixture() }

  struct ClockCase: CustomTestStringConvertible, Sendable {
    var step: Int64
    var testDescription: String { "a clock that steps by \(step) ns" }
  }

  static let steps = [1, 1_000_000, 1_000_000_000, 2_000_000_000].map { ClockCase(step: $0) }

  /// Hooks that show file times as a coarser clock would, `age` nanoseconds in the past.
  private func hooks(step: Int64, reads: Counter) -> FileHooks {
    FileHooks(
      before: { (asked) throws(Errno) in
        if asked.kind == .openFile { reads.add() }
      },
      status: { status in
        var status = status
        status.modified -= status.modified % step
        status.changed -= status.changed % step
        return status
      })
  }

  @Test(arguments: steps)
  func `an edit of the same size in the same tick is found by the very next look`(
    _ clock: ClockCase
  ) async throws {
    let replica = try project.replica(hooks: hooks(step: clock.step, reads: Counter()))
    var cache = StatCache()
    for text in ["one", "two", "six", "ten"] {
      try project.disk.write(text, to: "a")
      let result = try await replica.scan(using: cache)
      cache = result.cache
      let node = result.snapshot.tree[try project.path("a")]?.node
      #expect(node == project.contents.add(text))
    }
  }

  @Test func `an executable bit that is set in the tick of the last change is found`() async throws
  {
    let hooks = FileHooks(status: { status in
      var status = status
      if status.size != 1 {
        status.modified = 1_000_000_001
        status.changed = 1_000_000_001
      }
      return status
    })
    let replica = try project.replica(hooks: hooks)
    let path = try project.path("a")
    try project.disk.write("one", to: "a")
    let cache = try await replica.scan(using: StatCache()).cache
    try project.disk.open().openFile("a").setMode(0o755)
    let node = try await replica.scan(using: cache).snapshot.tree[path]?.node
    #expect(node == project.contents.add("one", isExecutable: true))
  }

  @Test func `a right to read that is taken in the tick of the last change is found`() async throws
  {
    let taken = Counter()
    let hooks = FileHooks(
      before: { (asked) throws(Errno) in
        if asked.kind == .openFile, asked.name == "a", taken.value > 0 { throw .accessDenied }
      },
      status: { status in
        var status = status
        if status.size != 1 {
          status.modified = 1_000_000_001
          status.changed = 1_000_000_001
          if taken.value > 0 { status.mode &= ~0o444 }
        }
        return status
      })
    let replica = try project.replica(hooks: hooks)
    try project.disk.write("one", to: "a")
    let cache = try await replica.scan(using: StatCache()).cache
    taken.add()
    let entry = try await replica.scan(using: cache).snapshot.tree[project.path("a")]
    #expect(entry?.state == .blocked(.unreadable(errno: Errno.accessDenied.rawValue)))
  }

  /// Hooks that show all files, but not the stamp, as older than they are.
  private func aging(_ reads: Counter) -> FileHooks {
    FileHooks(
      before: { (asked) throws(Errno) in
        if asked.kind == .openFile { reads.add() }
      },
      status: { status in
        var status = status
        // The stamp is the only file of one byte here.
        if status.size != 1 {
          status.modified -= 10_000_000_000
          status.changed -= 10_000_000_000
        }
        return status
      })
  }

  @Test func `files that are proven unchanged are not read and the cache is handed on`()
    async throws
  {
    for name in ["a", "b/c", "b/d/e", "f"] { try project.disk.write("text", to: name) }
    let reads = Counter()
    let replica = try project.replica(hooks: aging(reads))
    let first = try await replica.scan(using: StatCache())
    #expect(reads.value == 4 && first.filesRead == 4 && first.cacheHasChanged)
    #expect(first.cache.rows.map(\.isSettled) == [true, true, true, true])
    let second = try await replica.scan(using: first.cache)
    #expect(reads.value == 4 && second.filesRead == 0 && !second.cacheHasChanged)
    #expect(second.snapshot.tree == first.snapshot.tree)
    #expect(second.cache == first.cache)
  }

  @Test func `what was edited, added, removed or made executable is read again, alone`()
    async throws
  {
    for name in ["a", "b", "c/d", "e"] { try project.disk.write("text", to: name) }
    let reads = Counter()
    let replica = try project.replica(hooks: aging(reads))
    let first = try await replica.scan(using: StatCache())
    try project.disk.write("longer text", to: "a")
    try project.disk.removeFile("b")
    try project.disk.setMode(0o755, of: "c/d")
    try project.disk.write("new", to: "c/a")
    let second = try await replica.scan(using: first.cache)
    #expect(second.filesRead == 3 && second.cacheHasChanged)
    #expect(second.cache.rows.map(\.path.key) == ["a", "c/a", "c/d", "e"])
    #expect(second.snapshot.tree.entries.map(\.path.key) == ["a", "c/a", "c/d", "e"])
    #expect(second.snapshot.tree.entries[2].node?.file?.isExecutable == true)
  }

  @Test func `without a private folder nothing is written and nothing is believed`() async throws {
    try project.disk.write("text", to: "a")
    let replica = LocalReplica(
      root: try project.disk.open(), state: nil, id: "x", rules: NoRules(), clock: .system)
    let before = try project.disk.everything()
    let result = try await replica.scan(using: StatCache())
    #expect(try project.disk.everything() == before)
    #expect(result.cache.rows.map(\.isSettled) == [false])
  }

  @Test func `a look on a full disk leaves nothing behind`() async throws {
    try project.disk.write("text", to: "a")
    let writes = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .write else { return }
      writes.withLock { $0 += 1 }
      throw .noSpace
    })
    let before = try project.disk.everything()
    let result = try await project.replica(hooks: hooks).scan(using: StatCache())
    #expect(writes.withLock { $0 } == 1)
    #expect(try project.disk.everything() == before)
    #expect(result.cache.rows.map(\.isSettled) == [false])
  }

  @Test func `a cache takes over what was written and what is gone`() throws {
    func row(_ path: String, _ size: UInt64) throws -> StatCacheRow {
      StatCacheRow(
        path: try project.path(path), size: size, modified: 1, changed: 1, inode: 1,
        digest: Digest(words: (0, 0, 0, size)), isExecutable: false, isSettled: true)
    }
    let cache = StatCache(sorted: [try row("a", 1), try row("b", 1), try row("d", 1)])
    let (b, c, d) = (try project.path("b"), try project.path("c"), try project.path("d"))
    let changes = [
      StatCacheChange(path: d, row: try row("d", 2)), StatCacheChange(path: b, row: nil),
      StatCacheChange(path: d, row: try row("d", 3)),
      StatCacheChange(path: c, row: try row("c", 2)),
    ]
    let updated = cache.updating(changes)
    #expect(updated.rows.map(\.path.key) == ["a", "c", "d"])
    #expect(updated.rows.map(\.size) == [1, 2, 3])
    #expect(updated[c]?.size == 2)
    #expect(updated[b] == nil)
  }
}
