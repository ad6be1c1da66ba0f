import JSON
import Platform
import TestSupport
import Testing

/// A full disk ends a run, never a file: what was begun is settled once there is room.
@Suite(.enabled(if: SmallDisk.isPossible, "only root can mount a small disk"))
struct `A full disk` {
  @Test func `in a clone that does not fit`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let seed = try ada.clone("p", of: hub, into: "seed")
    try seed.write(noise(3 << 20, seed: 1), to: "large.bin")
    try seed.write("small\n", to: "small.txt")
    try seed.run("push").require(0)
    let disk = try SmallDisk(at: stage.path + "/disk", kibibytes: 2048)
    let clone = Clone(path: disk.path + "/work", person: ada)
    let result = try ada.run(["clone", hub.url + "/p", clone.path])
    result.expect(5).expectHarmless().expectTold("are needed on this disk")
    #expect(try clone.content().paths.isEmpty)
    let grown = try ChildProcess.run("mount", ["-o", "remount,size=32m", disk.path])
    try #require(grown.exitCode == 0)
    try ada.run(["clone", hub.url + "/p", clone.path]).expect(0)
    expectSame(try seed.content(), try clone.content())
    try clone.expectNoLitter()
  }

  @Test func `that what is pulled fills most of: it arrives, and there is room for the next run`()
    throws
  {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let disk = try SmallDisk(at: stage.path + "/disk", kibibytes: 4096)
    try ada.run(["clone", hub.url + "/p", disk.path + "/work"]).require(0)
    let work = Clone(path: disk.path + "/work", person: ada)
    let seed = try ada.clone("p", of: hub, into: "seed")
    for file in 0..<6 { try seed.write(noise(400_000, seed: file), to: "f\(file)") }
    try seed.run("push").require(0)
    try work.run("pull").expect(0)
    expectSame(try seed.content(), try work.content())
    try seed.write("small\n", to: "small.txt")
    try seed.run("push").require(0)
    try work.run("pull").expect(0)
    expectSame(try seed.content(), try work.content())
    try work.expectNoLitter()
  }

  @Test func `in a pull, with less and less room`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let disk = try SmallDisk(at: stage.path + "/disk", kibibytes: 16384)
    try ada.run(["clone", hub.url + "/p", disk.path + "/work"]).require(0)
    let work = Clone(path: disk.path + "/work", person: ada)
    let friend = try ada.clone("p", of: hub, into: "friend")
    var failed = 0
    for (turn, room) in [0, 8192, 40_000, 64_000, 90_000, 120_000, 160_000, 250_000].enumerated() {
      for file in 0..<12 { try friend.write(noise(9_000, seed: turn * 100 + file), to: "f\(file)") }
      try friend.run("push").require(0)
      let before = try work.tree()
      let after = try friend.content()
      try disk.fill(leaving: room)
      let result = try work.json("pull")
      result.expect(0, 4, 5).expectHarmless()
      if result.exitCode != 0 {
        failed += 1
        // Every file is the old one or the new one, and nothing else is there.
        let now = try work.content()
        #expect(now.paths.allSatisfy { now[$0] == before[$0] || now[$0] == after[$0] })
        #expect(before.paths.allSatisfy { now[$0] != nil || $0 == "syncline.yaml" })
      }
      if result.exitCode == 5 { expectSame(before, try work.tree()) }
      try disk.clear()
      try work.run("pull").expect(0)
      expectSame(try work.content(), after)
      try work.expectNoLitter()
    }
    #expect(failed > 3)
  }

  @Test func `looks are answered on it`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let disk = try SmallDisk(at: stage.path + "/disk", kibibytes: 4096)
    try ada.run(["clone", hub.url + "/p", disk.path + "/work"]).require(0)
    let work = Clone(path: disk.path + "/work", person: ada)
    try work.write("1\n", to: "a.txt")
    try work.run("push").require(0)
    try work.write("2\n", to: "a.txt")
    try disk.fill(leaving: 0)
    for verb in ["status", "diff", "runs", "log", "ignored"] {
      try work.run(verb).expect(0)
    }
    try work.run("check").expect(1)
    #expect(try work.json("status").require(0).count("local_to_remote") == 1)
  }

  @Test func `in a push: the hub has all of it or nothing, and the next push agrees`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let disk = try SmallDisk(at: stage.path + "/disk", kibibytes: 4096)
    try ada.run(["clone", hub.url + "/p", disk.path + "/work"]).require(0)
    let work = Clone(path: disk.path + "/work", person: ada)
    let friend = try ada.clone("p", of: hub, into: "friend")
    var failed = 0
    for (turn, room) in [0, 8192, 40_000, 50_000, 60_000, 70_000, 80_000, 120_000].enumerated() {
      try work.write("turn \(turn)\n", to: "a.txt")
      try work.write(noise(4000, seed: turn), to: "b.bin")
      let before = try friend.content()
      let after = try work.content()
      try disk.fill(leaving: room)
      let result = try work.json("push")
      result.expect(0, 4, 5).expectHarmless()
      expectSame(try work.content(), after)
      try friend.run("pull").expect(0)
      let pulled = try friend.content()
      #expect(pulled == before || pulled == after)
      if result.exitCode == 5 { #expect(pulled == before, "\(result.words)") }
      if result.exitCode != 0 {
        failed += 1
        result.expectTold("full").expectTold("run again")
      }
      try disk.clear()
      try work.run("push").expect(0)
      try friend.run("pull").expect(0)
      expectSame(try friend.content(), after)
      try work.expectNoLitter()
    }
    #expect(failed > 1)
  }

  @Test func `of the hub in a push: the hub stays whole`() throws {
    let stage = try Stage()
    let disk = try SmallDisk(at: stage.path + "/disk", kibibytes: 24576)
    let hub = try stage.hub("disk/hub")
    try hub.createProject("p")
    let ada = try stage.person("ada", of: hub)
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("first\n", to: "a.txt")
    try work.run("push").require(0)
    var failed = 0
    for (turn, room) in [0, 4096, 50_000, 400_000, 1_000_000].enumerated() {
      try work.write("turn \(turn)\n", to: "a.txt")
      try work.write(noise(2 << 20, seed: turn), to: "b.bin")
      let before = try work.tree()
      try disk.fill(leaving: room)
      let result = try work.json("push")
      if result.exitCode != 0 {
        failed += 1
        let message = try result.expectRefusal(4, "storage")
        #expect(message.contains("disk is full"), "\(message)")
      }
      expectSame(before, try work.tree())
      // What only reads goes on.
      try work.run("status").expect(0)
      try disk.clear()
      try work.run("push").expect(0)
    }
    #expect(failed > 2)
    let other = try ada.clone("p", of: hub, into: "other")
    expectSame(try work.content(), try other.content())
    hub.stop()
    try hub.expectClean()
  }
}
