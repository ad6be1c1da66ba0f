/// What a run is to do.
package enum Verb: String, Hashable, Sendable, CaseIterable {
  case sync
  case push
  case pull
}

/// How far a run may go.
package struct PlanOptions: Hashable, Sendable {
  /// The giving side wins where both sides have a path; `push` and `pull` only.
  package var force: Bool
  /// The receiving side ends equal to the giving one; `push` and `pull` only, implies `force`.
  package var mirror: Bool
  /// Nothing is done when a single path is in conflict or blocked.
  package var atomic: Bool

  /// Describes how far a run may go.
  package init(force: Bool = false, mirror: Bool = false, atomic: Bool = false) {
    self.force = force
    self.mirror = mirror
    self.atomic = atomic
  }
}
