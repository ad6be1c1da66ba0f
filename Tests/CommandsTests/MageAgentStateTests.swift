import SyncCore
import Testing

@testable import Commands

@Suite struct MageAgentStateTests {
  private typealias Entry = MageAgentState.Entry
  private typealias Standing = MageAgentState.Standing

  private static let written = """
    {
      "version": 1,
      "repo_path": "/srv/demo",
      "last_sync_at": "2026-11-20T12:00:00.000+00:00",
      "files": {
        "a.py": {
          "last_synced_remote_modified_timestamp": 100,
          "last_synced_local_modified_timestamp": 200,
          "last_sync_at": "2026-11-19T10:00:00.000000+00:00"
        },
        "gone.sql": {
          "last_synced_remote_modified_timestamp": 100,
          "last_synced_local_modified_timestamp": null,
          "last_sync_at": "2026-11-19T10:00:00.000000+00:00"
        }
      }
    }

    """

  @Test func `the file of the shipped program is read and written as it writes it`() throws {
    let state = try #require(MageAgentState(parsing: Array(Self.written.utf8)))
    #expect(state.repoPath == "/srv/demo")
    #expect(state.files["a.py"]?.remoteModified == 100)
    #expect(state.files["gone.sql"]?.localModified == nil)
    let bytes = state.rendered(at: "2026-11-20T12:00:00.000+00:00")
    #expect(String(decoding: bytes, as: UTF8.self) == Self.written)
  }

  @Test(arguments: [
    "", "null", "[]", "{}", #"{"version": 2, "files": {}}"#, #"{"version": 1, "files": []}"#,
  ])
  func `what is no state of the known version is none at all`(text: String) {
    #expect(MageAgentState(parsing: Array(text.utf8)) == nil)
  }

  @Test func `an entry that is no object proves nothing`() {
    let state = MageAgentState(parsing: Array(#"{"files": {"a": 1, "b": {}}}"#.utf8))
    #expect(state?.files.keys.sorted() == ["b"])
  }

  /// How the other program reads times: a side has changed where its time is another one.
  private func reading(_ entry: Entry?, _ standing: Standing) -> PathState {
    switch (entry?.localModified != standing.local, entry?.remoteModified != standing.remote) {
    case (false, false): .inSync
    case (true, false): .localToRemote
    case (false, true): .remoteToLocal
    case (true, true): .conflict
    }
  }

  @Test func `the other program reads every standing as it is, whatever was recorded before`() {
    let times: [Int64?] = [nil, 0, 1, 2]
    var count = 0
    for state in [PathState.inSync, .localToRemote, .remoteToLocal, .conflict] {
      for local in times {
        for remote in times where local != nil || remote != nil {
          let standing = Standing(path: "a", state: state, local: local, remote: remote)
          for known in times.map({ Entry(remoteModified: $0, localModified: $0, syncedAt: "") }) {
            var record = MageAgentState(repoPath: nil)
            record.files["a"] = known
            record.update([standing], at: "now")
            #expect(reading(record.files["a"], standing) == state, "\(standing) after \(known)")
            count += 1
          }
        }
      }
    }
    #expect(count == 4 * 15 * 4)
  }

  @Test func `a file that is new on one side needs no entry`() {
    var record = MageAgentState(repoPath: nil)
    record.update(
      [
        Standing(path: "here", state: .localToRemote, local: 5, remote: nil),
        Standing(path: "there", state: .remoteToLocal, local: nil, remote: 5),
        Standing(path: "both", state: .conflict, local: 5, remote: 6),
      ], at: "now")
    #expect(record.files.isEmpty)
  }

  @Test func `a blocked path keeps its entry, and one that is gone on both sides loses it`() {
    let entry = Entry(remoteModified: 1, localModified: 2, syncedAt: "then")
    var record = MageAgentState(repoPath: nil)
    record.files = ["blocked": entry, "gone": entry]
    record.update([Standing(path: "blocked", state: .blocked, local: 9, remote: 9)], at: "now")
    #expect(record.files == ["blocked": entry])
  }
}
