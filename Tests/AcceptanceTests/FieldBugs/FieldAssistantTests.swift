import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// Field bugs, chapter G: looks that write, and assistants that overwrite.
@Suite struct FieldAssistantTests {
  // B56
  @Test func `a dry run of each verb asks and does nothing else`() throws {
    let field = try FieldStage(["a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n", "d.txt": "d\n"])
    try field.pushAsBen(["a.txt": "a by ben\n", "c.txt": "c by ben\n"], removing: ["d.txt"])
    try field.ada.write("b by ada\n", to: "b.txt")
    try field.run(field.ada, ["push"])
    try field.ada.write("a by ada\n", to: "a.txt")
    try field.ada.write("new\n", to: "new.txt")
    let places = [field.ada.path, field.ada.person.home, field.hub.data]
    let before = try places.map { try Imprint($0) }
    func expectSameEverywhere(_ words: String) throws {
      let asked = field.server.asked
      #expect(!asked.contains { $0.method != "GET" }, "\(words): \(asked)")
      for (place, old) in zip(places, before) {
        #expect(try Imprint(place).differences(from: old) == [], "\(words)")
      }
    }
    field.server.spoil(nil)
    for words in [
      ["pull"], ["pull", "--force"], ["pull", "--mirror"], ["push"], ["push", "--force"],
      ["push", "--mirror"], ["sync"], ["sync", "--prefer", "both"], ["sync", "--atomic"],
      ["resolve", "a.txt", "--keep", "local"], ["resolve", "a.txt", "--keep", "remote"],
      ["restore", "b.txt", "--at", "1"], ["undo"], ["rebase"], ["trash", "prune"],
    ] {
      let said = try field.ada.person.run(words + ["--dry-run"], in: field.ada.path)
      said.expect(0, 5)
      try expectSameEverywhere(said.words)
    }
    // What assistants may look with is as pure.
    let session = try AssistantSession(field.ada, [.call("sync_status"), .call("sync_plan")])
    #expect(session.data(1)?["plan_id"]?.stringValue?.isEmpty == false, "\(session.answers)")
    try expectSameEverywhere("mcp")
    try field.expectInvariants()
  }

  // B66
  @Test func `an assistant has no way to overwrite what a person did not decide`() throws {
    let field = try FieldStage(FieldStage.many(40))
    try field.pushAsBen(["d/f0.txt": "by ben\n"])
    try field.ada.write("by ada\n", to: "d/f0.txt")
    for number in 10..<40 { try field.ada.remove("d/f\(number).txt") }
    let before = try field.ada.tree()
    field.server.spoil(nil)
    let refused: [(tool: String, arguments: JSONValue, code: String)] = [
      ("sync_local_to_remote", ["force": true], "bad_arguments"),
      ("sync_local_to_remote", ["mirror": true], "bad_arguments"),
      ("sync_local_to_remote", ["allow_deletes": 99], "bad_arguments"),
      ("sync_project_to_local", ["force": true], "bad_arguments"),
      ("sync_apply", [:], "bad_arguments"),
      ("sync_apply", ["plan_id": "p-made-up"], "no_such_plan"),
      ("sync_resolve", ["keep": "local"], "bad_arguments"),
      ("sync_resolve", ["paths": ["d"], "keep": "local"], "no_conflict"),
      ("sync_local_to_remote", [:], "stopped"),
    ]
    let session = try AssistantSession(
      field.ada, refused.map { .call($0.tool, $0.arguments) } + [.call("sync_status")])
    for (number, call) in refused.enumerated() {
      #expect(
        session.error(number)?["code"]?.stringValue == call.code,
        "\(call.tool) \(call.arguments): \(session.answers[number])")
    }
    #expect(session.data(refused.count)?["conflicts"] == ["d/f0.txt"])
    #expect(field.server.asked.allSatisfy { $0.method == "GET" }, "\(field.server.asked)")
    expectSame(before, try field.ada.tree())
    // Without the deletions that only a person may order, it goes on, and leaves the conflict.
    for number in 10..<40 { try field.ada.write("file \(number)\n", to: "d/f\(number).txt") }
    let push = try AssistantSession(field.ada, [.call("sync_local_to_remote")])
    #expect(push.data(0)?["outcome"]?.stringValue == "conflicts", "\(push.answers)")
    #expect(push.data(0)?["conflicts"] == ["d/f0.txt"])
    try field.run(field.ben, ["pull"])
    #expect(try field.ben.text("d/f0.txt") == "by ben\n")
    #expect(try field.ada.text("d/f0.txt") == "by ada\n")
    try field.expectInvariants()
  }
}

/// A server for assistants that is given calls on its standard input, one after the other.
private struct AssistantSession {
  /// A call of a tool.
  struct Call {
    let tool: String
    let arguments: JSONValue

    static func call(_ tool: String, _ arguments: JSONValue = [:]) -> Call {
      Call(tool: tool, arguments: arguments)
    }
  }

  /// The answers in the order of the calls.
  let answers: [JSONValue]

  init(_ clone: Clone, _ calls: [Call]) throws {
    let server = try ChildProcess(
      try Syncline.binary(), ["mcp"], environment: clone.person.environment,
      directory: clone.path, input: Array(AssistantSession.lines(calls).utf8))
    let outcome = server.wait(seconds: 60)
    try #require(outcome.exitCode == 0 && !outcome.timedOut, "\(outcome.errorText)")
    var found: [Int: JSONValue] = [:]
    for line in outcome.outputText.split(separator: "\n") {
      let answer = try JSONValue.parse(Array(line.utf8))
      if let id = answer["id"]?.intValue { found[id] = answer }
    }
    answers = try calls.indices.map { try #require(found[$0], "\(outcome.outputText)") }
  }

  private static func lines(_ calls: [Call]) -> String {
    calls.enumerated().map { number, call in
      let message: JSONValue = [
        "jsonrpc": "2.0", "id": .integer(Int64(number)), "method": "tools/call",
        "params": [
          "name": .string(call.tool), "arguments": call.arguments,
          "_meta": [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
            "io.modelcontextprotocol/clientInfo": ["name": "field", "version": "1"],
          ],
        ],
      ]
      return String(decoding: message.bytes(), as: UTF8.self) + "\n"
    }.joined()
  }

  /// What a tool answered.
  func data(_ number: Int) -> JSONValue? {
    answers[number]["result"]?["structuredContent"]?["data"]
  }

  /// Why a tool refused.
  func error(_ number: Int) -> JSONValue? {
    answers[number]["result"]?["structuredContent"]?["error"]
  }
}
