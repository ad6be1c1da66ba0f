import IgnoreRules
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// When the names of a folder need not be listed again.
struct FolderProofTests {
  let project: ProjectFixture

  init() throws { project = try ProjectFixture() }

  /// Hooks that show everything, but not the stamp, as older than it is, and count the listings.
  private func aging(_ lists: Counter) -> FileHooks {
    FileHooks(
      before: { (asked) throws(Errno) in
        if asked.kind == .list { lists.add() }
      },
      status: { status in
        var status = status
        // The stamp is the only file of one byte here.
        if status.kind == .directory || status.size != 1 {
          status.modified -= 10_000_000_000
          status.changed -= 10_000_000_000
        }
        return status
      })
  }

  private func rules(_ ignore: [String] = []) throws -> ProjectRules {
    ProjectRules(try SelectionRules(ignore: ignore))
  }

  /// Waits until the file system's clock has moved on, so that what changes next shows in times.
  private func awaitTick() throws {
    let folder = try project.disk.folder(".syncline")
    func time() throws -> Int64 {
      try project.disk.write("\n", to: ".syncline/tick")
      return try folder.status(of: "tick").modified
    }
    let start = try time()
    var tries = 0
    while try time() == start, tries < 1_000_000 { tries += 1 }
  }

  @Test func `a folder that is as it was is not listed again`() async throws {
    for name in ["a/1x", "a/b/2x", "a/b/c/3x", "a/d.txt", "z/4x"] {
      try project.disk.write("text", to: name)
    }
    _ = try project.disk.folder("a/empty")
    let lists = Counter()
    let replica = try project.replica(hooks: aging(lists), rules: try rules())
    let first = try await replica.scan(using: StatCache())
    #expect(first.cache.folders.map(\.path.key) == ["a", "a/b", "a/b/c", "a/empty", "z"])
    #expect(first.cache.folders[0].folders == ["b", "empty"])
    let before = lists.value
    let second = try await replica.scan(using: first.cache)
    // The root alone: the private folder and the configuration are in it.
    #expect(lists.value == before + 1)
    #expect(second.snapshot == first.snapshot && !second.cacheHasChanged)
  }

  @Test func `what was written last is not proven, and neither is anything without a stamp`()
    async throws
  {
    try project.disk.write("text", to: "a/b")
    let fresh = try await project.replica(rules: try rules()).scan(using: StatCache())
    #expect(fresh.cache.folders == [])
    let unbound = LocalReplica(
      root: HookedDirectory(try project.disk.open(), aging(Counter())), state: nil, id: "x",
      rules: NoRules(), clock: .system)
    #expect(try await unbound.scan(using: StatCache()).cache.folders == [])
  }

