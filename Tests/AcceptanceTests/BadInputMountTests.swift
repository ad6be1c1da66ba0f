import TestSupport
import Testing

/// What is mounted over a folder hides it, and deletes nothing.
@Suite(.enabled(if: SmallDisk.isPossible, "only root can mount"))
struct `Something mounted over a folder` {
  @Test(arguments: [["-t", "tmpfs", "tmpfs"], ["--bind", "EMPTY"]])
  func `is blocked, whichever file system it has`(mount: [String]) throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    for number in 1...5 { try work.write("\(number)\n", to: "d/e/\(number).txt") }
    try work.run("push").require(0)
    let empty = try ada.clone("p", of: hub, into: "empty").path + "/d/none"
    try #require(ChildProcess.run("mkdir", ["-p", empty]).exitCode == 0)
    let words = mount.map { $0 == "EMPTY" ? empty : $0 } + [work.path + "/d/e"]
    try #require(ChildProcess.run("mount", words).exitCode == 0)
    defer { _ = try? ChildProcess.run("umount", ["-l", work.path + "/d/e"]) }
    for verb in [["sync", "-n"], ["push", "--mirror"], ["sync"]] {
      let result = try work.person.run(verb, in: work.path)
      result.expectHarmless()
      if verb.last != "-n" { result.expect(4) }
      #expect(!result.outputText.contains("delete"), "\(result.words)")
      result.expectTold("another file system is mounted there")
    }
    let other = try ada.clone("p", of: hub, into: "other")
    #expect(other.has("d/e/5.txt"))
  }
}
