import HTTPServing
import JSON
import Platform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A server that is not there, or never answers, holds nobody up for long.
@Suite struct `A server that says nothing` {
  @Test func `is down`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("a\n", to: "a.txt")
    try work.run("push").require(0)
    try work.write("b\n", to: "a.txt")
    hub.stop()
    let before = try work.tree()
    let start = WallClock.system.monotonic()
    for verb in ["status", "push", "log"] {
      let message = try work.json(verb).expectRefusal(7, "unreachable")
      #expect(message.contains(hub.url) && message.contains("no connection could be made"))
    }
    try work.run("doctor").expect(7).expectHarmless(token: ada.token)
    let clone = try ada.run(["clone", hub.url + "/p", "new", "--json"])
    try clone.expectRefusal(7, "unreachable")
    #expect(!stage.folder.exists("new"))
    #expect(WallClock.system.monotonic() - start < 90_000_000_000)
    expectSame(before, try work.tree())
    try hub.restart()
    try work.run("push").expect(0)
  }

  @Test func `is no server of HTTP, or has no name`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    for url in ["https://nowhere.invalid/p", "https://127.0.0.1:1/p"] {
      let result = try ada.run(["clone", url, "new", "--json"])
      let document = try result.expect(6, 7).expectHarmless().document()
      #expect(document["error"]?["hint"]?.stringValue?.isEmpty == false)
      #expect(!stage.folder.exists("new"))
    }
    let plain = try ada.run(["clone", "http://192.0.2.1/p", "new"])
    plain.expect(2).expectTold("--allow-plain-http")
  }

  @Test(.timeLimit(.minutes(5))) func `never answers`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let server = try HostileServer(before: hub.url)
    try ada.run(["clone", server.url + "/p", "work"]).require(0)
    let work = Clone(path: stage.path + "/work", person: ada)
    let gate = Monitor(false)
    defer { gate.update { $0 = true } }
    server.spoil { _ in
      _ = gate.wait { $0 ? true : nil }
      return nil
    }
    let interrupted = try work.start("push")
    let status = try work.start("status", "--json")
    // Both have asked once they are seen here.
    let deadline = WallClock.system.monotonic() + 30_000_000_000
    while server.asked.count < 2, WallClock.system.monotonic() < deadline { _ = sched_yield() }
    interrupted.kill(2)
    let stopped = interrupted.wait(seconds: 10)
    #expect(!stopped.timedOut && stopped.exitCode == 130, "\(stopped.errorText)")
    let outcome = status.wait(seconds: 180)
    let result = CommandResult(arguments: ["status"], outcome: outcome)
    let message = try result.expectRefusal(7, "unreachable")
    #expect(message.contains("nothing came for too long"))
    gate.update { $0 = true }
    server.spoil(nil)
    try work.run("push").expect(0)
  }
}
