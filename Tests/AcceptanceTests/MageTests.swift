import JSON
import Platform
import TestSupport
import Testing

/// The program against a real, unmodified Mage server with its example project.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(15)))
struct MageTests {
  @Test func `a clone has every file of the example project, byte for byte`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    var compared = 0
    for (path, entry) in try TreeListing(mage.server.project).entries {
      let isHidden = path.names.contains { $0.first == UInt8(ascii: ".") }
      let name = path.description
      let isText = ["py", "sql", "r", "yaml", "yml", "md", "txt"].contains {
        name.hasSuffix("." + $0)
      }
      guard !isHidden, isText, case .file = entry else { continue }
      #expect(clone.bytes(name) == mage.server.bytes(name), "\(name)")
      compared += 1
    }
    #expect(compared >= 10)
    let status = try clone.json("status").require(0)
    #expect(try status.count("in_sync") == compared)
    #expect(try status.document()["items"]?.arrayValue?.isEmpty == true)
    #expect(try status.document()["target"]?["kind"] == "mage")
  }

  @Test func `a push brings edits, new files and deletions, and names what it cannot`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    let names = ["utils/with space.py", "utils/ü 100%.py", "utils/new/(a)'~;&+.sql"]
    try mage.agree(clone, "utils/edit.py", "print(1)\n")
    try mage.agree(clone, "utils/drop.py", "print(0)\n")
    try clone.write("print(2)\n", to: "utils/edit.py")
    try clone.remove("utils/drop.py")
    for name in names { try clone.write("-- \(name)\n", to: name) }
    try clone.write("broken: [\n", to: "pipelines/bad/metadata.yaml")
    try clone.write("png", to: "image.png")
    let push = try clone.json("push").require(4)
    #expect(try Set(push.paths("pushed")) == Set(names + ["utils/edit.py"]))
    #expect(try push.paths("deleted_remote") == ["utils/drop.py"])
    #expect(try push.paths("failed") == ["pipelines/bad/metadata.yaml"])
    for name in names { #expect(mage.server.text(name) == "-- \(name)\n") }
    #expect(mage.server.text("utils/edit.py") == "print(2)\n")
    #expect(mage.server.bytes("utils/drop.py") == nil)
    #expect(mage.server.bytes("pipelines/bad/metadata.yaml") == nil)
    #expect(mage.server.bytes("image.png") == nil)
    #expect(try clone.run("ignored").require(0).outputText.contains("image.png"))
  }

  @Test func `blocks arrive before the pipelines that name them`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    let pipelines = (0..<4).map { "pipelines/order_\($0)/metadata.yaml" }
    let blocks = (0..<8).map { "transformers/order_\($0).py" }
    for name in pipelines { try clone.write("name: order\n", to: name) }
    for name in blocks { try clone.write("order = 1\n", to: name) }
    try clone.run("push").require(0)
    let lastBlock = try blocks.map { try mage.server.modified($0) }.max() ?? .max
    let firstPipeline = try pipelines.map { try mage.server.modified($0) }.min() ?? .min
    #expect(lastBlock < firstPipeline)
  }

  @Test(arguments: ["r", "l", "s", "b", "m"])
  func `each answer at the prompt does what it says`(answer: String) throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    let path = "utils/answer_\(answer).py"
    let base = (1...9).map { "line \($0)\n" }.joined()
    let local = "local\n" + base
    let remote = base + "remote\n"
    try mage.agree(clone, path, base)
    try clone.write(local, to: path)
    try mage.server.save(path, remote)
    let run = try clone.runAtTerminal(["sync", path], typing: [answer])
    run.expect(answer == "s" ? 3 : 0)
    #expect(run.outputText.contains("CONFLICT"), "\(run.words)")
    let expected: (local: String, remote: String) =
      switch answer {
      case "l": (local, local)
      case "s": (local, remote)
      case "m": ("local\n" + base + "remote\n", "local\n" + base + "remote\n")
      default: (remote, remote)
      }
    #expect(try clone.text(path) == expected.local)
    #expect(mage.server.text(path) == expected.remote)
    // Beside the winner it would be one more block.
    let copies = try clone.json("status").document()["conflict_copies"]?.arrayValue ?? []
    #expect(copies.count == (answer == "b" ? 1 : 0))
    if let copy = copies.first?.stringValue {
      #expect(copy.hasPrefix(".syncline/conflicts/utils/answer_b.conflict-local-"))
      #expect(try clone.text(copy) == local)
    }
    try clone.run("resolve", path, "--keep", "remote").expect(answer == "s" ? 0 : 2)
  }

  @Test func `an edit in Mage is pulled, and a second one of the same second too`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    let path = "utils/fast.py"
    try mage.agree(clone, path, "print(0)\n")
    // The same size and the same second every time, by the server's disk; in its future, so that
    // the second is not over when the file is read, however slow the machine is.
    let second = Int(WallClock.system.now() / 1_000_000_000) + 600
    for number in 1...5 {
      try mage.server.save(path, "print(\(number))\n")
      try mage.server.disk.setModified(path, to: second)
      try clone.run("pull").require(0)
      #expect(try clone.text(path) == "print(\(number))\n")
    }
  }

  @Test func `line ends arrive as they are, and what is no text is left alone`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    try mage.server.disk.write(Array("a\r\nb\r\n".utf8), to: "utils/crlf.py")
    try mage.server.disk.write(Array("a\r\nb\n".utf8), to: "utils/mixed.py")
    try mage.server.disk.write([0x66, 0xFC, 0x72], to: "utils/latin.txt")
    try clone.write("c\r\nd\r\n", to: "utils/mine.py")
    try clone.write([0x66, 0xFC], to: "utils/mine.txt")
    let sync = try clone.json("sync").require(4)
    #expect(clone.bytes("utils/crlf.py") == Array("a\r\nb\r\n".utf8))
    #expect(mage.server.bytes("utils/mine.py") == Array("c\r\nd\r\n".utf8))
    #expect(clone.bytes("utils/mixed.py") == nil && clone.bytes("utils/latin.txt") == nil)
    #expect(mage.server.bytes("utils/mine.txt") == nil)
    #expect(try Set(sync.paths("blocked")) == ["utils/mixed.py", "utils/latin.txt"])
    #expect(try sync.paths("failed") == ["utils/mine.txt"])
    for name in ["crlf.py", "mixed.py", "latin.txt"] { try mage.server.delete("utils/" + name) }
  }

  @Test func `a link on the server that leads out of the project is left alone`() throws {
    let mage = try MageStage()
    try mage.server.disk.link("utils/outside.py", to: "/etc/hostname")
    let clone = Clone(path: mage.stage.path + "/ada", person: mage.person)
    try mage.person.run(["clone", mage.url, "ada"]).require(4)
    #expect(!clone.has("utils/outside.py"))
    #expect(try clone.json("status").paths("items") == ["utils/outside.py"])
    try mage.server.disk.remove("utils/outside.py")
    try clone.run("sync").require(0)
  }

  @Test func `a deletion on either side is carried over, and can be undone`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    try mage.agree(clone, "utils/gone_here.py", "here\n")
    try mage.agree(clone, "utils/gone_there.py", "there\n")
    try clone.remove("utils/gone_here.py")
    try mage.server.delete("utils/gone_there.py")
    let sync = try clone.json("sync").require(0)
    #expect(try sync.paths("deleted_remote") == ["utils/gone_here.py"])
    #expect(try sync.paths("deleted_local") == ["utils/gone_there.py"])
    #expect(mage.server.bytes("utils/gone_here.py") == nil)
    #expect(try Set(sync.paths("kept")) == ["utils/gone_here.py", "utils/gone_there.py"])
    try clone.run("undo").require(0)
    #expect(mage.server.text("utils/gone_here.py") == "here\n")
    #expect(try clone.text("utils/gone_there.py") == "there\n")
  }

  @Test func `a file takes the place of a folder, and a folder that of a file`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    try mage.agree(clone, "utils/shape.py/inner.py", "inner\n")
    try mage.agree(clone, "utils/other.py", "other\n")
    try clone.remove("utils/shape.py/inner.py")
    try clone.removeFolder("utils/shape.py")
    try clone.write("a file now\n", to: "utils/shape.py")
    try clone.remove("utils/other.py")
    try clone.write("a folder now\n", to: "utils/other.py/inner.py")
    try clone.run("push").require(0)
    #expect(mage.server.text("utils/shape.py") == "a file now\n")
    #expect(mage.server.text("utils/other.py/inner.py") == "a folder now\n")
    let status = try clone.json("status").require(0)
    #expect(try status.document()["items"]?.arrayValue?.isEmpty == true, "\(status.words)")
  }

  @Test func `an edit in Mage meanwhile is a conflict, and nothing is written over`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    let path = "utils/both.py"
    try mage.agree(clone, path, "base\n")
    try clone.write("ours\n", to: path)
    try mage.server.save(path, "theirs\n")
    try clone.run("push").require(3)
    try clone.run("sync").require(3)
    #expect(mage.server.text(path) == "theirs\n")
    #expect(try clone.text(path) == "ours\n")
    try clone.run("resolve", path, "--keep", "remote").require(0)
    #expect(try clone.text(path) == "theirs\n")
  }

  @Test func `what Mage kept of a file is listed and can be shown`() throws {
    let mage = try MageStage()
    let clone = try mage.clone()
    try mage.agree(clone, "utils/old.py", "one\n")
    let log = try clone.json("log", "utils/old.py").require(0)
    let version = try #require(
      try log.document()["entries"]?[0]?["revision"]?.intValue)
    #expect(try clone.run("show", "utils/old.py@\(version)").require(0).outputText == "one\n")
    #expect(try clone.run("show", "utils/old.py@remote").require(0).outputText == "one\n")
    try clone.run("log").require(2)
    try clone.run("doctor").require(0)
  }

  /// Kills a server when it is asked to write for the Nth time.
  private func killing(_ server: MageServer, at number: Int) -> FaultProxy.Script {
    let writes = Locked(0)
    return { passing in
      guard passing.method != "GET" else { return nil }
      let count = writes.withLock { count in
        count += 1
        return count
      }
      if count == number { server.kill() }
      return count < number ? nil : .dropBefore
    }
  }

  @Test func `a server that is killed in the middle of a push leaves nothing lost`() throws {
    let mage = try MageStage()
    let proxy = try FaultProxy(before: mage.server.port)
    let clone = try mage.clone(through: proxy)
    let names = (0..<150).map { "utils/many/file_\($0).py" }
    for name in names { try clone.write("print('\(name)')\n", to: name) }
    proxy.play(killing(mage.server, at: 20))
    try clone.json("push", seconds: 180).expect(7)
    try mage.server.start()
    proxy.play(nil)
    #expect(names.contains { mage.server.bytes($0) != nil })
    try clone.run("sync", "--prefer", "local", seconds: 120).require(0)
    for name in names { #expect(mage.server.text(name) == "print('\(name)')\n") }
    #expect(try clone.json("status").count("local_to_remote") == 0)
  }

  @Test func `a server that is killed while files are written over leaves nothing lost`() throws {
    let mage = try MageStage()
    let proxy = try FaultProxy(before: mage.server.port)
    let clone = try mage.clone(through: proxy)
    let names = (0..<60).map { "utils/over/file_\($0).py" }
    func text(_ name: String, _ round: Int) -> String {
      "# \(name)\n" + String(repeating: "row = \(round)\n", count: 2000)
    }
    for name in names { try clone.write(text(name, 1), to: name) }
    try clone.run("push", seconds: 120).require(0)
    for name in names { try clone.write(text(name, 2), to: name) }
    proxy.play(killing(mage.server, at: 10))
    try clone.json("push", seconds: 180).expect(7)
    try mage.server.start()
    proxy.play(nil)
    #expect(names.contains { mage.server.text($0) == text($0, 2) })
    for name in names { #expect(try clone.text(name) == text(name, 2)) }
    try clone.run("sync", "--prefer", "local", seconds: 120).require(0)
    for name in names { #expect(mage.server.text(name) == text(name, 2), "\(name)") }
    #expect(try clone.json("status").count("local_to_remote") == 0)
  }
}
