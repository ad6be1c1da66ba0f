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

/// One folder that is kept in step with two projects.
@Suite struct TwoTargetsTests {
  /// A folder bound to `p` on one hub as `main`, and to `q` on another as `staging`.
  private struct Pair {
    let stage: Stage
    let main: HubProcess
    let staging: HubProcess
    let clone: Clone

    init() throws {
      stage = try Stage()
      main = try stage.hub("hub-main")
      staging = try stage.hub("hub-staging")
      try main.createProject("p")
      try staging.createProject("q")
      // Each hub has a token of its own; the credentials file knows which.
      let ada = try stage.person("ada", of: main)
      let other = try stage.person("ada", of: staging)
      var signedIn = ada
      signedIn.token = nil
      for (hub, person) in [(main, ada), (staging, other)] {
        try Syncline.run(
          ["login", hub.url, "--token-stdin"], environment: signedIn.environment,
          input: Array((person.token ?? "").utf8)
        ).require(0)
      }
      clone = try signedIn.bind("work", to: "p", of: main)
      try clone.run("target", "add", "staging", staging.url + "/q").require(0)
      for number in 0..<30 { try clone.write("file \(number)\n", to: "d/f\(number).txt") }
    }

    /// What differs from a target: `STATE CHANGE PATH`, sorted.
    func differences(_ target: String) throws -> [String] {
      let status = try clone.json("status", "--target", target).require(0).document()
      return try #require(status["items"]?.arrayValue).map { item in
        let words = ["state", "change", "path"].map { item[$0]?.stringValue ?? "-" }
        return words.joined(separator: " ")
      }.sorted()
    }

