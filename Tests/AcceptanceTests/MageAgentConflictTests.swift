import JSON
import Platform
import TestSupport
import Testing

/// The conflict prompt of `mage-agent sync`, and the way back, on a real Mage server.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(10)))
struct MageAgentConflictTests {
  private static let base = (1...9).map { "line \($0)\n" }.joined()
  private static let local = "local\n" + base
  private static let remote = base + "remote\n"

  /// A file that was changed on both sides since they agreed on it.
  private func conflict(on path: String) throws -> (MageAgentStage, MageServer) {
    let server = try #require(MageServer.current)
    let mage = try MageAgentStage(signedInTo: server)
    _ = try mage.data("sync-project-to-local")
    try mage.agree(path, Self.base)
    try mage.folder.write(Self.local, to: path)
    try server.save(path, Self.remote)
    return (mage, server)
  }

  /// The document on the last line that a terminal showed.
  private func data(_ result: CommandResult) throws -> JSONValue {
    let line = result.shownLines.last ?? ""
    return try #require(
      try? JSONValue.parse(Array(line.utf8))["data"], "\(result.words)")
  }

  @Test(arguments: ["r", "l", "s", "", "b", "m", "remote", "LOCAL", "skip"])
  func `each answer does what it says, and the data says which`(answer: String) throws {
    let path = "answers/is_\(answer.lowercased()).py"
    let (mage, server) = try conflict(on: path)
    let run = try mage.atTerminal("sync", typing: [answer])
    run.expect(0)
    let merged = "local\n" + Self.base + "remote\n"
    let (list, here, there) =
      switch answer.lowercased() {
      case "r", "remote": ("conflicts_resolved_remote", Self.remote, Self.remote)
      case "l", "local": ("conflicts_resolved_local", Self.local, Self.local)
      case "b": ("conflicts_resolved_both", Self.remote, Self.remote)
      case "m": ("conflicts_merged", merged, merged)
      default: ("conflicts_skipped", Self.local, Self.remote)
      }
    let data = try data(run)
    for name in ["resolved_remote", "resolved_local", "resolved_both", "merged", "skipped"] {
      let name = "conflicts_" + name
      #expect(data[name]?.texts == (name == list ? [path] : []), "\(name)")
    }
    #expect(data["conflicts"]?.texts == [path])
    #expect(try mage.folder.text(path) == here)
    #expect(server.text(path) == there)
    if answer == "b" {
      let copies = try TreeListing(mage.folder.path + "/.syncline/conflicts").paths
      #expect(copies.count == 1 && copies[0].description.hasPrefix("answers/is_b.conflict-local-"))
    }
  }

  @Test func `the prompt has the documented lines, and ? lists what else there is`() throws {
    let path = "prompt/clean_names.py"
    let (mage, server) = try conflict(on: path)
    try mage.folder.setModified(path, to: 1_730_473_800)
    let run = try mage.atTerminal("sync", typing: ["?", "d", "what", "s"])
    run.expect(0)
    let lines = run.shownLines
    let first = try #require(lines.firstIndex(of: "\(path) — CONFLICT"), "\(run.words)")
    let time = "  Remote modified: "
    #expect(lines[first + 1].hasPrefix(time))
    // A day and a minute, as in 2024-11-01 14:32.
    let shape = lines[first + 1].dropFirst(time.count).map { $0.isNumber ? "0" : $0 }
    #expect(String(shape) == "0000-00-00 00:00")
    #expect(lines[first + 2] == "  Local modified:  2024-11-01 15:10")
    #expect(lines[first + 3].hasPrefix("  Keep [r]emote / [l]ocal / [s]kip? "))
    for answer in ["[d]iff", "[b]oth", "[m]erge"] {
      #expect(run.outputText.contains("  \(answer) "), "\(run.words)")
    }
    #expect(run.outputText.contains("+local\r\n") && run.outputText.contains("-remote\r\n"))
    #expect(run.outputText.contains("'what' is not an answer; ? lists them."))
    #expect(server.text(path) == Self.remote)
    #expect(try mage.data("sync-status")["conflicts"]?.texts == [path])
  }

  @Test func `a capital letter answers one conflict, not all that follow`() throws {
    let (mage, server) = try conflict(on: "capital/a.py")
    try mage.agree("capital/b.py", Self.base)
    try mage.folder.write(Self.local, to: "capital/b.py")
    try server.save("capital/b.py", Self.remote)
    let data = try data(try mage.atTerminal("sync", typing: ["R", "S"]).require(0))
    #expect(data["conflicts_resolved_remote"]?.texts == ["capital/a.py"])
    #expect(data["conflicts_skipped"]?.texts == ["capital/b.py"])
  }

  @Test func `without a terminal nothing is asked, and conflicts are left on both sides`() throws {
    let path = "unattended/a.py"
    let (mage, server) = try conflict(on: path)
    for verb in ["sync-project-to-local", "sync-local-to-remote", "sync"] {
      #expect(try mage.data(verb)["conflicts"]?.texts == [path])
      #expect(try mage.folder.text(path) == Self.local)
      #expect(server.text(path) == Self.remote)
    }
  }

  @Test func `what a run replaced on either side comes back with undo`() throws {
    let path = "undo/a.py"
    let (mage, server) = try conflict(on: path)
    let answered = try data(try mage.atTerminal("sync", typing: ["l"]).require(0))
    #expect(server.text(path) == Self.local)
    #expect(answered["kept"]?[0]?["path"]?.stringValue == path)
    let undone = try mage.data("undo")
    #expect(undone["taken_back_remote"]?.texts == [path])
    #expect(server.text(path) == Self.remote)
    #expect(try mage.data("sync-status")["conflicts"]?.texts == [path])

    try mage.atTerminal("sync", typing: ["r"]).require(0)
    #expect(try mage.folder.text(path) == Self.remote)
    let run = try #require(try mage.data("runs")["runs"]?[0]?["run"]?.stringValue)
    #expect(try mage.data("undo", run)["taken_back_local"]?.texts == [path])
    #expect(try mage.folder.text(path) == Self.local)
    #expect(try mage.failure("undo", "nonsense") == "CONFIG_INVALID")
  }

  @Test func `a brake stops the run, says so with a code of its own, and can be lifted`() throws {
    let (mage, server) = try conflict(on: "brake/conflict.py")
    let names = (0..<30).map { "brake/file_\($0).py" }
    for name in names { try mage.folder.write("x = 1\n", to: name) }
    _ = try mage.data("sync-local-to-remote")
    for name in names { try mage.folder.remove(name) }
    #expect(try mage.failure("sync-local-to-remote") == "SYNC_STOPPED")
    #expect(names.allSatisfy { server.bytes($0) != nil })
    let push = try mage.data("sync-local-to-remote", "--allow-deletes", "30")
    #expect(push["files_pushed"] == 30)
    #expect(names.allSatisfy { server.bytes($0) == nil })
  }
}
