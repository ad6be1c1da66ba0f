import Crypto
import IgnoreRules
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a look at a folder finds.
struct ScanTests {
  let project: ProjectFixture

  init() throws { project = try ProjectFixture() }

  private func scan(
    _ rules: some ScanRules = NoRules(), _ options: LocalReplica.Options = .init()
  ) async throws -> ScanResult {
    try await project.replica(rules: rules, options: options).scan(using: StatCache())
  }

  private func reason(_ path: String, _ result: ScanResult) throws -> BlockReason? {
    guard case .blocked(let reason) = result.snapshot.tree[try project.path(path)]?.state else {
      return nil
    }
    return reason
  }

  @Test func `files come in the order of a tree, with a folder before longer names`() async throws {
    for path in ["a.txt", "a/z", "a/b/c", "a-b", "A", "z"] {
      try project.disk.write(path, to: path)
    }
    let entries = try await scan().snapshot.tree.entries
    #expect(entries.map(\.path.key) == ["A", "a/b/c", "a/z", "a-b", "a.txt", "z"])
    for entry in entries {
      #expect(entry.node?.file?.digest == SHA256.hash(Array(entry.path.key.utf8)))
    }
  }

  @Test func `a file that cannot be read to its end spoils no digest of another`() async throws {
    // Two are longer than what is read at once.
    let contents = [1, 2].map { [UInt8](repeating: $0, count: 600_000) } + [[]]
    for (name, bytes) in zip(["first", "second", "third"], contents) {
      try project.disk.write(bytes, to: name)
    }
    let reads = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .read else { return }
      let number = reads.withLock { count in
        count += 1
        return count
      }
      if number == 2 { throw .inputOutput }
    })
    let tree = try await project.replica(hooks: hooks).scan(using: StatCache()).snapshot.tree
    // No key path: the address sanitizer stops at how the standard library follows an optional one.
    let digests = tree.entries.map { $0.node?.file?.digest }
    #expect(digests.count == 3 && digests.count { $0 == nil } == 1)
    let wanted = contents.map { SHA256.hash($0) }
    for case let digest? in digests { #expect(wanted.contains(digest)) }
  }

  @Test func `the executable bit is seen and the set-id bits are not`() async throws {
    try project.disk.write("x", to: "run")
    try project.disk.setMode(0o6755, of: "run")
    try project.disk.write("x", to: "plain")
    let tree = try await scan().snapshot.tree
    #expect(tree[try project.path("run")]?.node?.file?.isExecutable == true)
    #expect(tree[try project.path("plain")]?.node?.file?.isExecutable == false)
  }

  struct LinkCase: CustomTestStringConvertible, Sendable {
    var at: String
    var target: String
    var isConfined: Bool
    var testDescription: String { "\(at) -> \(target)" }
  }

  @Test(arguments: [
    LinkCase(at: "l", target: "a/b", isConfined: true),
    LinkCase(at: "l", target: "./a", isConfined: true),
    LinkCase(at: "d/l", target: "../a", isConfined: true),
    LinkCase(at: "d/e/l", target: "../../a/./b", isConfined: true),
    LinkCase(at: "l", target: "/etc/passwd", isConfined: false),
    LinkCase(at: "l", target: "..", isConfined: false),
    LinkCase(at: "d/l", target: "../../a", isConfined: false),
    LinkCase(at: "d/l", target: "up/../../..", isConfined: false),
    LinkCase(at: "l", target: "a/..", isConfined: false),
    LinkCase(at: "d/l", target: "./../../a", isConfined: false),
  ])
  func `a link is synced only where it stays inside for certain`(_ link: LinkCase) async throws {
    if link.at.contains("/") { _ = try project.disk.folder("d/e") }
    try project.disk.link(link.at, to: link.target)
    let result = try await scan()
    let entry = try #require(result.snapshot.tree[try project.path(link.at)])
    #expect(
      entry.state
        == (link.isConfined ? .node(.link(target: link.target)) : .blocked(.escapingLink)))
  }

  @Test func `pipes are blocked and never opened`() async throws {
    #expect(mkfifo(project.disk.path + "/pipe", 0o600) == 0)
    let result = try await scan()
    #expect(try reason("pipe", result) == .specialFile)
  }

  struct NameCase: CustomTestStringConvertible, Sendable {
    var bytes: [UInt8]
    var problem: PathProblem
    init(_ name: String, _ problem: PathProblem) {
      bytes = Array(name.utf8)
      self.problem = problem
    }
    init(bytes: [UInt8], _ problem: PathProblem) {
      self.bytes = bytes
      self.problem = problem
    }
    var testDescription: String { problem.rawValue + " \(bytes)" }
  }

  @Test(arguments: [
    NameCase("new\nline", .controlCharacter), NameCase("tab\t", .controlCharacter),
    NameCase("back\\slash", .reservedCharacter), NameCase("a:b", .reservedCharacter),
    NameCase("dot.", .trailingDotOrSpace), NameCase("space ", .trailingDotOrSpace),
    NameCase("nul.txt", .deviceName), NameCase(".GIT", .protectedName),
    NameCase("git~1", .protectedName), NameCase(bytes: [0x61, 0xFF, 0x62], .notUTF8),
  ])
  func `a name that no path can have is named, with all that is below`(
    _ name: NameCase
  ) async throws {
    let folder = try project.disk.folder("in")
    try EntryName.with(bytes: name.bytes) { (name) throws(Errno) in
      try folder.createDirectory(name, mode: 0o777)
      try folder.openDirectory(name).createFile("below", mode: 0o644).write([1])
    }
    let result = try await scan()
    #expect(result.snapshot.tree.entries.isEmpty)
    #expect(
      result.snapshot.unnameable == [
        UnnameableEntry(bytes: Array("in/".utf8) + name.bytes, reason: .name(name.problem))
      ])
    #expect(result.snapshot.occupied == [try project.path("in")])
  }

  @Test func `a name of 255 bytes is a name`() async throws {
    let name = String(repeating: "n", count: 255)
    try project.disk.write("x", to: name)
    #expect(try await scan().snapshot.tree.entries.map(\.path.key) == [name])
  }

  @Test func `another normalization form is the same path, with its spelling`() async throws {
    try project.disk.write("x", to: "cafe\u{301}/e\u{301}.txt")
    let entries = try await scan().snapshot.tree.entries
    #expect(entries.map { Array($0.path.key.utf8) } == [Array("caf\u{E9}/\u{E9}.txt".utf8)])
    #expect(
      entries[0].spelling.map { Array($0.utf8) } == Array("cafe\u{301}/e\u{301}.txt".utf8))
  }

  @Test func `two names with one key are one blocked path`() async throws {
    try project.disk.write("1", to: "caf\u{E9}")
    try project.disk.write("2", to: "cafe\u{301}")
    guard try project.files().count == 2 else { return }
    let result = try await scan()
    #expect(result.snapshot.tree.entries.count == 1)
    let path = try project.path("caf\u{E9}")
    #expect(try reason("caf\u{E9}", result) == .nameCollision(with: path))
  }

  @Test func `a file over the limit is blocked and not read`() async throws {
    try project.disk.write("12345", to: "big")
    try project.disk.write("1234", to: "fits")
    let result = try await scan(NoRules(), .init(largestFile: 4))
    #expect(try reason("big", result) == .tooLarge)
    #expect(result.filesRead == 1)
  }

  @Test func `a project inside is left out whole`() async throws {
    _ = try project.disk.folder("inner/.syncline")
    try project.disk.write("x", to: "inner/file")
    let result = try await scan()
    #expect(try reason("inner", result) == .nestedProject)
    #expect(result.snapshot.tree.entries.count == 1)
  }

  @Test func `a folder with a configuration of its own is a project inside`() async throws {
    try project.disk.write("targets: {}\n", to: "inner/syncline.yaml")
    try project.disk.write("x", to: "inner/deep/file")
    _ = try project.disk.folder("other/syncline.yaml")
    try project.disk.write("x", to: "other/file")
    try project.disk.write("targets: {}\n", to: "syncline.yaml")
    let result = try await scan()
    #expect(try reason("inner", result) == .nestedProject)
    #expect(result.snapshot.tree[try project.path("other/file")]?.node != nil)
    #expect(result.snapshot.tree[try project.path("inner/deep/file")] == nil)
  }

  @Test func `empty and occupied folders are told`() async throws {
    _ = try project.disk.folder("empty")
    _ = try project.disk.folder("outer/empty")
    try project.disk.write("x", to: "full/file")
    try project.disk.link("bad/link", to: "/outside")
    let snapshot = try await scan().snapshot
    #expect(snapshot.emptyFolders.map(\.key) == ["empty", "outer/empty"])
    #expect(snapshot.occupied.map(\.key) == ["bad"])
  }

  @Test func `the program's own names at the root are no entries`() async throws {
    try project.disk.write("project: x", to: "syncline.yaml")
    try project.disk.write("x", to: "sub/syncline.yml")
    let snapshot = try await scan().snapshot
    #expect(snapshot.tree.entries.map(\.path.key) == ["sub/syncline.yml"])
    #expect(snapshot.unnameable.isEmpty)
  }

  @Test func `an unreadable folder is blocked whole and an unreadable file alone`() async throws {
    try project.disk.write("x", to: "closed/file")
    try project.disk.write("x", to: "open/secret")
    try project.disk.write("x", to: "open/plain")
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .openDirectory, step.name == "closed" { throw .accessDenied }
      if step.kind == .openFile, step.name == "secret" { throw .accessDenied }
    })
    let result = try await project.replica(hooks: hooks).scan(using: StatCache())
    let denied = BlockReason.unreadable(errno: Errno.accessDenied.rawValue)
    #expect(try reason("closed", result) == denied)
    #expect(try reason("open/secret", result) == denied)
    #expect(
      result.snapshot.tree.entries.map(\.path.key) == ["closed", "open/plain", "open/secret"])
    #expect(result.snapshot.isComplete)
  }

  @Test func `a listing that breaks off blocks its folder`() async throws {
    try project.disk.write("x", to: "f/file")
    let once = Once()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .list, !once.take() { throw .inputOutput }
    })
    let result = try await project.replica(
      hooks: hooks, options: .init(threads: 1)
    ).scan(using: StatCache())
    #expect(try reason("f", result) == .unreadable(errno: Errno.inputOutput.rawValue))
  }

  @Test func `a root that cannot be listed is an error and no empty tree`() async throws {
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .list { throw .inputOutput }
    })
    let replica = try project.replica(hooks: hooks)
    let error = await #expect(throws: ReplicaError.self) {
      try await replica.scan(using: StatCache())
    }
    #expect(error?.code == .storage)
  }

  @Test func `a file that changes at every reading is blocked`() async throws {
    try project.disk.write("x", to: "busy")
    let disk = project.disk
    let counter = Counter()
    let growing = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .read else { return }
      counter.add()
      try disk.write(String(repeating: "x", count: counter.value + 1), to: "busy")
    })
    let result = try await project.replica(hooks: growing).scan(using: StatCache())
    #expect(try reason("busy", result) == .changedWhileReading)
    #expect(counter.value >= 3)
  }

  @Test func `a file that is renamed during the look is looked for again`() async throws {
    try project.disk.write("x", to: "f/b")
    let disk = project.disk
    let once = Once()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .status, step.name == "b", once.take() {
        let folder = try disk.folder("f")
        try folder.rename("b", to: folder, as: "a", .replace)
      }
    })
    let result = try await project.replica(hooks: hooks).scan(using: StatCache())
    #expect(result.snapshot.tree.entries.map(\.path.key) == ["f/a"])
    #expect(result.snapshot.tree.entries[0].node != nil)
  }

  @Test func `ignored entries are left out, listed on demand, and occupy their folder`()
    async throws
  {
    try project.disk.write("*.tmp\nbuild/\n", to: ".gitignore")
    for path in ["a.tmp", "build/out", "src/b.tmp", "src/c", ".env"] {
      try project.disk.write("x", to: path)
    }
    let rules = ProjectRules(try SelectionRules())
    let result = try await scan(rules, .init(collectsIgnored: true))
    #expect(result.snapshot.tree.entries.map(\.path.key) == [".gitignore", "src/c"])
    // And a folder that is left out stands in the way of a file of its name.
    #expect(result.snapshot.occupied.map(\.key) == ["build", "src"])
    #expect(
      Set(result.ignored.map { String(decoding: $0.bytes, as: UTF8.self) }) == [
        "a.tmp", "build", "src/b.tmp", ".env", ".syncline",
      ])
    #expect(result.ignored.allSatisfy { $0.reason != nil })
    try project.disk.write("*.log\n", to: ".gitignore")
    #expect(try await scan(rules).ruleFilesDigest != result.ruleFilesDigest)
  }
}
