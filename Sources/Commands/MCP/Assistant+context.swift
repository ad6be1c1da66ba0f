import CommandLineKit
import JSON
import MCPServer
import Platform

extension Assistant {
  /// The command that a call amounts to, in the folder that its arguments name, and the root of the
  /// project there.
  func context(
    for folder: String?, _ call: Call
  ) throws -> (command: CommandContext, folder: String) {
    try checkRoots()
    var surroundings = context.surroundings
    surroundings.currentFolder = try resolve(folder)
    surroundings.fileSystem = RootedFileSystem(base: surroundings.fileSystem, roots: roots)
    // Standard output belongs to the protocol, whatever a command might say.
    surroundings.output = surroundings.error
    let progress = call.report.map { MeterProgress($0) }
    let context = try surface.prepare(
      CommandContext(
        invocation: context.invocation, surroundings: surroundings,
        console: Console(context.invocation, surroundings),
        onProgress: { progress?.take($0) }))
    let folder = try surface.locate(context)
    guard isInside(folder) else {
      throw outside(
        "The project of '\(surroundings.currentFolder)' begins above it, in '\(folder)', "
          + "which is outside of the folders that this server works in.")
    }
    return (context, folder)
  }

  /// Fails where another folder stands at the path of one that is held: the state of the one would
  /// be taken for the other's.
  private func checkRoots() throws {
    for root in roots {
      let isInPlace = try? root.isInPlace(context.surroundings.fileSystem)
      guard isInPlace == true else {
        throw CommandFailure(
          .stopped, "root_replaced",
          "The folder '\(root.path)' is not the one that this server was started for any more.",
          hint: "a person must start the server again")
      }
    }
  }

  /// The real path of the folder that a client names; the only root where it names none.
  private func resolve(_ folder: String?) throws -> String {
    guard let folder, !folder.isEmpty else {
      if let standard = context.surroundings.given?.standardFolder, let root = roots.first {
        return try make(root.path + "/" + standard)
      }
      guard roots.count == 1, let root = roots.first else {
        throw CommandFailure(
          .usage, "which_project", "This server works in several folders, and none was named.",
          hint: "give local_project_dir: \(rootWords)")
      }
      return root.path
    }
    // A relative path counts from the roots, whatever folder the client runs in.
    let candidates = folder.hasPrefix("/") ? [folder] : roots.map { $0.path + "/" + folder }
    var failure: Errno?
    for candidate in candidates {
      let path: String
      do throws(Errno) {
        path = try context.surroundings.fileSystem.resolve(path: candidate)
      } catch {
        failure = failure ?? error
        // Another tool's configuration knows the server: a new folder is a clone of it.
        if error == .notFound, context.surroundings.given != nil,
          let made = try makeBelow(candidate)
        {
          return made
        }
        continue
      }
      guard isInside(path) else {
        throw outside("'\(folder)' lies outside of the folders that this server works in.")
      }
      return path
    }
    throw CommandFailure(
      .usage, "no_folder",
      "The folder '\(folder)' cannot be opened: \(ErrnoWords.text((failure ?? .notFound).rawValue)).",
      hint: "leave local_project_dir out for the server's own folder, or name one in: \(rootWords)")
  }

  /// Makes a folder and those above it that are missing.
  private func make(_ path: String) throws -> String {
    do {
      try context.surroundings.fileSystem.createFolders(path)
      return try context.surroundings.fileSystem.resolve(path: path)
    } catch {
      throw CommandFailure(
        .usage, "no_folder",
        "The folder '\(path)' cannot be made: \(ErrnoWords.text(error.rawValue)).",
        hint: "name another one in: \(rootWords)")
    }
  }

  /// Makes a folder directly below one that exists inside of a root; nothing elsewhere.
  private func makeBelow(_ path: String) throws -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    let name = path[path.index(after: slash)...]
    guard !["", ".", ".."].contains(name),
      let parent = try? context.surroundings.fileSystem.resolve(path: String(path[..<slash])),
      isInside(parent)
    else { return nil }
    return try make(parent + "/" + name)
  }

  private func isInside(_ path: String) -> Bool { roots.contains { $0.names(to: path) != nil } }

  private var rootWords: String { roots.map(\.path).joined(separator: ", ") }

  private func outside(_ what: String) -> CommandFailure {
    CommandFailure(
      .usage, "outside_root", what,
      hint: "it works in: \(rootWords); a person can start it with another --root")
  }
}
