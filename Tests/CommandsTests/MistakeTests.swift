import Commands
import Platform
import TestSupport
import Testing

/// Words and files of a user that cannot be meant: told as such, with nothing done.
@Suite struct MistakeTests {
  @Test func `a file of certificates that cannot be read is no server out of reach`() async throws {
    let world = try await HistoryWorld()
    let run = await world.run("status", "--ca-file", "none.pem")
    #expect(run.exit == 2)
    #expect(run.errors.contains("'none.pem' cannot be read"), "\(run.errors)")
    try world.write("no certificate\n", to: "empty.pem")
    let empty = await world.run("status", "--ca-file", "empty.pem")
    #expect(empty.exit == 2)
    #expect(empty.errors.contains("'empty.pem' holds no certificate"), "\(empty.errors)")
  }

  @Test func `a message that is no UTF-8 is refused, not changed`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    let run = await world.run("push", "-m", String(decoding: [0x66, 0xFF], as: UTF8.self))
    #expect(run.exit == 2)
    #expect(run.errors.contains("no UTF-8"), "\(run.errors)")
    #expect(try await world.run("push", "-m", "one é", "--json").texts("pushed") == ["a.txt"])
  }

  @Test func `a configuration that is a link or a folder is told as what it is`() async throws {
    let world = try await HistoryWorld()
    let folder = world.folder.path + "/p"
    let root = try POSIXFileSystem().openDirectory(path: folder)
    try root.rename("syncline.yaml", to: root, as: "real.yaml", .replace)
    try root.createLink("syncline.yaml", target: "real.yaml")
    let linked = await world.run("status")
    #expect(linked.exit == 2)
    #expect(linked.errors.contains("/syncline.yaml' is not a file"), "\(linked.errors)")
    try root.removeFile("syncline.yaml")
    try root.createDirectory("syncline.yaml", mode: 0o700)
    #expect(await world.run("status").errors.contains("/syncline.yaml' is not a file"))
  }

  @Test(arguments: ["a b", "x/../y", "", "-h", "hub:0", "hub:443", "hub:80"])
  func `a host name that no request can have is refused`(name: String) async throws {
    let folder = try TemporaryFolder()
    let run = try await CommandRun.run(
      ["hub", "serve", "--data", "hub", "--listen", "127.0.0.1:0", "--host-name=" + name],
      in: folder.path)
    #expect(run.code == .usage, "\(run.errors)")
    #expect(try folder.everything().isEmpty)
  }

  @Test func `a rewound history is not answered with a pull`() async throws {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    await world.run("push")
    try await world.backUpHub(to: "backup")
    try world.write("late\n", to: "c.txt")
    await world.run("push")
    try world.serveBackup("backup")
    #expect(await world.run("target", "set-url", "main", world.url).exit == 0)
    for verb in ["push", "pull"] {
      let run = await world.run(verb)
      #expect(run.exit == 5)
      #expect(run.errors.contains("syncline rebase"), "\(run.errors)")
      #expect(!run.errors.contains("with 'syncline pull'"), "\(run.errors)")
      #expect(!run.errors.contains("push --mirror"), "\(run.errors)")
    }
  }

  @Test func `an edit wins over a deletion where a merge is asked for, as with --prefer merge`()
    async throws
  {
    let world = try await HistoryWorld()
    try world.write("one\n", to: "a.txt")
    try world.write("one\n", to: "b.txt")
    await world.run("push")
    try await world.bindSecond()
    try world.folder.removeFile("q/a.txt")
    try world.folder.write("theirs\n", to: "q/b.txt")
    _ = await world.run(["push"], in: "q")
    try world.write("ours\n", to: "a.txt")
    try world.folder.removeFile("p/b.txt")
    #expect(await world.run("resolve", "a.txt", "b.txt", "--keep", "merge").exit == 0)
    #expect(world.text("a.txt") == "ours\n")
    #expect(world.text("b.txt") == "theirs\n")
    #expect(await world.run("show", "a.txt@remote").output == "ours\n")
    #expect(await world.run("check").exit == 0)
  }
}
