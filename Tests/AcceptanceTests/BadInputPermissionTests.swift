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

/// What cannot be read is never taken for deleted; what cannot be written is told as such.
@Suite struct `Files and folders without permission` {
  private func world() throws -> (Stage, HubProcess, Clone, friend: Clone) {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    let friend = try ada.clone("p", of: hub, into: "friend")
    for name in ["top.txt", "sub/a.txt", "sub/b.txt"] { try work.write("\(name)\n", to: name) }
    try work.run("push").require(0)
    try friend.run("pull").require(0)
    try work.giveAway()
    return (stage, hub, work, friend)
  }

  @Test func `an unreadable folder deletes nothing on the other side`() throws {
    let (stage, hub, work, friend) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try work.setMode(0, of: "sub")
    for verb in [
      ["push"], ["sync"], ["push", "--mirror"], ["pull", "--mirror"], ["push", "--force"],
    ] {
      let result = try work.runUnprivileged(verb + ["--json"])
      result.expect(4).expectHarmless()
      #expect(try result.paths("blocked") == ["sub", "sub/a.txt", "sub/b.txt"])
      #expect(try result.paths("deleted_remote").isEmpty)
      #expect(try result.paths("deleted_local").isEmpty)
    }
    try work.runUnprivileged(["status"]).expect(0)
      .expectTold("sub: it cannot be read (Permission denied)")
    try work.runUnprivileged(["status", "sub/mine.txt"]).expect(2)
      .expectTold("and not all could be read: sub.")
    try friend.run("pull").expect(0)
    #expect(friend.has("sub/a.txt") && friend.has("sub/b.txt"))
    try work.setMode(0o755, of: "sub")
    try work.runUnprivileged(["push"]).expect(0)
    expectSame(try work.content(), try friend.content())
  }

  @Test func `rules of a folder that cannot be read are named, and what is below it stays`() throws
  {
    let (stage, hub, work, friend) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try work.write("*.tmp\n", to: "sub/.gitignore")
    try work.giveAway()
    try work.setMode(0, of: "sub/.gitignore")
    try friend.write("changed\n", to: "sub/a.txt")
    try friend.write("changed\n", to: "top.txt")
    try friend.run("push").require(0)
    let result = try work.runUnprivileged(["sync", "--json"]).expect(4).expectHarmless()
    #expect(try result.paths("pulled") == ["top.txt"])
    #expect(try result.paths("deleted_remote").isEmpty)
    let words = "the ignore rules in it cannot be read (Permission denied)"
    try work.runUnprivileged(["status"]).expect(0).expectTold("sub: \(words)")
    try work.runUnprivileged(["ignored"]).expect(0).expectTold(
      "'sub' was not looked into: \(words)")
    try work.runUnprivileged(["ignored", "sub/"]).expect(0).expectTold(words)
    try work.runUnprivileged(["doctor"]).expect(0).expectTold("'sub': \(words)")
    #expect(try work.text("sub/a.txt") == "sub/a.txt\n")
    try work.setMode(0o644, of: "sub/.gitignore")
    try work.runUnprivileged(["sync"]).expect(0)
    try friend.run("pull").expect(0)
    expectSame(try work.content(), try friend.content())
  }

  @Test(arguments: [0o444, 0o644, 0o000])
  func `a folder that may be listed and not entered stops only what is in it`(mode: Int) throws {
    let (stage, hub, work, friend) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try work.write("1\n", to: "outer/inner/x.txt")
    try work.giveAway()
    try work.run("push").require(0)
    try work.setMode(UInt32(mode), of: "outer")
    try friend.write("2\n", to: "top.txt")
    try friend.run("push").require(0)
    let result = try work.runUnprivileged(["sync", "--json"]).expect(4).expectHarmless()
    #expect(try result.paths("pulled") == ["top.txt"])
    #expect(try result.paths("deleted_remote").isEmpty)
    try work.setMode(0o755, of: "outer")
    try work.runUnprivileged(["sync"]).expect(0)
    try friend.run("pull").expect(0)
    expectSame(try work.content(), try friend.content())
  }

  @Test func `an unreadable file is blocked alone`() throws {
    let (stage, hub, work, friend) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try work.write("changed\n", to: "sub/a.txt")
    try work.setMode(0, of: "top.txt")
    let result = try work.runUnprivileged(["push", "--json"]).expect(4).expectHarmless()
    #expect(try result.paths("blocked") == ["top.txt"])
    #expect(try result.paths("pushed") == ["sub/a.txt"])
    try friend.run("pull").expect(0)
    #expect(try friend.text("top.txt") == "top.txt\n")
    try work.setMode(0o644, of: "top.txt")
    try work.runUnprivileged(["sync"]).expect(0)
    expectSame(try work.content(), try friend.content())
  }

  @Test func `a folder that cannot be written fails alone and says so`() throws {
    let (stage, hub, work, friend) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try friend.write("changed\n", to: "sub/a.txt")
    try friend.write("new\n", to: "sub/new.txt")
    try friend.remove("sub/b.txt")
    try friend.write("changed\n", to: "top.txt")
    try friend.run("push").require(0)
    try work.setMode(0o555, of: "sub")
    let result = try work.runUnprivileged(["pull"]).expect(4).expectHarmless()
    result.expectTold("failed sub/a.txt: it cannot be written (Permission denied)")
    result.expectTold("failed sub/new.txt: it cannot be written (Permission denied)")
    #expect(try work.text("top.txt") == "changed\n")
    #expect(try work.text("sub/a.txt") == "sub/a.txt\n")
    #expect(work.has("sub/b.txt"))
    try work.setMode(0o755, of: "sub")
    try work.runUnprivileged(["pull"]).expect(0)
    expectSame(try work.content(), try friend.content())
    try work.expectNoLitter()
  }

  @Test func `a private folder or a state without permission`() throws {
    let (stage, hub, work, friend) = try world()
    defer { withExtendedLifetime((stage, hub)) {} }
    try friend.write("changed\n", to: "top.txt")
    try friend.run("push").require(0)
    try work.write("kept\n", to: ".syncline/trash/01m3250v07nq1brpna3ngwnmka/local/top.txt")
    try work.giveAway()
    let before = try work.tree()
    for (name, modes) in [
      (".syncline", [0, 0o400, 0o444, 0o500, 0o555]), (".syncline/state.db", [0, 0o400]),
      (".syncline/lock", [0]), (".syncline/objects", [0]), (".syncline/trash", [0]),
    ] {
      let isFolder = [".syncline", ".syncline/objects", ".syncline/trash"].contains(name)
      for mode in modes {
        try work.setMode(UInt32(mode), of: name)
        let result = try work.runUnprivileged(["pull", "--json"])
        let document = try result.expect(5).expectHarmless().document()
        #expect(document["error"]?["message"]?.stringValue?.contains(".syncline") == true)
        expectSame(before, try work.tree())
        if name != ".syncline" {
          let doctor = try work.runUnprivileged(["doctor"])
          #expect(doctor.exitCode != 0 && doctor.words.contains(name), "\(doctor.words)")
        }
        // A folder that takes no new files can still be looked at.
        if mode & 0o100 != 0 {
          try work.runUnprivileged(["status"]).expect(0).expectTold("to be pulled")
        }
        #expect(try work.mode(of: name) & 0o200 == 0)
        try work.setMode(isFolder ? 0o700 : 0o600, of: name)
      }
    }
    try work.runUnprivileged(["pull"]).expect(0)
    expectSame(try work.content(), try friend.content())
  }
}
