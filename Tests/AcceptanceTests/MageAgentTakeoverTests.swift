import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// A local folder that the shipped mage-agent kept until now, or works in as well.
///
/// The shipped program cannot speak to this server, so its state files are made as it makes them.
@Suite(
  .enabled(if: MageServer.program != nil, MageServer.absence), .mageServer, .serialized,
  .timeLimit(.minutes(10)))
struct MageAgentTakeoverTests {
  private let server: MageServer
  private let mage: MageAgentStage

  init() throws {
    server = try #require(MageServer.current)
    mage = try MageAgentStage(signedInTo: server)
  }

  /// Writes both sides, and the state file as it is right after the other program marked all paths
  /// as synced: with the times that both sides show now, or do not.
  private func leave(_ files: [(path: String, local: String?, remote: String?)]) throws {
    var entries = JSONObject()
    for file in files {
      if let text = file.local {
        try mage.folder.write(text, to: file.path)
        try mage.folder.setModified(file.path, to: 1_790_000_000)
      }
      if let text = file.remote { try server.disk.write(Array(text.utf8), to: file.path) }
      entries.insert(
        file.path,
        [
          "last_synced_remote_modified_timestamp": file.remote == nil ? .null : 1_790_000_000,
          "last_synced_local_modified_timestamp": file.local == nil ? .null : 1_790_000_000,
          "last_sync_at": "2026-11-20T12:00:00.123456+00:00",
        ])
    }
    let state: JSONValue = [
      "version": 1, "repo_path": .string(server.project),
      "last_sync_at": "2026-11-20T12:00:00.123456+00:00", "files": .object(entries),
    ]
    try mage.folder.write(state.bytes(.pretty), to: ".mage-agent-sync-state.json")
  }

  private func status(_ group: String, below folder: String) throws -> [String] {
    try mage.data("sync-status")[group]?.texts.filter { $0.hasPrefix(folder + "/") } ?? []
  }

  @Test func `what is equal is adopted, what cannot be told is a conflict`() throws {
    try leave([
      ("over/equal.py", "same\n", "same\n"),
      ("over/unpushed.py", "mine, marked as synced\n", "base\n"),
      ("over/forgotten.sql", "mine\n", "theirs, and the conflict was forgotten\n"),
      ("over/unlisted.py", nil, "deleted here, because a listing failed\n"),
      ("over/unread.py", "undecodable once, so deleted there\n", nil),
    ])
    try mage.folder.write("new here\n", to: "over/new.py")
    let differing = ["forgotten.sql", "unlisted.py", "unpushed.py", "unread.py"].map {
      "over/" + $0
    }
    // A look decides as a run does, and writes nothing.
    #expect(try status("conflicts", below: "over") == differing)
    #expect(!mage.folder.has(".syncline"))
    let run = try mage.run("sync", "--local-project-dir", mage.folder.path).require(0)
    #expect(run.errorText.contains("was taken over: 1 of its files are the same"))
    let data = try run.document()["data"]
    #expect(data?["conflicts_skipped"]?.texts == differing)
    #expect(data?["pushed_files"]?.texts == ["over/new.py"])
    #expect(try mage.folder.text("over/unpushed.py") == "mine, marked as synced\n")
    #expect(server.text("over/unpushed.py") == "base\n")
    #expect(!mage.folder.has("over/unlisted.py") && server.bytes("over/unread.py") == nil)
    // Taken over once: the same state of things, and not a word more.
    let again = try mage.run("sync-status", "--local-project-dir", mage.folder.path).require(0)
    #expect(!again.errorText.contains("taken over"))
    #expect(try status("conflicts", below: "over") == differing)
    #expect(try status("in_sync", below: "over") == ["over/equal.py", "over/new.py"])
  }

  @Test func `a colleague's edit does not overwrite what a faulty pull marked as synced`() throws {
    try leave([("faulty/a.py", "my edit\n", "base\n")])
    try server.save("faulty/a.py", "their edit\n")
    let pull = try mage.data("sync-project-to-local")
    #expect(pull["conflicts"]?.texts == ["faulty/a.py"])
    #expect(try mage.folder.text("faulty/a.py") == "my edit\n")
    try mage.atTerminal("sync", typing: ["r"]).require(0)
    #expect(try mage.folder.text("faulty/a.py") == "their edit\n")
    _ = try mage.data("undo")
    #expect(try mage.folder.text("faulty/a.py") == "my edit\n")
  }

  @Test func `a file whose line ends were lost comes as it is on the server`() throws {
    try leave([("ends/a.py", "a\nb\n", "a\r\nb\r\n")])
    let pull = try mage.data("sync-project-to-local")
    #expect(pull["remote_to_local"]?.texts.contains("ends/a.py") == true)
    #expect(mage.folder.bytes("ends/a.py") == Array("a\r\nb\r\n".utf8))
  }

  @Test func `the state of another project proves nothing here`() throws {
    try mage.folder.write("mine\n", to: "other/a.py")
    try mage.folder.write(
      """
      {"version": 1, "repo_path": "/srv/elsewhere", "last_sync_at": null, "files": {"other/a.py":
      {"last_synced_remote_modified_timestamp": 1, "last_synced_local_modified_timestamp": 1,
      "last_sync_at": "2026-11-20T12:00:00+00:00"}}}
      """, to: ".mage-agent-sync-state.json")
    #expect(try status("local_to_remote", below: "other") == ["other/a.py"])
    for damaged in ["", "{", "[]", #"{"version": 9, "files": {}}"#] {
      try mage.folder.write(damaged, to: ".mage-agent-sync-state.json")
      #expect(try status("local_to_remote", below: "other") == ["other/a.py"])
    }
  }

  @Test func `when the other program ran in between, its doings are no edits`() throws {
    let names = ["both.py", "edited.py", "emptied.py", "ends.py", "theirs.py", "unlisted.py"]
    for name in names { try mage.folder.write("\(name)\r\nbase\r\n", to: "between/" + name) }
    _ = try mage.data("sync-local-to-remote")
    // A person edits here, a teammate there; the program carries one edit over, empties a file,
    // loses line ends and takes a file that it could not list for deleted.
    try leave([
      ("between/both.py", "carried over\n", "carried over\n"),
      ("between/edited.py", "my edit\n", nil),
      ("between/emptied.py", "", nil),
      ("between/ends.py", "ends.py\nbase\n", nil),
      ("between/theirs.py", nil, nil),
      ("between/unlisted.py", nil, nil),
    ])
    try server.save("between/theirs.py", "their edit\n")
    try mage.folder.remove("between/unlisted.py")
    #expect(
      try status("conflicts", below: "between") == ["between/emptied.py", "between/unlisted.py"])
    #expect(try status("in_sync", below: "between") == ["between/both.py"])
    #expect(try status("local_to_remote", below: "between") == ["between/edited.py"])
    #expect(
      try status("remote_to_local", below: "between") == ["between/ends.py", "between/theirs.py"])
    let sync = try mage.data("sync")
    #expect(sync["pushed_files"]?.texts == ["between/edited.py"])
    #expect(mage.folder.bytes("between/ends.py") == Array("ends.py\r\nbase\r\n".utf8))
    #expect(server.text("between/emptied.py") == "emptied.py\r\nbase\r\n")
    #expect(server.text("between/unlisted.py") == "unlisted.py\r\nbase\r\n")
  }
}
