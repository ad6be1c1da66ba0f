import Engine
import JSON
import Platform

/// Where `plan --out` puts its plan: under a free name, or in place of an earlier plan.
///
/// A plan is written without a trash, so nothing but a plan is ever replaced by one.
struct PlanPlace {
  /// Why a plan is not written somewhere.
  enum Problem: Error, Equatable {
    /// `syncline.yaml`, or something in `.syncline`.
    case ours
    /// Something stands there that is no earlier plan.
    case taken
    /// The system refused.
    case system(Errno)
  }

  private let folder: any Directory
  private let name: String

  /// Finds the place at an absolute path, and fails with a ``Problem`` where no plan may go.
  init(path: String, fileSystem: any FileSystem) throws {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    name = String(path[path.index(after: slash)...])
    guard !name.isEmpty, name != ".", name != ".." else { throw Problem.system(.isDirectory) }
    do {
      // With links resolved: through one, the folder may be ours under any name.
      let above = try fileSystem.resolve(
        path: slash == path.startIndex ? "/" : String(path[..<slash]))
      let parts = above.split(separator: "/").map { $0.lowercased() } + [name.lowercased()]
      guard !parts.contains(ProjectFolder.privateName),
        parts.last != ProjectLocation.configurationName
      else { throw Problem.ours }
      folder = try fileSystem.openDirectory(path: above)
      _ = try isThere(name)
    } catch let error as Errno {
      throw Problem.system(error)
    }
  }

  /// Puts a plan in place at one instant.
  ///
  /// What came to stand there since the place was found is left as it is, and ``Problem/taken``.
  func write(_ bytes: [UInt8], _ randomness: Randomness) throws {
    let temporary = ".\(String(randomness.number(), radix: 36)).plan~"
    do {
      let file = try folder.createFile(temporary, mode: 0o666)
      do {
        try file.write(bytes)
        try file.synchronize()
        try publish(temporary)
      } catch {
        // The first error is the one to tell.
        try? folder.removeFile(temporary)
        throw error
      }
      try folder.synchronize()
    } catch let error as Errno {
      throw error == .exists ? Problem.taken : Problem.system(error)
    }
  }

  private func publish(_ temporary: String) throws {
    guard try isThere(name) else {
      do { try folder.rename(temporary, to: folder, as: name, .noReplace) } catch {
        guard error == .notSupported else { throw error }
        try folder.rename(temporary, to: folder, as: name, .replace)
      }
      return
    }
    do { try folder.rename(temporary, to: folder, as: name, .exchange) } catch {
      guard error == .notSupported else { throw error }
      return try folder.rename(temporary, to: folder, as: name, .replace)
    }
    do { _ = try isThere(temporary) } catch {
      // It became another file between the look and the exchange: it goes back.
      try folder.rename(temporary, to: folder, as: name, .exchange)
      throw error
    }
    try folder.removeFile(temporary)
  }

  /// Whether a plan has a name; false where nothing has it.
  private func isThere(_ name: String) throws -> Bool {
    guard let status = try folder.statusIfPresent(of: name) else { return false }
    guard status.kind == .file, status.size <= UInt64(PlanFile.largest),
      PlanFile.isPlan(try folder.readFile(name, limit: PlanFile.largest))
    else { throw Problem.taken }
    return true
  }
}
