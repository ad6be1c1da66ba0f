import Platform
import Testing
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A temporary folder with a hub in it and the people who work with that hub.
///
/// Everything goes with its last reference; a hub that still runs is killed.
final class Stage: Sendable {
  /// Where everything of this stage lies.
  let folder: TemporaryFolder
  /// The absolute path of that folder.
  let path: String

  /// Makes an empty stage.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.path
  }

  /// Makes a stage with a running hub that holds one project, `p`, for the person `ada`.
  static func withProject() throws -> (stage: Stage, hub: HubProcess, ada: Person) {
    let stage = try Stage()
    let hub = try stage.hub()
    try hub.createProject("p")
    return (stage, hub, try stage.person("ada", of: hub))
  }

  /// Starts a hub over the data folder of this name.
  func hub(_ name: String = "hub", options: [String] = []) throws -> HubProcess {
    try HubProcess(data: path + "/" + name, home: try home("keeper"), options: options)
  }

  /// Makes somebody with a token of a hub, for all its projects, and a home of their own.
  func person(_ name: String, of hub: HubProcess, scope: String = "write") throws -> Person {
    let made = try Syncline.run(
      ["hub", "token", "create", "--data", hub.data, "--name", name, "--scope", scope],
      environment: Syncline.environment(home: hub.home))
    try made.require(0)
    return Person(
      name: name, home: try home(name), token: made.outputText.trimmed, stage: path)
  }

  private func home(_ name: String) throws -> String {
    let home = path + "/home/" + name
    _ = try folder.folder("home/" + name)
    return home
  }
}

/// Somebody with a home folder and a token.
struct Person: Sendable {
  /// How the hub calls them.
  let name: String
  /// Their home folder.
  let home: String
  /// Their token as it goes into their environment; nothing where they have signed in.
  var token: String?
  /// The stage's folder; relative names of clones are below it.
  let stage: String

  /// The environment of their commands.
  var environment: [String: String] {
    var variables = Syncline.environment(home: home)
    variables["SYNCLINE_TOKEN"] = token
    return variables
  }

  /// Runs a command in a folder, which is the stage's where none is named.
  func run(_ arguments: [String], in directory: String? = nil, seconds: Int = 60) throws
    -> CommandResult
  {
    try Syncline.run(
      arguments, environment: environment, directory: directory ?? stage, seconds: seconds)
  }

  /// Clones a project into a folder of the stage.
  func clone(_ project: String, of hub: HubProcess, into name: String) throws -> Clone {
    try run(["clone", hub.url + "/" + project, name]).require(0)
    return Clone(path: stage + "/" + name, person: self)
  }

  /// Binds a folder of the stage, which is made when it is missing, to a project.
  func bind(_ name: String, to project: String, of hub: HubProcess) throws -> Clone {
    let path = stage + "/" + name
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw Errno.last }
    try run(["init", hub.url + "/" + project], in: path).require(0)
    return Clone(path: path, person: self)
  }
}

/// A project's folder, in the hands of a person.
struct Clone: Sendable {
  /// The folder's absolute path.
  let path: String
  /// Who works in it.
  var person: Person

  /// Runs a verb in the folder to its end.
  func run(_ arguments: String..., seconds: Int = 60) throws -> CommandResult {
    try person.run(arguments, in: path, seconds: seconds)
  }

  /// Runs a verb in the folder to its end, with `--json`.
  func json(_ arguments: String..., seconds: Int = 60) throws -> CommandResult {
    try person.run(arguments + ["--json"], in: path, seconds: seconds)
  }

  /// Starts a verb in the folder and leaves it running.
  func start(_ arguments: String...) throws -> ChildProcess {
    try ChildProcess(
      try Syncline.binary(), arguments, environment: person.environment, directory: path)
  }

  /// Everything in the folder but `.syncline`.
  func tree() throws -> TreeListing { try TreeListing(path) }

  /// What of the folder can be synced at all: everything but hidden names and `syncline.yaml`.
  func content() throws -> TreeListing {
    try tree().filter { path in
      path != "syncline.yaml" && !path.names.contains { $0.first == UInt8(ascii: ".") }
    }
  }

  /// Writes a file, after making what is missing on the way; an old one is written in place.
  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// Writes a file, after making what is missing on the way; an old one is written in place.
  func write(_ bytes: [UInt8], to name: String) throws {
    var folder = try POSIXFileSystem().openDirectory(path: path)
    var names = name.split(separator: "/")
    let last = try #require(names.last)
    names.removeLast()
    for name in names { folder = try folder.openOrCreateDirectory(name, mode: 0o755) }
    if let old = try folder.statusIfPresent(of: last), old.kind == .file {
      let file = try folder.openFileForUpdate(last)
      try file.truncate(to: 0)
      try file.write(bytes)
    } else {
      try folder.createFile(last, mode: 0o644).write(bytes)
    }
  }

  /// Reads a file as text.
  func text(_ name: String) throws -> String {
    String(decoding: try POSIXFileSystem().readFile(path: path + "/" + name), as: UTF8.self)
  }

  /// Tells whether something stands at a name; links are not followed.
  func has(_ name: String) -> Bool {
    var status = stat()
    return lstat(path + "/" + name, &status) == 0
  }

  /// Removes a file or a link.
  func remove(_ name: String) throws {
    guard unlink(path + "/" + name) == 0 else { throw Errno.last }
  }

  /// Renames a file, a link or a folder.
  func rename(_ old: String, to new: String) throws {
    guard systemRename(path + "/" + old, path + "/" + new) == 0 else { throw Errno.last }
  }

  /// Sets the permission bits of a file or folder.
  func setMode(_ mode: UInt32, of name: String) throws {
    guard chmod(path + "/" + name, mode_t(mode)) == 0 else { throw Errno.last }
  }

  /// The permissions of a file or folder.
  func mode(of name: String) throws -> UInt32 {
    var status = stat()
    guard lstat(path + "/" + name, &status) == 0 else { throw Errno.last }
    return UInt32(status.st_mode) & 0o7777
  }

  /// Makes a link.
  func link(_ name: String, to target: String) throws {
    guard symlink(target, path + "/" + name) == 0 else { throw Errno.last }
  }
}

extension POSIXFileSystem {
  /// Reads the file at an absolute path.
  func readFile(path: String) throws -> [UInt8] {
    let slash = try #require(path.lastIndex(of: "/"))
    return try openDirectory(path: slash == path.startIndex ? "/" : String(path[..<slash]))
      .readFile(path[path.index(after: slash)...])
  }
}

/// `rename(2)`, under a name that the method of the same name does not hide.
private func systemRename(_ old: String, _ new: String) -> Int32 { rename(old, new) }

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
