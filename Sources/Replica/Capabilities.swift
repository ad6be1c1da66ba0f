/// What a replica can keep.
///
/// Only what both sides keep is compared.
package struct Capabilities: Hashable, Sendable {
  /// Keeps the executable bit.
  package var carriesExecutable: Bool
  /// Keeps symbolic links.
  package var carriesLinks: Bool
  /// Keeps any bytes, not only text.
  package var carriesRawBytes: Bool
  /// Applies a batch whole or not at all.
  package var commitsAtOnce: Bool
  /// Keeps every replaced or deleted content itself, so that no copy need be made before a write.
  package var keepsHistory: Bool
  /// Tells names apart that differ in case only.
  package var isCaseSensitive: Bool

  /// Describes what a replica can keep.
  package init(
    carriesExecutable: Bool, carriesLinks: Bool, carriesRawBytes: Bool, commitsAtOnce: Bool,
    keepsHistory: Bool, isCaseSensitive: Bool
  ) {
    self.carriesExecutable = carriesExecutable
    self.carriesLinks = carriesLinks
    self.carriesRawBytes = carriesRawBytes
    self.commitsAtOnce = commitsAtOnce
    self.keepsHistory = keepsHistory
    self.isCaseSensitive = isCaseSensitive
  }

  /// Carries everything, as a local file system on Linux or the hub does.
  package static let everything = Capabilities(
    carriesExecutable: true, carriesLinks: true, carriesRawBytes: true, commitsAtOnce: true,
    keepsHistory: true, isCaseSensitive: true)
}
