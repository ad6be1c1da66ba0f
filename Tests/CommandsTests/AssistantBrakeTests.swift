import JSON
import TestSupport
import Testing

@testable import Commands

/// What an assistant may delete, in one call or in many.
@Suite struct AssistantBrakeTests {
  /// A world with 40 pushed files, and an assistant.
  private func world() async throws -> AssistantWorld {
    let world = try await HistoryWorld()
    for number in 0..<40 { try world.write("\(number)\n", to: "f\(number).txt") }
    return try AssistantWorld(world)
  }

  private func remove(_ numbers: Range<Int>, in world: HistoryWorld) throws {
    for number in numbers { try world.folder.removeFile("p/f\(number).txt") }
  }

  @Test func `taking back a push of many files is left to a person`() async throws {
    let assistant = try await world()
    let pushed = try await assistant.data("sync_local_to_remote")
    let run = try #require(pushed["run"]?.stringValue)
    for isDryRun in [true, false] {
      let error = try await assistant.error(
        "sync_undo", ["run": .string(run), "dry_run": .bool(isDryRun)])
      #expect(error["code"]?.stringValue == "stopped")
      #expect(error["brakes"]?[0]?["brake"]?.stringValue == "deletions")
      let hint = error["brakes"]?[0]?["hint"]?.stringValue
      #expect(hint?.contains("syncline undo RUN") == true)
    }
    #expect(await assistant.world.run("show", "f1.txt@remote").output == "1\n")
    // A person knows what goes, and is not asked.
    let undone = await assistant.world.run("undo", run, "--json")
    #expect(undone.exit == 0, "\(undone.errors)")
    #expect(try undone.texts("deleted_remote").count == 40)
  }

  @Test(arguments: ["sync_local_to_remote", "sync_apply"])
  func `deletions in small steps count together`(tool: String) async throws {
    let assistant = try await world()
    let world = assistant.world
    await world.run("push")
    try remove(0..<20, in: world)
    let first = try await assistant.data("sync_local_to_remote", ["what": ["f?.txt"]])
    #expect(first.texts("deleted_remote").count == 10)
    var plan: JSONValue = [:]
    if tool == "sync_apply" {
      // Made before the brake would stop it.
      try world.write("0\n", to: "f0.txt")
      plan = try await assistant.data("sync_plan", ["what": ["f0.txt"]])
    }
    let error = try await assistant.error("sync_local_to_remote", ["what": ["f1?.txt"]])
    #expect(error["code"]?.stringValue == "stopped")
    let words = error["brakes"]?[0]?["message"]?.stringValue ?? ""
    #expect(words.contains("after 10 by earlier calls"), "\(words)")
    let hint = error["brakes"]?[0]?["hint"]?.stringValue ?? ""
    #expect(hint.contains("in a terminal"), "\(hint)")
    #expect(await world.run("show", "f12.txt@remote").output == "12\n")
    let planned = try await assistant.error("sync_plan")
    #expect(planned["code"]?.stringValue == "stopped")
    // What deletes nothing is not hindered.
    if tool == "sync_apply" {
      let id = try #require(plan["plan_id"])
      let applied = try await assistant.data("sync_apply", ["plan_id": id])
      #expect(applied.texts("pushed") == ["f0.txt"])
    } else {
      try world.write("new\n", to: "new.txt")
      let pushed = try await assistant.data("sync_local_to_remote", ["what": ["new.txt"]])
      #expect(pushed.texts("pushed") == ["new.txt"])
    }
    // The calls of another server, and people, begin anew.
    #expect(await world.run("push").exit == 0)
  }

  @Test func `a plan that deletes does not pass the brake that came after it`() async throws {
    let assistant = try await world()
    let world = assistant.world
    await world.run("push")
    try remove(0..<8, in: world)
    let plan = try await assistant.data("sync_plan")
    let id = try #require(plan["plan_id"])
    let run = try await assistant.data("sync_local_to_remote")["run"]?.stringValue
    // The remote has them again, so that the plan is what it was.
    #expect(await world.run("undo", run ?? "").exit == 0)
    let error = try await assistant.error("sync_apply", ["plan_id": id])
    #expect(error["code"]?.stringValue == "stopped")
    #expect(await world.run("show", "f1.txt@remote").output == "1\n")
  }

  @Test func `renames do not count`() async throws {
    let assistant = try await world()
    let world = assistant.world
    await world.run("push")
    for (from, to) in [("f", "g"), ("g", "h")] {
      for number in 0..<10 {
        try world.folder.removeFile("p/\(from)\(number).txt")
        try world.write("\(number)\n", to: "\(to)\(number).txt")
      }
      let pushed = try await assistant.data("sync_local_to_remote")
      #expect(pushed.texts("deleted_remote").count == 10)
    }
  }
}
