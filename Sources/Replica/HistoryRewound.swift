/// The replica's history is not a continuation of the one that was known: a restored backup.
///
/// Thrown by ``Replica/snapshot(since:)`` instead of trusting what was found. Nothing may be
/// concluded from the difference of the two; brake 7 stops the run, and a rebase decides anew.
package struct HistoryRewound: Error, Sendable {
  /// Where the history stood when it was last looked at.
  package var known: Cursor
  /// The whole replica as it is now, with where its history stands.
  package var found: Snapshot

  /// Describes a history that went back or was replaced.
  package init(known: Cursor, found: Snapshot) {
    self.known = known
    self.found = found
  }
}
