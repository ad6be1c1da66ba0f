import Crypto
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport
import Testing

/// Staging, trash, and what is left of a run that did not end.
struct RunTests {
  let project: ProjectFixture

  init() throws { project = try ProjectFixture() }

  private func wanted(_ text: String, _ path: String = "a") throws -> WantedContent {
    WantedContent(
      path: try project.path(path), digest: SHA256.hash(Array(text.utf8)),
      size: UInt64(text.utf8.count))
  }

  private func write(_ text: String, to writer: any ContentWriter) throws {
    try Array(text.utf8).withUnsafeBytes { try writer.write($0) }
  }

  @Test func `a cut transfer goes on where it was cut`() throws {
    let staging = try project.replica().staging(run: "r")
    // Only what takes longer than a moment is gone on with.
    let half = String(repeating: "hello ", count: 1 << 18)
    let content = try wanted(half + "world")
    let first = try staging.begin(content)
    try write(half, to: first)
    first.abandon()
    #expect(!staging.has(content))
    // Another process would do the same.
    let later = try project.replica().staging(run: "r")
    let second = try later.begin(content)
    #expect(second.received == UInt64(half.utf8.count))
    try write("world", to: second)
    try second.finish()
    #expect(later.has(content))
    let sink = MemoryContents()
    let reader = try later.open(content, from: UInt64(half.utf8.count))
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
    #expect(String(decoding: bytes[..<count], as: UTF8.self) == "world")
    _ = sink
  }

  @Test func `what a run had staged is handed over whole, and nothing else`() throws {
    let whole = try wanted("whole")
    let damaged = try wanted("damaged")
    let long = try wanted(String(repeating: "long", count: 1 << 19))
    let short = try wanted("short")
    let old = try project.replica().staging(run: "old")
    for (content, text) in [(whole, "whole"), (damaged, "damaged")] {
      let writer = try old.begin(content)
      try write(text, to: writer)
      try writer.finish()
    }
    for (content, text) in [(long, String(repeating: "long", count: 1 << 18)), (short, "sho")] {
      let writer = try old.begin(content)
      try write(text, to: writer)
      writer.abandon()
    }
    func place(_ content: WantedContent, _ run: String) -> String {
      let hex = content.digest.hex
      return ".syncline/staging/\(run)/\(hex.prefix(1))/\(hex)"
    }
    try project.disk.write("DAMAGED", to: place(damaged, "old"))
    try project.disk.setMode(0o755, of: place(whole, "old"))
    try project.disk.write("x", to: ".syncline/staging/kept/new-0")
    let replica = try project.replica()
    try replica.adoptStaging(into: "new", sparing: ["kept"])
    let new = try replica.staging(run: "new")
    #expect(new.has(whole) && !new.has(damaged) && new.hasAdopted)
    #expect(try new.begin(long).received == 1 << 20)
    #expect(try new.begin(short).received == 0)
    let hidden = try project.disk.everything()
    #expect(!hidden.contains { $0.hasPrefix(".syncline/staging/old") })
    #expect(hidden.contains(".syncline/staging/kept/new-0"))
    let folder = try project.disk.folder(".syncline/staging/new/\(whole.digest.hex.prefix(1))")
    #expect(try folder.status(of: whole.digest.hex).mode & 0o111 == 0)
    try replica.discardStaging(sparing: [])
    #expect(try !replica.hasStaging())
  }

