import Platform
import SyncModel

/// The place of what a run replaces and deletes: plain files under their own paths.
///
/// What stands in the way of another kept thing is never renamed: a second state of one path, or a
/// file where a folder is needed, goes to a sibling `local.2/`, `local.3/` and so on, so that no
/// name in the trash can be mistaken for another path of the project.
///
/// Confined to one thread at a time.
final class TrashArea {
  private let run: String
  private let state: any Directory
  private var opened: [Int: FolderStack] = [:]
  private static let attempts = 1...99

  /// Where something can be kept.
  struct Slot {
    var place: FolderStack.Place
    /// The path below `.syncline/`.
    var location: String
  }

  /// Names the trash of a run; its folders are made when the first content comes.
  init(state: any Directory, run: String) {
    self.run = run
    self.state = state
  }

  /// Finds a place in the trash; while there is no trash, nothing is found.
  private func place(
    of path: String, _ attempt: Int, creating: Bool
  ) throws(Errno) -> FolderStack.Place {
    var folders: FolderStack
    if let known = opened[attempt] {
      folders = known
    } else {
      let name = TrashArea.sibling(attempt)
      let root: any Directory
      if creating {
        root = try state.openOrCreateDirectory("trash", mode: 0o700)
          .openOrCreateDirectory(run, mode: 0o700).openOrCreateDirectory(name, mode: 0o700)
      } else {
        root = try state.openDirectory("trash").openDirectory(run).openDirectory(name)
      }
      folders = FolderStack(root: root, mode: 0o700)
    }
    defer { opened[attempt] = folders }
    return try folders.place(of: path, creating: creating)
  }

  /// The mark that files of this folder were taken out of their places before new ones came, because
  /// two names cannot be exchanged: what lies in the trash does not prove that a new one came.
  static let withoutExchange = "without-exchange"

  /// Leaves that mark, before the first file is taken out so.
  func noteMissingExchange() throws(Errno) {
    guard try state.statusIfPresent(of: TrashArea.withoutExchange) == nil else { return }
    _ = try state.createFile(TrashArea.withoutExchange, mode: 0o600)
  }

  /// Removes the trash of a run if there is nothing in it but folders.
  static func removeIfEmpty(_ run: String, state: any Directory) throws(Errno) {
    do throws(Errno) { try state.openDirectory("trash").removeEmptyTree(run) } catch {
      let stays = error == .notFound || error == .notEmpty || error == .notDirectory
      if !stays { throw error }
    }
  }

  /// Finds a free place for a path and calls a closure that puts something there.
  ///
  /// The closure fails with ``Errno/exists`` if the place is taken; then the next one is tried.
  func keep(
    _ path: SyncPath, _ put: (Slot) throws(Errno) -> Void
  ) throws(Errno) -> Slot {
    for attempt in TrashArea.attempts {
      do throws(Errno) {
        let place = try place(of: path.key, attempt, creating: true)
        let slot = Slot(place: place, location: location(of: path.key, attempt))
        try put(slot)
        return slot
      } catch {
        // A kept file stands where a folder is needed, or the other way round, or the run kept
        // something of this path before.
        let isTaken = error == .exists || error == .notDirectory || error == .isDirectory
        if !isTaken { throw error }
        opened[attempt]?.forget()
      }
    }
    throw .exists
  }

  /// Everything that is kept of a path, as places, oldest first.
  func slots(of path: SyncPath) throws(Errno) -> [Slot] {
    var found: [Slot] = []
    for attempt in TrashArea.attempts {
      guard try isThere(attempt) else { break }
      do throws(Errno) {
        let place = try place(of: path.key, attempt, creating: false)
        let status = try place.folder.status(of: place.name)
        guard status.kind == .file || status.kind == .link else { continue }
        found.append(Slot(place: place, location: location(of: path.key, attempt)))
      } catch {
        if error != .notFound && error != .notDirectory { throw error }
      }
    }
    return found
  }

  /// Whether a sibling folder was made: they are made in order, so the first that is not is the end.
  private func isThere(_ attempt: Int) throws(Errno) -> Bool {
    if opened[attempt] != nil { return true }
    do throws(Errno) {
      let status = try state.openDirectory("trash").openDirectory(run)
        .statusIfPresent(of: TrashArea.sibling(attempt))
      return status?.kind == .directory
    } catch {
      if error == .notFound { return false }
      throw error
    }
  }

  /// The place of a location that was given out earlier.
  func place(of location: String) throws(Errno) -> FolderStack.Place {
    let prefix = "trash/\(run)/"
    guard location.hasPrefix(prefix) else { throw .invalidArgument }
    let rest = location.dropFirst(prefix.count)
    guard let slash = rest.firstIndex(of: "/"),
      let attempt = TrashArea.attempts.first(where: { TrashArea.sibling($0) == rest[..<slash] })
    else { throw .invalidArgument }
    return try place(of: String(rest[rest.index(after: slash)...]), attempt, creating: false)
  }

  private func location(of path: String, _ attempt: Int) -> String {
    "trash/\(run)/\(TrashArea.sibling(attempt))/\(path)"
  }

  /// The folder of the first and of later attempts.
  private static func sibling(_ attempt: Int) -> String {
    attempt == 1 ? "local" : "local.\(attempt)"
  }
}
