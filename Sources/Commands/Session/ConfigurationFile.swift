import Engine
import CommandLineKit
import Platform
import ProjectConfig

/// Changes of `syncline.yaml` by verbs: comments and layout stay, the file changes at one instant.
struct ConfigurationFile {
  private let location: ProjectLocation
  private let session: FolderSession
  private let context: CommandContext

  init(_ session: FolderSession, _ context: CommandContext) {
    location = session.location
    self.session = session
    self.context = context
  }

  /// The text after an edit; nothing is written.
  func edited(by edit: ConfigurationEdit) throws -> [UInt8] {
    do { return try ProjectConfiguration.edited(location.text, by: edit) } catch {
      throw ConfigurationFile.failure(error)
    }
  }

  /// Puts a new text in place, unless somebody else has changed the file in the meantime.
  func replace(with bytes: [UInt8]) throws {
    let root = session.folder.root
    let name = ProjectLocation.configurationName
    let status = try root.status(of: name)
    // Beside the state where there is one: a scan never sees a half-written name then.
    let folder = session.folder.hidden ?? root
    let random = context.surroundings.randomness.number()
    let temporary = ".syncline-" + String(random, radix: 36) + ".new"
    let file = try folder.createFile(temporary, mode: 0o600)
    do {
      try file.write(bytes)
      try file.setMode(status.mode & 0o777)
      try file.synchronize()
      guard try root.readFile(name, limit: 1 << 20) == location.text else {
        throw CommandFailure(
          .stopped, "configuration_moved", "syncline.yaml was changed by somebody else just now.",
          hint: "run the command again")
      }
      try folder.rename(temporary, to: root, as: name, .replace)
    } catch {
      // The first error is the one to tell.
      try? folder.removeFile(temporary)
      throw error
    }
    try root.synchronize()
  }

  private static func failure(_ error: ConfigurationEditError) -> CommandFailure {
    switch error {
    case .unreadable(let error): return ConfigurationWords.failure(error)
    case .unknownTarget(let name, let known):
      return CommandFailure(
        .usage, "unknown_target", "There is no target '\(name)' in syncline.yaml.",
        hint: known.isEmpty
          ? "there are none yet: 'syncline target add NAME URL'"
          : "the targets are: \(known.joined(separator: ", "))")
    case .targetExists(let name):
      return CommandFailure(
        .usage, "target_exists", "There is a target '\(name)' already.",
        hint: "choose another name, or change its address with 'syncline target set-url'")
    case .badName(let name):
      return CommandFailure(
        .usage, "bad_name", "'\(name)' cannot be the name of a target.",
        hint: "names have letters, digits, '.', '_' and '-', and start with a letter or a digit")
    case .badURL(let problem): return badURL(problem)
    case .needsHand(let line):
      return CommandFailure(
        .usage, "needs_hand",
        "syncline.yaml is written in a way that cannot be changed without harm (line \(line)).",
        hint: "change it by hand in an editor")
    }
  }

  /// What is wrong with an address; the address itself may hold a secret and is not repeated.
  static func badURL(_ problem: AddressProblem) -> CommandFailure {
    let message =
      switch problem {
      case .credentials: "The address holds a user name, a password or a token."
      case .unknownScheme: "The address starts with no scheme that is known."
      case .missingName: "The address names no project."
      case .empty, .badCharacter, .query, .fragment, .missingHost, .badHost, .badPort, .badPath,
        .extraPath, .badName:
        "That is not the address of a project (\(problem.rawValue))."
      }
    let hint =
      switch problem {
      case .credentials: "leave it out, and sign in with 'syncline login URL'"
      case .unknownScheme:
        "it starts with one of: \(TargetAddress.schemes.joined(separator: ", "))"
      case .empty, .badCharacter, .query, .fragment, .missingHost, .badHost, .badPort, .badPath,
        .extraPath, .badName, .missingName:
        "a project on a hub is https://HOST:PORT/PROJECT"
      }
    return CommandFailure(.usage, "bad_url", message, hint: hint)
  }
}
