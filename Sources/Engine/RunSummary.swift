import SyncModel
import SyncCore
import JSON

/// The counts of what a run did, as they are listed by `runs`.
package struct RunSummary: Hashable, Sendable {
  /// Contents written to the local side.
  package var pulled = 0
  /// Contents written to the remote side.
  package var pushed = 0
  /// Paths deleted on the local side.
  package var deletedLocal = 0
  /// Paths deleted on the remote side.
  package var deletedRemote = 0

  init(_ effects: [Intent] = []) {
    for effect in effects { add(effect) }
  }

  /// True when nothing was written.
  var isEmpty: Bool { self == RunSummary() }

  mutating func add(_ other: RunSummary) {
    pulled += other.pulled
    pushed += other.pushed
    deletedLocal += other.deletedLocal
    deletedRemote += other.deletedRemote
  }

  mutating func add(_ effect: Intent) {
    if let change = effect.local {
      if change.after == nil { deletedLocal += 1 } else { pulled += 1 }
    }
    if let change = effect.remote {
      if change.after == nil { deletedRemote += 1 } else { pushed += 1 }
    }
  }

  /// Reads the counts that a run's record holds.
  package init?(json: String?) {
    guard let json, let value = try? JSONValue.parse(Array(json.utf8)) else { return nil }
    pulled = value["pulled"]?.intValue ?? 0
    pushed = value["pushed"]?.intValue ?? 0
    deletedLocal = value["deleted_local"]?.intValue ?? 0
    deletedRemote = value["deleted_remote"]?.intValue ?? 0
  }

  /// The counts as a JSON object.
  package var json: String {
    "{\"pulled\":\(pulled),\"pushed\":\(pushed),"
      + "\"deleted_local\":\(deletedLocal),\"deleted_remote\":\(deletedRemote)}"
  }
}
