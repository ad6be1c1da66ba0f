import Engine
import JSON
import SyncCore
import SyncModel
import SyncModel

/// What `status`, `check` and `diff` tell scripts.
struct StatusDocument {
  /// `syncline/status/1` and its like.
  let schema: String
  let target: JSONValue
  let revision: UInt64?
  let counts: StateCounts
  let items: [JSONValue]
  /// True when the remote's history is not the one that was seen before: what differs from the
  /// agreements then says nothing about what anybody did.
  let isRewound: Bool
  /// Conflict copies that lie outside of the tree.
  var conflictCopies: [SyncPath] = []

  /// The document.
  var value: JSONValue {
    [
      "schema": .string(schema), "target": target, "compared": .bool(!isRewound),
      "rewound": .bool(isRewound),
      "remote_revision": revision.map { .integer(Int64(clamping: $0)) } ?? .null,
      "counts": [
        "in_sync": .integer(Int64(counts.inSync)),
        "local_to_remote": .integer(Int64(counts.localToRemote)),
        "remote_to_local": .integer(Int64(counts.remoteToLocal)),
        "conflicts": .integer(Int64(counts.conflicts)),
        "blocked": .integer(Int64(counts.blocked)),
      ],
      "items": .array(items),
      "conflict_copies": .array(conflictCopies.map { .string($0.key) }),
    ]
  }
}