  struct Change: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var make: @Sendable (TemporaryFolder) throws -> Void
  }

  static let changes = [
    Change(testDescription: "a file is added") { try $0.write("new", to: "a/new") },
    Change(testDescription: "a file is removed") { try $0.removeFile("a/x") },
    Change(testDescription: "a file is edited in place") { try $0.write("else", to: "a/x") },
    Change(testDescription: "a file may be executed") { try $0.setMode(0o755, of: "a/x") },
    Change(testDescription: "a file is renamed") {
      try $0.folder("a").rename("x", to: $0.folder("a"), as: "xx", .noReplace)
    },
    Change(testDescription: "a file is renamed over another") {
      try $0.folder("a").rename("x", to: $0.folder("a"), as: "y", .replace)
    },
    Change(testDescription: "a file becomes a link") {
      try $0.removeFile("a/x")
      try $0.link("a/x", to: "y")
    },
    Change(testDescription: "a file becomes a folder") {
      try $0.removeFile("a/x")
      try $0.write("in", to: "a/x/in")
    },
    Change(testDescription: "a folder comes") { try $0.write("in", to: "a/new/in") },
    Change(testDescription: "a folder below changes") { try $0.write("new", to: "a/b/new") },
    Change(testDescription: "a folder goes") {
      try $0.removeFile("a/b/c")
      try $0.folder("a").removeDirectory("b")
    },
    Change(testDescription: "a folder is replaced by another of its name") {
      try $0.folder("").rename("a", to: $0.folder(""), as: "old", .noReplace)
      try $0.write("other", to: "a/x")
    },
    Change(testDescription: "a project of its own comes") {
      try $0.write("project: x\n", to: "a/b/syncline.yaml")
    },
    Change(testDescription: "a rule file comes above") { try $0.write("x\n", to: ".gitignore") },
    Change(testDescription: "a rule file comes inside") {
      try $0.write("c\n", to: "a/b/.synclineignore")
    },
  ]

  @Test(arguments: changes)
  func `is seen`(_ change: Change) async throws {
    for name in ["a/x", "a/y", "a/b/c", "d/e"] { try project.disk.write("text", to: name) }
    let replica = try project.replica(hooks: aging(Counter()), rules: try rules())
    let first = try await replica.scan(using: StatCache())
    #expect(first.cache.folders.count == 3)
    try awaitTick()
    try change.make(project.disk)
    let second = try await replica.scan(using: first.cache)
    let whole = try await replica.scan(using: StatCache())
    #expect(second.snapshot == whole.snapshot)
    #expect(second.snapshot != first.snapshot)
    #expect(second.cache == whole.cache)
  }

  @Test func `other rules look anew, and so do the first ones afterwards`() async throws {
    for name in ["a/x", "a/y.tmp", "b/c/z.tmp"] { try project.disk.write("text", to: name) }
    var cache = StatCache()
    for ignore in [[], ["*.tmp"], [], ["b"], []] {
      let replica = try project.replica(hooks: aging(Counter()), rules: try rules(ignore))
      let result = try await replica.scan(using: cache)
      #expect(result.snapshot == (try await replica.scan(using: StatCache()).snapshot))
      cache = result.cache
    }
    #expect(cache.rows.map(\.path.key) == ["a/x", "a/y.tmp", "b/c/z.tmp"])
  }

  static let moves = [
    ("", "a", "/keys/*.txt"), ("a", "", "/a/keys/*.txt"), ("a", "a/b", "/keys/*.txt"),
    ("a/b", "a", "/b/keys/*.txt"), ("", "a/b", "keys/*.txt"), ("a", "", "!keys"),
  ]

  /// The folders with the keys stay as they are: only the place of the rules tells the difference.
  @Test(arguments: moves)
  func `a rule file that moves holds where it is then`(
    from: String, to: String, rule: String
  ) async throws {
    for folder in ["", "a/", "a/b/"] {
      try project.disk.write("secret", to: folder + "keys/x.txt")
      try project.disk.write("text", to: folder + "keys/deep/y.txt")
    }
    func place(_ folder: String) -> String { folder.isEmpty ? "" : folder + "/" }
    try project.disk.write(rule + "\n", to: place(from) + ".gitignore")
    let replica = try project.replica(hooks: aging(Counter()), rules: try rules(["keys/deep/z"]))
    let first = try await replica.scan(using: StatCache())
    try awaitTick()
    try project.disk.removeFile(place(from) + ".gitignore")
    try project.disk.write(rule + "\n", to: place(to) + ".gitignore")
    let second = try await replica.scan(using: first.cache)
    let whole = try await replica.scan(using: StatCache())
    #expect(second.snapshot == whole.snapshot)
    #expect(second.cache == whole.cache)
  }

  @Test func `where times do not tell of names, folders are always listed`() async throws {
    for name in ["a/x", "a/b/y"] { try project.disk.write("text", to: name) }
    let lists = Counter()
    let hooks = FileHooks(
      before: { (asked) throws(Errno) in
        if asked.kind == .list { lists.add() }
      }, status: aging(Counter()).status, tellsNameChangesByTime: false)
    let replica = try project.replica(hooks: hooks, rules: try rules())
    let first = try await replica.scan(using: StatCache())
    #expect(first.cache.folders == [])
    let before = lists.value
    _ = try await replica.scan(using: first.cache)
    #expect(lists.value == before + 3)
  }

  @Test func `what we wrote ourselves ends the proof of the folders above`() throws {
    func proof(_ key: String) throws -> FolderProof {
      FolderProof(
        path: try project.path(key), modified: 1, changed: 1, inode: 1,
        rules: Digest(words: (0, 0, 0, 0)), files: 0, folders: [])
    }
    let cache = StatCache(folders: [try proof("a"), try proof("a/b"), try proof("c")])
    let updated = cache.updating([
      StatCacheChange(path: try project.path("a/b/c"), row: nil)
    ])
    #expect(updated.folders.map(\.path.key) == ["c"])
  }

  @Test func `a cache that lacks a row of a proven folder proves nothing`() async throws {
    for name in ["a/x", "a/y", "a/b/z"] { try project.disk.write("text", to: name) }
    let replica = try project.replica(hooks: aging(Counter()), rules: try rules())
    let first = try await replica.scan(using: StatCache())
    for gone in first.cache.rows.map(\.path) {
      let rows = first.cache.rows.filter { $0.path != gone }
      let poor = StatCache(sorted: rows, folders: first.cache.folders)
      #expect(try await replica.scan(using: poor).snapshot == first.snapshot)
    }
  }

  /// Scans that build on each other see what a scan from nothing sees, whatever happens between.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func `a long history of changes leaves nothing unseen`(_ seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let names = ["a", "b", "B", "c.d", "c-d", "cafe\u{301}", "caf\u{E9}", ".hidden", "x.tmp"]
    let patterns = ["/a", "/b/a", "a/b", "b/", "!a", "c*", "/a/*\n!/a/b", "x.tmp"]
    let replica = try project.replica(hooks: aging(Counter()), rules: try rules(["*.tmp"]))
    var cache = StatCache()
    for round in 0..<12 {
      try awaitTick()
      for _ in 0..<Int(generator.next() % 4) {
        let depth = Int(generator.next() % 3)
        let path = (0...depth).map { _ in generator.pick(names) }.joined(separator: "/")
        // What does not fit in what is there, such as a file below a file, is left.
        switch generator.next() % 9 {
        case 0: try? project.disk.removeFile(path)
        case 1: try? project.disk.link(path, to: "nowhere")
        case 2: try? project.disk.setMode(generator.oneIn(2) ? 0o755 : 0o644, of: path)
        case 3: _ = try? project.disk.folder(path)
        case 4:
          let folder = path.split(separator: "/").dropLast().joined(separator: "/")
          let file = (folder.isEmpty ? "" : folder + "/") + ".gitignore"
          try? project.disk.write(generator.pick(patterns) + "\n", to: file)
        case 5:
          let folder = path.split(separator: "/").dropLast().joined(separator: "/")
          try? project.disk.removeFile((folder.isEmpty ? "" : folder + "/") + ".gitignore")
        case 6:
          // A rule file, a file or a whole folder goes to another place.
          let other = generator.pick(names)
          let name = generator.oneIn(2) ? ".gitignore" : generator.pick(names)
          try? project.disk.folder("").rename(
            name, to: project.disk.folder(other), as: name, .noReplace)
        default: try? project.disk.write("text \(generator.next() % 3)", to: path)
        }
      }
      let result = try await replica.scan(using: cache)
      let whole = try await replica.scan(using: StatCache())
      #expect(result.snapshot == whole.snapshot, "seed \(seed), round \(round)")
      #expect(result.cache == whole.cache, "seed \(seed), round \(round)")
      cache = result.cache
    }
  }
}
