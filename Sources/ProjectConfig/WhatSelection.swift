package import IgnoreRules
package import SyncCore
package import SyncModel

/// The paths that a command speaks of.
package struct WhatSelection: Sendable {
  /// What one argument stands for.
  package enum Meaning: Sendable, Equatable {
    /// The whole project.
    case everything
    /// A path, and everything below it.
    case path(SyncPath)
    /// Everything below a folder: the argument ends in a slash.
    case folder(SyncPath)
    /// What a glob matches, and everything below folders that it matches.
    case glob(Glob)
    /// What a collection's globs match.
    case collection(ProjectConfiguration.Collection)
  }

  /// One argument.
  package struct Item: Sendable, Equatable {
    /// The argument as it was given.
    package var text: String
    /// What it stands for.
    package var meaning: Meaning

    /// Tells whether the argument is about a path.
    package func contains(_ path: SyncPath) -> Bool {
      switch meaning {
      case .everything: true
      case .path(let own): path == own || path.isBelow(own)
      case .folder(let folder): path.isBelow(folder)
      case .glob(let glob): glob.covers(path.key)
      case .collection(let collection): collection.globs.contains { $0.covers(path.key) }
      }
    }
  }

  /// The arguments in order; without any, everything is meant.
  package let items: [Item]

  /// The whole project.
  package static let everything = WhatSelection(items: [])

  /// Whether the whole project is meant.
  package var isEverything: Bool {
    items.isEmpty || items.contains { $0.meaning == .everything }
  }

  /// Tells whether one of the arguments is about a path.
  package func contains(_ path: SyncPath) -> Bool {
    isEverything || items.contains { $0.contains(path) }
  }

  /// The selection as the core knows it.
  package var scope: Scope {
    if isEverything { return .everything }
    return Scope { contains($0) }
  }

  /// The arguments that none of the paths is about, as they were given.
  ///
  /// The paths are those of local, base and remote together. The whole project always counts.
  package func unmatched(among paths: some Sequence<SyncPath>) -> [String] {
    var open = items.filter { $0.meaning != .everything }
    for path in paths {
      if open.isEmpty { break }
      open.removeAll { $0.contains(path) }
    }
    return open.map(\.text)
  }
}

/// Why an argument cannot stand for paths of the project.
package struct WhatError: Error, Hashable, Sendable {
  /// The kinds of trouble.
  package enum Code: Hashable, Sendable {
    /// There is nothing.
    case empty
    /// It is absolute, or leads out of the project by `..`.
    case outsideProject
    /// No tree holds such a path.
    case badPath(PathProblem)
    /// The glob cannot be used.
    case badGlob(GlobError.Code)
  }

  /// What is wrong.
  package var code: Code
  /// The argument as it was given.
  package var text: String
}
