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
  }

  @Test(arguments: [Errno.tooManyOpenFiles, .noSpace, .inputOutput, .accessDenied])
  func `nothing is known to be left out where the rules cannot be read`(error: Errno) throws {
    try project.disk.write("*.log\n", to: ".gitignore")
    try project.disk.write("!keep.log\n", to: "a/.gitignore")
    let opened = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .openFile, step.name == ".gitignore" else { return }
      opened.withLock { $0 += 1 }
      if opened.withLock({ $0 }) > 1 { throw error }
    })
    let isIgnored = try project.replica(hooks: hooks, rules: rules).ignoreLookup()
    #expect(isIgnored(try project.path("x.log")))
    #expect(!isIgnored(try project.path("a/keep.log")))
    #expect(!isIgnored(try project.path("a/x.log")))
  }

  @Test func `what a scan read counts, whatever became of the rules since`() async throws {
    try project.disk.write("*.log\n", to: ".gitignore")
    try project.disk.write("!keep.log\n", to: "a/.gitignore")
    let replica = try project.replica(rules: rules)
    let files = try await replica.scan(using: StatCache()).ruleFiles
    try project.disk.write("", to: ".gitignore")
    try project.disk.write("*\n", to: "a/.gitignore")
    let isIgnored = replica.ignoreLookup(in: files)
    for (path, expected) in [
      ("x.log", true), ("x", false), ("a/x.log", true), ("a/keep.log", false), ("a/x", false),
      ("gone/x.log", true),
    ] {
      #expect(isIgnored(try project.path(path)) == expected, "\(path)")
    }
  }

  @Test func `where a scan could not look the rules from above hold alone`() async throws {
    try project.disk.write("*.log\n", to: ".gitignore")
    try project.disk.write("*.tmp\n", to: "a/.gitignore")
    let opened = Locked(0)
    let hooks = FileHooks(before: { (step) throws(Errno) in
      guard step.kind == .openFile, step.name == ".gitignore" else { return }
      opened.withLock { $0 += 1 }
      if opened.withLock({ $0 }) > 1 { throw .accessDenied }
    })
    let replica = try project.replica(hooks: hooks, rules: rules)
    let found = try await replica.scan(using: StatCache())
    #expect(
      found.snapshot.tree[try project.path("a")]?.state == .blocked(.rulesUnreadable(errno: 13)))
    let isIgnored = replica.ignoreLookup(in: found.ruleFiles)
    #expect(isIgnored(try project.path("x.log")))
    #expect(isIgnored(try project.path("a/x.log")))
    #expect(!isIgnored(try project.path("a/b/x.tmp")))
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
