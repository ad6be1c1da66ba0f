import Engine
import Platform
import ProjectConfig
import SyncModel

/// Where the project of the current folder is.
struct ProjectLocation {
  /// The name of the configuration.
  static let configurationName = "syncline.yaml"
  private static let largestConfiguration = 1 << 20

  /// The root of the project.
  let path: String
  /// The current folder as a path of the project; nothing at the root.
  ///
  /// A usage error where it cannot be a path, for then no word counts from it.
  let here: Result<SyncPath?, CommandFailure>
  private let bytes: [UInt8]
  private var given: ProjectConfiguration?

  /// Looks for `syncline.yaml` here and above.
  static func find(_ surroundings: Surroundings) throws -> ProjectLocation {
    let start: String
    do { start = try surroundings.fileSystem.resolve(path: surroundings.currentFolder) } catch {
      throw CommandFailure.noFolder(
        "The folder '\(surroundings.currentFolder)' cannot be opened", error,
        hint: "name a folder that exists with -C, or change into one")
    }
    if let given = surroundings.given {
      return ProjectLocation(
        path: start, here: .success(nil), bytes: [], given: given.configuration)
    }
    var path = start
    while true {
      let folder = try open(path, surroundings)
      let kind = try folder.statusIfPresent(of: configurationName)?.kind
      if let kind, kind != .file {
        throw CommandFailure(
          .usage, "bad_configuration",
          "'\(path)/\(configurationName)' is not a file, so it does not describe a project.",
          hint: "put the file itself there: links are not followed")
      }
      if kind == .file {
        let bytes = try read(folder, path)
        let rest = start.utf8.dropFirst(path == "/" ? 1 : path.utf8.count + 1)
        return ProjectLocation(
          path: path, here: here(String(Substring(rest))), bytes: bytes, given: nil)
      }
      guard path != "/", let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
        break
      }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    throw CommandFailure(
      .usage, "no_project", "There is no syncline.yaml in '\(start)' or above it.",
      hint: "bind a folder with 'syncline init PROJECT-URL', or make one with 'syncline clone'")
  }

  private static func here(_ rest: String) -> Result<SyncPath?, CommandFailure> {
    guard !rest.isEmpty else { return .success(nil) }
    do { return .success(try SyncPath(validating: rest)) } catch {
      return .failure(
        CommandFailure(
          .usage, "bad_folder",
          "The current folder '\(rest)' is never synced, because it cannot be a path of a project: "
            + "\(error.words). So no path counts from it.",
          hint: "rename the folder, or name paths from another one, as with -C"))
    }
  }

  private static func open(
    _ path: String, _ surroundings: Surroundings
  ) throws(CommandFailure) -> any Directory {
    do { return try surroundings.fileSystem.openDirectory(path: path) } catch {
      throw CommandFailure.noFolder(
        "The folder '\(path)' cannot be opened", error,
        hint: "name a folder with -C, or mend its permissions")
    }
  }

  private static func read(
    _ folder: any Directory, _ path: String
  ) throws(CommandFailure) -> [UInt8] {
    do throws(Errno) {
      return try folder.readFile(configurationName, limit: largestConfiguration)
    } catch {
      let file = "'\(path)/\(configurationName)'"
      if error == .fileTooLarge {
        throw CommandFailure(
          .usage, "bad_configuration", "\(file) is larger than 1 MiB, so it is not read.",
          hint: "a configuration is a few lines; look at what is in it")
      }
      throw CommandFailure(
        .stopped, "file_error", "\(file) cannot be read: \(ErrnoWords.text(error.rawValue)).",
        hint: "check its permissions and the disk, then run again")
    }
  }

  /// What `syncline.yaml` says.
  func configuration() throws -> ProjectConfiguration {
    if let given { return given }
    do { return try ProjectConfiguration.parse(bytes) } catch {
      throw ConfigurationWords.failure(error)
    }
  }

  /// The text of `syncline.yaml`.
  var text: [UInt8] { bytes }

  /// Opens the folder itself.
  func folder(_ surroundings: Surroundings) throws -> ProjectFolder {
    do { return try ProjectFolder(path: path, fileSystem: surroundings.fileSystem) } catch {
      throw CommandFailure(
        .stopped, "unusable_state",
        "'\(path)/\(ProjectFolder.privateName)' cannot be used: "
          + "\(ErrnoWords.text(error.rawValue)).",
        hint: "it must be a folder of your own that you may read and write, not a link")
    }
  }
}
