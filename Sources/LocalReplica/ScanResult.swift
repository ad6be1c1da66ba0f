package import IgnoreRules
package import Replica
package import SyncModel

/// An entry that a scan left out because a rule says so.
package struct IgnoredEntry: Equatable, Sendable {
  /// The path as the file system spells it; possibly not UTF-8.
  package var bytes: [UInt8]
  /// Whether it is a folder, which was not entered.
  package var isDirectory: Bool
  /// The rule.
  package var reason: SkipReason?
}

/// A folder that a scan did not look into.
package struct UnseenFolder: Equatable, Sendable {
  /// Its path.
  package var path: SyncPath
  /// Why nothing is known of what it holds.
  package var reason: BlockReason
}

/// What a scan found.
package struct ScanResult: Sendable {
  /// The files and links, and what could not be seen.
  package var snapshot: Snapshot
  /// What the next scan may build on.
  package var cache: StatCache
  /// Whether the cache differs from the one that the scan was given, and is worth saving.
  package var cacheHasChanged: Bool
  /// What the rules left out, if the scan was asked to collect it; in no order.
  package var ignored: [IgnoredEntry]
  /// Folders that were not looked into although no rule leaves them out, in order.
  package var unseen: [UnseenFolder] = []
  /// How many files were read because nothing proved them unchanged.
  package var filesRead: Int
  /// Digest of the contents of all rule files that were met, in the order of their paths.
  package var ruleFilesDigest: Digest
  /// The rule files that were met.
  package var ruleFiles: ScannedRuleFiles
}
