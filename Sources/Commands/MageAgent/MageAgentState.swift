import JSON
import Platform
import SyncCore
import SyncModel

/// The state file of Mage's own tool: whole-second times of all files that it tracks.
///
/// It says that both sides knew a path, and not what they held: the tool marks a file as synced
/// when it was left alone, so its times never prove that two contents were one.
struct MageAgentState: Equatable {
  /// The name of the file in the local folder.
  static let fileName = ".mage-agent-sync-state.json"
  private static let version: Int64 = 1

  /// What is recorded of one file; nothing for a side that did not have it.
  struct Entry: Equatable {
    var remoteModified: Int64?
    var localModified: Int64?
    var syncedAt: String
  }

  /// How one path stands after a run, with the times that both sides show, in seconds since 1970.
  struct Standing: Equatable {
    var path: String
    var state: PathState
    var local: Int64?
    var remote: Int64?
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

  /// Takes over how both sides stand now: read by the other tool, the times say the same.
  ///
  /// It compares them with what it sees. So a side that changed must show another time than the one
  /// that is recorded for it, and a side that did not change the same.
  mutating func update(_ standings: [Standing], at time: String) {
    let present = Set(standings.map(\.path))
    files = files.filter { present.contains($0.key) }
    for standing in standings {
      let known = files[standing.path]
      var entry = Entry(
        remoteModified: standing.remote, localModified: standing.local, syncedAt: time)
      if [.localToRemote, .conflict].contains(standing.state) {
        entry.localModified = MageAgentState.time(known?.localModified, otherThan: standing.local)
      }
      if [.remoteToLocal, .conflict].contains(standing.state) {
        entry.remoteModified =
          MageAgentState.time(known?.remoteModified, otherThan: standing.remote)
      }
      let saysNothing = entry.remoteModified == nil && entry.localModified == nil
      guard standing.state != .blocked, known != nil || !saysNothing else { continue }
      files[standing.path] = entry
    }
  }

  /// The time that was recorded before, unless it is the very one that must not be.
  private static func time(_ known: Int64?, otherThan now: Int64?) -> Int64? {
    guard known == now else { return known }
    return now == nil ? 0 : nil
  }
}

extension MageAgentState.Standing {
  /// How a path stands that was looked at.
  init(_ item: Item) {
    self.init(
      path: item.path.key, state: item.state, local: item.local?.modified?.seconds,
      remote: item.remote?.modified?.seconds)
  }
}
