import IgnoreRules
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

@Suite struct `Looking up what is ignored` {
  private let project: ProjectFixture
  private let rules: ProjectRules

  init() throws {
    project = try ProjectFixture()
    rules = ProjectRules(try SelectionRules())
  }

  @Test func `rules of folders count for paths that are not there`() throws {
    try project.disk.write("*.log\n", to: "a/.gitignore")
    try project.disk.write("!keep.log\n", to: "a/b/.gitignore")
    let isIgnored = try project.replica(rules: rules).ignoreLookup()
    for (path, expected) in [
      ("x.log", false), ("a/x.log", true), ("a/b/x.log", true), ("a/b/keep.log", false),
      ("gone/x.log", false), ("a/gone/x.log", true),
    ] {
      #expect(isIgnored(try project.path(path)) == expected, "\(path)")
    }
    try isIgnored.check(against: Tree([]))
  }

  @Test(arguments: [Errno.tooManyOpenFiles, .noSpace, .inputOutput])
  func `rules that cannot be read are not taken for none`(error: Errno) throws {
    try project.disk.write("*.log\n", to: "a/.gitignore")
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .openFile, step.name == ".gitignore" { throw error }
    })
    let isIgnored = try project.replica(hooks: hooks, rules: rules).ignoreLookup()
    _ = isIgnored(try project.path("a/x.log"))
    #expect(throws: ReplicaError.self) { try isIgnored.check(against: Tree([])) }
  }

  @Test(arguments: [true, false])
  func `rules that may not be read are left to the scan, where it blocks their folder`(
    isBlocked: Bool
  ) async throws {
    try project.disk.write("*.log\n", to: "a/.gitignore")
    let isDenied = Locked(false)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      let isRead = step.kind == .openFile && step.name == ".gitignore"
      if isRead, isDenied.withLock({ $0 }) { throw .accessDenied }
    })
    let replica = try project.replica(hooks: hooks, rules: rules)
    let isIgnored = replica.ignoreLookup()
    isDenied.withLock { $0 = true }
    #expect(!isIgnored(try project.path("a/x.log")))
    isDenied.withLock { $0 = isBlocked }
    let tree = try await replica.snapshot(since: nil).tree
    #expect((tree[try project.path("a")]?.state == .blocked(.unreadable(errno: 13))) == isBlocked)
    if isBlocked {
      try isIgnored.check(against: tree)
    } else {
      #expect(throws: ReplicaError.self) { try isIgnored.check(against: tree) }
    }
  }

  @Test func `nothing is known to be left out where the rules may not be read`() throws {
    try project.disk.write("*.log\n", to: ".gitignore")
    try project.disk.write("!keep.log\n", to: "a/.gitignore")
    let opened = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .openFile, step.name == ".gitignore" else { return }
      opened.withLock { $0 += 1 }
      if opened.withLock({ $0 }) > 1 { throw .accessDenied }
    })
    let isIgnored = try project.replica(hooks: hooks, rules: rules).ignoreLookup()
    #expect(isIgnored(try project.path("x.log")))
    #expect(!isIgnored(try project.path("a/keep.log")))
    #expect(throws: ReplicaError.self) { try isIgnored.check(against: Tree([])) }
  }

  @Test(arguments: ["\u{E9}", "e\u{301}"], ["\u{E9}", "e\u{301}"])
  func `a name is left out by its key, however rule and disk spell it`(
    rule: String, name: String
  ) async throws {
    try project.disk.write("/\(rule)/n\n", to: ".gitignore")
    try project.disk.write("1", to: "\(name)/n")
    let replica = try project.replica(rules: rules)
    let path = try project.path("\u{E9}/n")
    #expect(replica.ignoreLookup()(path))
    #expect(try await replica.snapshot(since: nil).tree[path] == nil)
  }
}