  @Test func `what was made ready for a file that nobody may write is taken over too`() throws {
    let content = try wanted("ready")
    let old = try project.replica().staging(run: "old")
    let writer = try old.begin(content)
    try write("ready", to: writer)
    try writer.finish()
    let hex = content.digest.hex
    try project.disk.setMode(0o444, of: ".syncline/staging/old/\(hex.prefix(1))/\(hex)")
    // As for a user who is not root: a file without the bit is not opened for writing.
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .openForUpdate, step.name == hex { throw .accessDenied }
    })
    let replica = try project.replica(hooks: hooks)
    try replica.adoptStaging(into: "new", sparing: [])
    #expect(try replica.staging(run: "new").has(content))
  }

  @Test(arguments: ["hello_world", "hello", "hello world and more"])
  func `a content that is not what was announced is dropped`(_ text: String) throws {
    let staging = try project.replica().staging(run: "r")
    let content = try wanted("hello world")
    let writer = try staging.begin(content)
    #expect(throws: ContentError.mismatch(content.path)) {
      try write(text, to: writer)
      try writer.finish()
    }
    #expect(!staging.has(content))
    #expect(try staging.begin(content).received == 0)
  }

  @Test func `two transfers of one content at a time both end well`() throws {
    let staging = try project.replica().staging(run: "r")
    let content = try wanted("same")
    let writers = [try staging.begin(content), try staging.begin(content)]
    for writer in writers { try write("same", to: writer) }
    for writer in writers { try writer.finish() }
    #expect(staging.has(content))
  }

  @Test func `a pull reads into the staging area and is applied from it`() async throws {
    let remote = InMemoryReplica()
    remote.put(Array("theirs".utf8), at: try project.path("d/a"))
    let replica = try project.replica()
    let staging = try replica.staging(run: "run")
    let content = try wanted("theirs", "d/a")
    #expect(try await remote.read([content], into: staging).isEmpty)
    let change = PathChange(
      path: content.path, before: nil, after: remote.tree[content.path]?.node)
    let outcome = try await replica.apply(
      Batch(id: CommitID(run: "run", counter: 1), changes: [change]), contents: staging)
    #expect(outcome.results == [.done])
    #expect(try project.disk.text("d/a") == "theirs")
    try replica.discardStaging(run: "run")
    #expect(try project.disk.everything().allSatisfy { !$0.contains("staging/run") })
  }

  @Test func `a content that never came fails its path alone`() async throws {
    let replica = try project.replica()
    let missing = Node.file(
      Node.File(digest: SHA256.hash([UInt8]([1])), size: 1, isExecutable: false))
    let batch = Batch(
      id: CommitID(run: "run", counter: 1),
      changes: [
        PathChange(path: try project.path("a"), before: nil, after: missing),
        try project.change("b", from: nil, to: "here"),
      ])
    let outcome = try await replica.apply(batch, contents: project.contents)
    #expect(outcome.results == [.failed(.refused(code: "content_missing")), .done])
    #expect(try project.files() == ["b"])
  }

  @Test func `a writer that goes on writing into a kept file is told`() async throws {
    try project.disk.write("base", to: "a")
    try project.disk.write("calm", to: "b")
    let held = try project.disk.open().openFileForUpdate("a")
    let replica = try project.replica()
    let results = try await project.apply(
      replica,
      [project.change("a", from: "base", to: "new"), project.change("b", from: "calm", to: nil)])
    #expect(results == [.done, .done])
    #expect(try replica.lookAgain(run: "run").isEmpty)
    try held.write(Array("late".utf8))
    let changed = try replica.lookAgain(run: "run")
    #expect(changed.map(\.path.key) == ["a"])
    #expect(changed.first?.node == project.contents.add("late"))
    #expect(changed.first?.location == "trash/run/local/a")
  }

  @Test func `the disk shows whether an exchange happened`() async throws {
    try project.disk.write("old", to: "a")
    let replica = try project.replica()
    let content = try wanted("new")
    let path = content.path
    let new = project.contents.add("new")
    let writer = try replica.staging(run: "run").begin(content)
    try write("new", to: writer)
    try writer.finish()
    var evidence = try replica.recoveryEvidence(run: "run", path: path, intended: new)
    #expect(evidence.isStaged && !evidence.wasTaken && evidence.kept.isEmpty)
    _ = try await project.apply(replica, [project.change("a", from: "old", to: "new")])
    // As another process sees it.
    evidence = try project.replica().recoveryEvidence(run: "run", path: path, intended: new)
    #expect(!evidence.isStaged)
    #expect(evidence.kept.map(\.node) == [project.contents.add("old")])
  }

  @Test func `killed before any step, what was there is there or in the trash`() async throws {
    var steps = 0
    for stop in 0..<200 {
      let project = try ProjectFixture()
      try project.disk.write("one", to: "a")
      try project.disk.write("two", to: "d/b")
      let counter = Counter()
      let hooks = FileHooks(before: { (step) throws(Errno) in
        counter.add()
        // From here on the process is dead: nothing more reaches the disk.
        if counter.value > stop { throw .inputOutput }
      })
      let changes = [
        try project.change("a", from: "one", to: "1"),
        try project.change("d/b", from: "two", to: nil),
        try project.change("d", from: nil, to: "file"),
        try project.change("e/f", from: nil, to: "3"),
      ]
      let replica = try project.replica(hooks: hooks)
      do { _ = try await project.apply(replica, changes) } catch is ReplicaError {}
      let isWhole = counter.value <= stop
      let present = try (project.files() + project.trash()).count
      let texts = try Set(
        project.disk.everything().filter { !$0.hasSuffix("/") }.map { try project.disk.text($0) })
      #expect(texts.isSuperset(of: ["one", "two"]), "stopped before step \(stop)")
      #expect(present > 0)
      for path in try project.files() where !path.hasSuffix("/") {
        let text = try project.disk.text(path)
        #expect(["one", "two", "1", "file", "3"].contains(text), "\(path) holds \(text)")
      }
      // The next process does the rest, and ends where an undisturbed one does.
      let results = try await project.apply(try project.replica(), changes)
      #expect(results.allSatisfy { $0 == .done }, "stopped before step \(stop): \(results)")
      #expect(try project.files() == ["a", "d", "e/f"])
      steps = stop
      if isWhole { break }
    }
    #expect(steps > 30 && steps < 199)
  }

  @Test func `an undo finds what was kept by its digest`() async throws {
    try project.disk.write("one", to: "a")
    let replica = try project.replica()
    _ = try await project.apply(
      replica,
      [project.change("a", from: "one", to: "two"), project.change("a", from: "two", to: "six")])
    let trash = try project.replica().trashContents(run: "run")
    let back = PathChange(
      path: try project.path("a"), before: project.contents.add("six"),
      after: project.contents.add("two"))
    let outcome = try await replica.apply(
      Batch(id: CommitID(run: "undo", counter: 1), changes: [back]), contents: trash)
    #expect(outcome.results == [.done])
    #expect(try project.disk.text("a") == "two")
    #expect(try project.trash("undo") == ["a"])
  }

  @Test func `room on the disk is asked of the disk`() throws {
    let replica = try project.replica()
    #expect(try replica.hasRoom(for: 1))
    #expect(try !replica.hasRoom(for: 1 << 62))
    #expect(try !replica.hasRoom(for: .max))
  }

  @Test func `a push reads the files as they are and finds a change on the way`() throws {
    try project.disk.write("content", to: "d/a")
    let contents = try project.replica().contents
    let content = try wanted("content", "d/a")
    let reader = try contents.open(content, from: 0)
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
    #expect(count == 7)
    try project.disk.write("changed", to: "d/a")
    #expect(throws: ContentError.mismatch(content.path)) {
      try bytes.withUnsafeMutableBytes { try reader.read(into: $0) }
    }
    try project.disk.write("longer than that", to: "d/a")
    #expect(throws: ContentError.mismatch(content.path)) { try contents.open(content, from: 0) }
    try project.disk.removeFile("d/a")
    #expect(throws: ContentError.missing(content.path)) { try contents.open(content, from: 0) }
  }
}
