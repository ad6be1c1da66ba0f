package import SyncModel

/// The part of a project that a run speaks of.
///
/// A path outside keeps its content and its base row.
package struct Scope: Sendable {
  /// True when every path is inside, so that nothing need be asked.
  package let isEverything: Bool
  private let predicate: @Sendable (SyncPath) -> Bool

  private init(isEverything: Bool, predicate: @escaping @Sendable (SyncPath) -> Bool) {
    self.isEverything = isEverything
    self.predicate = predicate
  }

  /// Makes a scope of the paths for which the predicate holds.
  package init(_ predicate: @escaping @Sendable (SyncPath) -> Bool) {
    self.init(isEverything: false, predicate: predicate)
  }

  /// The whole project.
  package static let everything = Scope(isEverything: true) { _ in true }

  /// Tells whether a path is inside.
  package func contains(_ path: SyncPath) -> Bool {
    isEverything || predicate(path)
  }
}
