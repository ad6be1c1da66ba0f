import HTTPServing
import JSON
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

/// Field bugs, chapter B: empty, short and lying listings, lost access, and restored servers.
@Suite struct FieldListingTests {
  // B15
  @Test(arguments: ["push", "sync"])
  func `a folder that is suddenly empty deletes nothing on the remote`(verb: String) throws {
    let field = try FieldStage(FieldStage.many(5))
    let away = field.stage.path + "/away"
    #expect(rename(field.ada.path + "/d", away) == 0)
    let stopped = try field.run(field.ada, [verb], 5)
    #expect(try stopped.paths("deleted_remote") == [])
    stopped.expectTold("--allow-empty")
    // An unmounted disk takes the private folder with it: that is no project at all.
    let whole = field.stage.path + "/unmounted"
    #expect(rename(field.ada.path, whole) == 0 && mkdir(field.ada.path, 0o755) == 0)
    try field.ada.run(verb).expect(2, 5)
    #expect(rmdir(field.ada.path) == 0 && rename(whole, field.ada.path) == 0)
    #expect(rename(away, field.ada.path + "/d") == 0)
    try field.expectInvariants()
    #expect(try field.ben.content().paths.count == 5)
  }

  // B15, B16: whatever a server says of itself, a listing without most of the files is no order.
  @Test(arguments: [0, 5, 29])
  func `a consistent listing without files that were there stops a pull`(left: Int) throws {
    let field = try FieldStage(FieldStage.many(40))
    let made = field.stage.path + "/plan.json"
    try field.ada.run("plan", "--out", made).require(0)
    let id = try #require(
      try JSONValue.parse(try POSIXFileSystem().readFile(path: made))["target"]?["identity"]?
        .stringValue)
    let entries = (0..<left).map {
      MadeUpListing.Entry.file("d/f\($0).txt", "file \($0)\n")
    }.sorted { $0.path < $1.path }
    let whole = MadeUpListing(id: id, revision: 9, entries: entries).response
    field.server.spoil { asked in
      guard asked.isListing else { return nil }
      return .instead(asked.path.contains("since=") ? .refusal(410, "history_gone") : whole)
    }
    for words in [["pull"], ["sync"], ["pull", "--force"], ["pull", "--mirror"]] {
      let result = try field.run(field.ada, words, 5, 7)
      result.expectTold("hint: ")
    }
    #expect(try field.ada.content().paths.count == 40)
    try field.expectInvariants()
  }

  // B17
  @Test func `after days without access edits of both sides go where they belong`() throws {
    let field = try FieldStage()
    var locked = field.ada
    locked.person.token = "slt_dead"
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("new by ada\n", to: "new.txt")
    try field.pushAsBen(["b.txt": "b by ben\n"])
    for verb in ["sync", "pull", "push", "status"] { try locked.run(verb).expect(6) }
    try locked.run("logout", field.server.url).expect(0)
    let login = try Syncline.run(
      ["login", field.server.url, "--token-stdin"], environment: locked.person.environment,
      directory: locked.path, input: Array((field.ada.person.token ?? "").utf8))
    login.expect(0)
    locked.person.token = nil
    let synced = try field.run(locked, ["sync"])
    #expect(try synced.paths("pushed") == ["a.txt", "new.txt"])
    #expect(try synced.paths("pulled") == ["b.txt"])
    try field.expectInvariants()
  }

  // B19
  @Test func `the brake on many deletions speaks on standard error, in JSON and by its code`()
    throws
  {
    let field = try FieldStage(FieldStage.many(40))
    for number in 0..<30 { try field.ada.remove("d/f\(number).txt") }
    let stopped = try field.run(field.ada, ["push"], 5)
    let brakes = try #require(try stopped.document()["brakes"]?.arrayValue)
    #expect(brakes.count == 1 && brakes.first?["message"]?.stringValue?.contains("30") == true)
    #expect(stopped.errorText.contains("stopped:"))
    #expect(stopped.errorText.contains("--allow-deletes 30"))
    let words = try field.ada.run("push", "-q").expect(5)
    #expect(words.errorText.contains("stopped:"), "\(words.words)")
    try field.run(field.ada, ["pull", "--mirror"])
    try field.expectInvariants()
  }

  // B18
  @Test func `a full listing of another project is not taken for this one`() throws {
    let field = try FieldStage(FieldStage.many(40))
    try field.hub.createProject("q")
    let bound = try field.stage.person("cy", of: field.hub)
      .run(["init", field.hub.url + "/q", "--json"], in: try field.stage.empty("cy"))
    let id = try #require(try bound.document()["id"]?.stringValue)
    // All files but one, so that no brake that counts would speak.
    let entries = (1..<40).map { MadeUpListing.Entry.file("d/f\($0).txt", "file \($0)\n") }
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    let other = MadeUpListing(id: id, revision: 9, entries: entries).response
    try field.ada.write("by ada\n", to: "d/f0.txt")
    field.server.spoil { $0.isListing ? .instead(other) : nil }
    for words in [["pull"], ["push"], ["sync"], ["push", "--force"], ["pull", "--mirror"]] {
      try field.run(field.ada, words, 5, 7).expectTold("hint: ")
    }
    #expect(field.server.asked.allSatisfy { $0.method == "GET" }, "\(field.server.asked)")
    #expect(try field.ada.content().paths.count == 40)
    try field.expectInvariants()
    #expect(try field.ben.text("d/f0.txt") == "by ada\n")
  }

  // B20
  @Test(arguments: Truncation.allCases)
  func `an answer that was cut is an error, and no shorter tree`(cut: Truncation) throws {
    let field = try FieldStage(FieldStage.many(8))
    try field.pushAsBen(["d/f1.txt": "by ben\n", "new.txt": "new\n"])
    try field.ada.write("by ada\n", to: "d/f2.txt")
    let before = try field.ada.tree()
    for isWanted: @Sendable (HostileServer.Asked) -> Bool in [{ $0.isListing }, { $0.isPack }] {
      for verb in ["pull", "sync"] {
        field.server.spoil { isWanted($0) ? .changed { cut.spoil($0) } : nil }
        try field.run(field.ada, [verb], 4, 7)
        expectSame(before, try field.ada.tree())
        #expect(field.server.asked.contains(where: isWanted))
        #expect(field.server.asked.allSatisfy { !$0.isCommit }, "\(field.server.asked)")
      }
    }
    try field.expectInvariants()
    #expect(try field.ben.text("d/f2.txt") == "by ada\n")
  }

  /// What is left of an answer that did not arrive as it was sent.
  enum Truncation: String, CaseIterable, CustomTestStringConvertible {
    case middle, length, page

    var testDescription: String { rawValue }

    func spoil(_ answer: HostileServer.Answer) -> HTTPResponse {
      let half = Array(answer.body.prefix(answer.body.count / 2))
      return switch self {
      case .middle: answer.with(half)
      case .length:
        HostileServer.Answer(status: answer.status, headers: answer.headers, body: half).cut
      case .page: .page
      }
    }
  }

  // B21
  @Test func `a content that comes empty replaces nothing`() throws {
    let field = try FieldStage()
    try field.pushAsBen(["a.txt": String(repeating: "long\n", count: 24)])
    let empty: HostileServer.Script = { asked in
      asked.isPack || asked.isLarge ? .changed { $0.with([]) } : nil
    }
    for verb in ["pull", "sync"] {
      field.server.spoil(empty)
      try field.run(field.ada, [verb], 4, 7)
      #expect(try field.ada.text("a.txt") == "base a\n")
      field.server.spoil(nil)
      #expect(try field.states(field.ada) == ["a.txt": "remote_to_local modified"])
    }
    try field.expectInvariants()
  }
}
