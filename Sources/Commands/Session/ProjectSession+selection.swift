import Engine
import Platform
import ProjectConfig
import ProjectState
import SyncCore
import SyncModel

/// What the words of a command line mean in a project.
struct Selection {
  /// The paths that the command speaks of.
  let scope: Scope
  /// The words, each of which must mean something.
  let named: [NamedPaths]
}

extension ProjectSession {
  /// Finds out what the words of a command line mean, from the current folder.
  func selection(_ words: [String]) async throws -> Selection {
    guard !words.isEmpty else { return Selection(scope: .everything, named: []) }
    let base = try state.target(named: target.name).map { try state.base(of: $0) } ?? Base()
    let root = folder.root
    let here = try here.get()
    do {
      let selection = try configuration.selection(what: words, in: here) { path in
        ProjectSession.isHere(path, root) || ProjectSession.isKnown(path, base)
      }
      let named = selection.items.filter { $0.meaning != .everything }.map { item in
        NamedPaths(word: item.text) { item.contains($0) }
      }
      return Selection(scope: selection.scope, named: named)
    } catch {
      throw ConfigurationWords.failure(error)
    }
  }

  /// Whether a file or folder stands at a path of the local side.
  private static func isHere(_ path: SyncPath, _ root: any Directory) -> Bool {
    var folder = root
    do {
      for name in path.names.dropLast() { folder = try folder.openDirectory(name) }
      return try folder.statusIfPresent(of: path.name) != nil
    } catch {
      return false
    }
  }

  private static func isKnown(_ path: SyncPath, _ base: Base) -> Bool {
    base[path] != nil || base.rows.contains { $0.path.isBelow(path) }
  }
}