    func sync(_ target: String) throws -> CommandResult {
      try clone.json("sync", "--target", target)
    }
  }

  @Test func `switching between two targets plans nothing false`() throws {
    let pair = try Pair()
    let clone = pair.clone
    try pair.sync("main").require(0)
    #expect(try pair.differences("main") == [])
    // The other target has seen nothing yet: all is new there, nothing is deleted or in conflict.
    #expect(try pair.differences("staging").count == 30)
    #expect(try pair.differences("staging").allSatisfy { $0.hasPrefix("local_to_remote added ") })
    let first = try pair.sync("staging").require(0)
    #expect(try first.paths("pushed").count == 30)
    for target in ["main", "staging", "main", "staging"] {
      #expect(try pair.differences(target) == [])
      let quiet = try pair.sync(target).require(0)
      #expect(try quiet.document()["run"]?.isNull == true, "\(quiet.words)")
    }

    // Somebody changes one project: that is news for the other one, and only that.
    let ben = try pair.stage.person("ben", of: pair.main).clone("p", of: pair.main, into: "ben")
    try ben.write("by ben\n", to: "d/f1.txt")
    try ben.write("new by ben\n", to: "d/new.txt")
    try ben.remove("d/f2.txt")
    try ben.run("push").require(0)
    #expect(try pair.differences("staging") == [])
    try pair.sync("main").require(0)
    #expect(try pair.differences("main") == [])
    #expect(
      try pair.differences("staging") == [
        "local_to_remote added d/new.txt", "local_to_remote deleted d/f2.txt",
        "local_to_remote modified d/f1.txt",
      ])
    try pair.sync("staging").require(0)

    // The other way round, and a local edit that each target gets once.
    let cy = try pair.stage.person("cy", of: pair.staging)
      .clone("q", of: pair.staging, into: "cy")
    expectSame(try cy.content(), try clone.content())
    try cy.write("by cy\n", to: "d/f3.txt")
    try cy.remove("d/f4.txt")
    try cy.run("push").require(0)
    try clone.write("by ada\n", to: "d/f5.txt")
    #expect(try pair.differences("main") == ["local_to_remote modified d/f5.txt"])
    let synced = try pair.sync("staging").require(0)
    #expect(try synced.paths("pulled") == ["d/f3.txt"])
    #expect(try synced.paths("deleted_local") == ["d/f4.txt"])
    #expect(try synced.paths("pushed") == ["d/f5.txt"])
    #expect(
      try pair.differences("main") == [
        "local_to_remote deleted d/f4.txt", "local_to_remote modified d/f3.txt",
        "local_to_remote modified d/f5.txt",
      ])
    try pair.sync("main").require(0)
    for target in ["main", "staging"] { #expect(try pair.differences(target) == []) }

    // The same path changed on both: each target knows its own base.
    try ben.run("pull").require(0)
    try ben.write("both, by ben\n", to: "d/f6.txt")
    try ben.run("push").require(0)
    try clone.write("both, by ada\n", to: "d/f6.txt")
    #expect(try pair.differences("main") == ["conflict modified d/f6.txt"])
    #expect(try pair.differences("staging") == ["local_to_remote modified d/f6.txt"])
    try pair.sync("staging").require(0)
    #expect(try pair.differences("main") == ["conflict modified d/f6.txt"])
    try clone.json("resolve", "d/f6.txt", "--keep", "remote", "--target", "main").require(0)
    #expect(try pair.differences("staging") == ["local_to_remote modified d/f6.txt"])
    pair.main.stop()
    pair.staging.stop()
    try pair.main.expectClean()
    try pair.staging.expectClean()
  }

  @Test func `a run that was cut off for one target hinders no other`() throws {
    let pair = try Pair()
    let clone = pair.clone
    try pair.sync("main").require(0)
    try pair.sync("staging").require(0)
    let ben = try pair.stage.person("ben", of: pair.main).clone("p", of: pair.main, into: "ben")
    try ben.write("by ben\n", to: "d/f1.txt")
    try ben.run("push").require(0)

    // The hub stands still in the middle of the run, which is killed while it waits.
    try clone.write("cut off\n", to: "d/f2.txt")
    try clone.write([UInt8](repeating: 0, count: 24 << 20), to: "large.bin")
    let before = try pair.main.requests().count
    let cut = try clone.start("sync", "--target", "main")
    try waitUntil {
      try pair.main.requests().dropFirst(before).contains { $0.path.contains("/uploads/") }
        || cut.hasEnded
    }
    pair.main.process.kill(SIGSTOP)
    try #require(!cut.hasEnded, "the run ended before it could be cut off")
    cut.kill()
    _ = cut.wait()

    // The first hub answers nobody now; the other target works as ever.
    let between = try pair.sync("staging").require(0)
    #expect(try between.paths("conflicts") == [])
    #expect(try Set(between.paths("pushed")).isSuperset(of: ["d/f2.txt", "large.bin"]))
    #expect(try pair.differences("staging") == [])
    try clone.write("later\n", to: "d/f3.txt")
    try pair.sync("staging").require(0)

    pair.main.process.kill(SIGCONT)
    let after = try pair.sync("main").require(0)
    #expect(try after.paths("conflicts") == [])
    #expect(try clone.text("d/f1.txt") == "by ben\n")
    #expect(try clone.text("d/f2.txt") == "cut off\n")
    #expect(try clone.text("d/f3.txt") == "later\n")
    #expect(try pair.differences("main") == [])
    #expect(try pair.differences("staging").allSatisfy { $0.hasSuffix(" d/f1.txt") })
    try pair.sync("staging").require(0)
    try ben.run("pull").require(0)
    expectSame(try ben.content(), try clone.content())
    for hub in [pair.main, pair.staging] {
      hub.stop()
      try hub.expectClean()
    }
  }

  /// Looks again and again until something is so, for half a minute at most.
  private func waitUntil(_ isSo: () throws -> Bool) throws {
    let end = WallClock.system.monotonic() + 30_000_000_000
    while try !isSo() {
      try #require(WallClock.system.monotonic() < end, "it never came to pass")
      sched_yield()
    }
  }
}
