import Engine
import Platform
import ProjectConfig
import ProjectState
import SyncModel

/// An opened project folder without a target: for verbs that need no remote.
struct FolderSession {
  /// Where the project is.
  let location: ProjectLocation
  /// The folder.
  let folder: ProjectFolder
  /// What `syncline.yaml` says.
  let configuration: ProjectConfiguration
  /// The folder's private record; empty in memory before the folder is bound.
  let state: StateDatabase
  /// Held as long as the session writes.
  private let lock: (any FileLock)?

  /// Opens the project that the current folder belongs to.
  ///
  /// Writing takes the lock where there is one to take, and never binds a fresh checkout.
  static func open(_ context: CommandContext, isWriting: Bool) throws -> FolderSession {
    let location = try ProjectLocation.find(context.surroundings)
    let configuration = try location.configuration()
    let folder = try location.folder(context.surroundings)
    var lock: (any FileLock)?
    if isWriting, folder.hidden != nil {
      lock = try folder.lock()
      guard lock != nil else {
        throw CommandFailure(
          .locked, "locked", "Another run of syncline works in this folder.",
          hint: "wait until it ends; a lock ends with its process")
      }
    }
    let isThere = try folder.hasState()
    let state =
      isThere
      ? try folder.openState(create: false, isWriting: isWriting)
      : try StateDatabase(path: folder.statePath, mode: .inMemory)
    return FolderSession(
      location: location, folder: folder, configuration: configuration, state: state, lock: lock)
  }

  /// How long the trash keeps things, in nanoseconds.
  var keepTrash: Int64 { configuration.limits.keepTrashNanoseconds }
}

extension StateDatabase {
  /// The names under which the targets of runs are known, by their key here.
  func targetNames() throws -> [Int64: String] {
    var names: [Int64: String] = [:]
    for binding in try bindings() {
      guard let target = try self.target(named: binding.name) else { continue }
      names[target.id] = names[target.id].map { "\($0), \(binding.name)" } ?? binding.name
    }
    return names
  }
}
