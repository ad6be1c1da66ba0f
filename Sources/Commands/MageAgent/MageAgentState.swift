import JSON
import Platform
import SyncModel

/// The state file of Mage's own tool: whole-second times of all files that it tracks.
///
/// It says that both sides knew a path, and not what they held: the tool marks a file as synced
/// when it was left alone, so its times never prove that two contents were one.
struct MageAgentState: Equatable {
  /// The name of the file in the local folder.
  static let fileName = ".mage-agent-sync-state.json"
  private static let version: Int64 = 1

  /// What is recorded of one file; nothing for a side that does not have it.
  struct Entry: Equatable {
    var remoteModified: Int64?
    var localModified: Int64?
    var syncedAt: String
  }

  /// The project's folder on the server.
  var repoPath: String?
  /// The tracked files.
  var files: [String: Entry] = [:]

  /// Starts an empty state.
  init(repoPath: String?) {
    self.repoPath = repoPath
  }

  /// Reads a state; nothing where the bytes are none of a version that is known.
  init?(parsing bytes: [UInt8]) {
    guard
      let value = try? JSONValue.parse(bytes, limits: JSONLimits(depth: 8, bytes: 64 << 20)),
      value["version"]?.int64Value ?? MageAgentState.version == MageAgentState.version,
      case .object(let entries)? = value["files"]
    else { return nil }
    repoPath = value["repo_path"]?.stringValue
    for member in entries.members {
      let entry = member.value
      guard case .object = entry else { continue }
      files[member.key] = Entry(
        remoteModified: entry["last_synced_remote_modified_timestamp"]?.int64Value,
        localModified: entry["last_synced_local_modified_timestamp"]?.int64Value,
        syncedAt: entry["last_sync_at"]?.stringValue ?? "")
    }
  }

  /// The bytes of the file, written at a time.
  func rendered(at time: String) -> [UInt8] {
    var entries = JSONObject()
    for (path, entry) in files.sorted(by: { $0.key < $1.key }) {
      entries.insert(
        path,
        [
          "last_synced_remote_modified_timestamp": entry.remoteModified.map { .integer($0) }
            ?? .null,
          "last_synced_local_modified_timestamp": entry.localModified.map { .integer($0) } ?? .null,
          "last_sync_at": .string(entry.syncedAt),
        ])
    }
    let value: JSONValue = [
      "version": .integer(MageAgentState.version),
      "repo_path": repoPath.map { .string($0) } ?? .null, "last_sync_at": .string(time),
      "files": .object(entries),
    ]
    return value.bytes(.pretty) + [UInt8(ascii: "\n")]
  }

  /// Takes over how both sides stand now.
  ///
  /// A path on which they agree gets their times; one that is on neither side goes; any other keeps
  /// the entry that it had, so that it still counts as changed.
  mutating func update(
    agreed: [(path: SyncPath, local: Timestamp?, remote: Timestamp?)], present: Set<String>,
    at time: String
  ) {
    files = files.filter { present.contains($0.key) }
    for file in agreed {
      let entry = Entry(
        remoteModified: file.remote?.seconds, localModified: file.local?.seconds, syncedAt: time)
      var known = files[file.path.key]
      known?.syncedAt = time
      // An entry whose times still hold keeps its own time of the last sync.
      if known != entry { files[file.path.key] = entry }
    }
  }
}
