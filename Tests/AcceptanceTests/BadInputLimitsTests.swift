import TestSupport
import Testing

@Suite struct `Limits of the system` {
  @Test func `a project has more folders than files may be open`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    for number in 0..<300 { try work.write("1\n", to: "d\(number)/a.txt") }
    try work.run("push").require(0)
    let friend = try ada.clone("p", of: hub, into: "friend")
    for number in 0..<300 {
      try friend.write("2\n", to: "d\(number)/b.txt")
      try friend.remove("d\(number)/a.txt")
    }
    try friend.run("push", "--allow-deletes", "300").require(0)
    for verb in ["status", "pull", "status"] {
      let words = ["ulimit -n 100 && exec \"$0\" \"$@\"", try Syncline.binary(), verb]
      let extra = verb == "pull" ? ["--allow-deletes", "300"] : []
      let outcome = try ChildProcess.run(
        "/bin/sh", ["-c"] + words + extra, environment: work.person.environment,
        directory: work.path, seconds: 120)
      #expect(outcome.exitCode == 0, "\(verb): \(outcome.errorText)")
    }
    expectSame(try work.content(), try friend.content())
  }
}
