import CommandLineKit
import JSON
import MCPServer
import Platform

extension Assistant {
  /// The command that a call amounts to, in the folder that its arguments name, and the root of the
  /// project there.
  ///
  /// A folder that is missing is made only where `makesFolder` says so: a look leaves nothing behind.
  func context(
    for folder: String?, _ call: Call, makesFolder: Bool = false
  ) throws -> (command: CommandContext, folder: String) {
    try checkRoots()
    var surroundings = context.surroundings
    surroundings.fileSystem = rooted
    surroundings.currentFolder = try resolve(folder, makesFolder: makesFolder)
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

  /// The files of this machine, with every folder below a root reached from the root that is held.
  private var rooted: RootedFileSystem {
    RootedFileSystem(base: context.surroundings.fileSystem, roots: roots)
  }

  /// The real path of the folder that a client names; the only root where it names none.
  private func resolve(_ folder: String?, makesFolder: Bool) throws -> String {
    guard let folder, !folder.isEmpty else { return try standardFolder(isMade: makesFolder) }
    // A relative path counts from the roots, whatever folder the client runs in.
    let candidates = folder.hasPrefix("/") ? [folder] : roots.map { $0.path + "/" + folder }
    var failure: Errno?
    for candidate in candidates {
      let path: String
      do throws(Errno) { path = try rooted.resolve(path: candidate) } catch {
        failure = failure ?? error
        // Another tool's configuration knows the server: a new folder is a clone of it.
        if error == .notFound, makesFolder, surface.standardFolder != nil,
          let made = try makeBelow(candidate)
        {
          return made
        }
        continue
      }
      return try inside(path, named: folder)
    }
    throw missing(folder, failure ?? .notFound)
  }

  /// The folder that is meant where none is named.
  private func standardFolder(isMade: Bool) throws -> String {
    if let standard = surface.standardFolder, let root = roots.first {
      let path = root.path + "/" + standard
      let found: String
      do throws(Errno) { found = try rooted.resolve(path: path) } catch {
        guard error == .notFound, isMade else { throw missing(path, error) }
        return try inside(try make(path), named: path)
      }
      return try inside(found, named: path)
    }
    guard roots.count == 1, let root = roots.first else {
      throw CommandFailure(
        .usage, "which_project", "This server works in several folders, and none was named.",
        hint: "give local_project_dir: \(rootWords)")
    }
    return root.path
  }

  /// Makes a folder and those above it that are missing, and follows no link on the way.
  private func make(_ path: String) throws -> String {
    do {
      try rooted.createFolders(path)
      return try rooted.resolve(path: path)
    } catch {
      throw CommandFailure.noFolder(
        "The folder '\(path)' cannot be made", error, hint: "name another one in: \(rootWords)")
    }
  }

  /// Makes a folder directly below one that exists inside of a root; nothing elsewhere.
  private func makeBelow(_ path: String) throws -> String? {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
    let name = path[path.index(after: slash)...]
    guard !["", ".", ".."].contains(name),
      let parent = try? rooted.resolve(path: String(path[..<slash])), isInside(parent)
    else { return nil }
    return try make(parent + "/" + name)
  }

  private func missing(_ folder: String, _ error: Errno) -> CommandFailure {
    let way =
      surface.standardFolder == nil
      ? "leave local_project_dir out for the server's own folder, or name one in"
      : "sync_project_to_local makes it where it is new, in a folder that exists in"
    return CommandFailure.noFolder(
      "The folder '\(folder)' cannot be opened", error, hint: "\(way): \(rootWords)")
  }

  private func inside(_ path: String, named folder: String) throws(CommandFailure) -> String {
    guard isInside(path) else {
      throw outside("'\(folder)' lies outside of the folders that this server works in.")
    }
    return path
  }

  private func isInside(_ path: String) -> Bool { roots.contains { $0.names(to: path) != nil } }

  private var rootWords: String { roots.map(\.path).joined(separator: ", ") }

  private func outside(_ what: String) -> CommandFailure {
    CommandFailure(
      .usage, "outside_root", what,
      hint: "it works in: \(rootWords); a person can start it with another --root")
  }
}
