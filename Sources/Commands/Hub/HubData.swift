import CommandLineKit
import HubStore
import JSON
import SyncModel

/// What all verbs of `syncline hub` share: the data folder and who works on it.
extension CommandContext {
  /// The hub's data folder.
  var dataFolder: DataFolder {
    var path = surroundings.absolute(invocation.value(of: Options.data) ?? "syncline-hub")
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return DataFolder(path)
  }

  /// The word given for an argument that must be given.
  func word(_ name: String) -> String {
    invocation.value(of: Argument(name, "")) ?? ""
  }

  /// The time and chance that the hub works with.
  var hubEnvironment: HubEnvironment {
    HubEnvironment(clock: surroundings.clock, randomness: surroundings.randomness)
  }

  /// Who does something in the hub's audit log, when it is done on the hub's own machine.
  var hubActor: String {
    surroundings.variable("USER").map { "\($0) (command line)" } ?? "command line"
  }

  /// Opens the hub, and makes an empty one only where the verb is one to begin with.
  func openHub(for use: HubStore.Use, making: Bool = false) throws -> HubStore {
    if !making || isDryRun { try requireHub() }
    return try HubStore(dataFolder, for: use, environment: hubEnvironment)
  }

  /// Whether the data folder holds a hub already.
  var hubIsThere: Bool {
    get throws { try dataFolder.foundFormat() != nil }
  }

  /// Fails where the data folder holds no hub.
  func requireHub() throws {
    guard try !hubIsThere else { return }
    throw CommandFailure(
      .usage, "no_hub", "There is no hub in '\(dataFolder.path)'.",
      hint: "name its folder with --data; 'hub serve', 'hub project create' and "
        + "'hub token create' make one")
  }

  /// Finds a project of the hub by the name that an argument gives.
  func hubProject(_ store: HubStore, named name: String) throws -> HubProject {
    guard let project = try store.project(named: name) else { throw HubStoreError.noSuchProject }
    return project
  }

  /// A point in time as JSON; null for none.
  func json(_ time: Timestamp?) -> JSONValue {
    time.map { .string(ISO8601.string(nanoseconds: $0.nanoseconds, precision: .seconds)) } ?? .null
  }

  /// A point in time as people here read it.
  func words(_ time: Timestamp?) -> String {
    guard let time else { return "" }
    let seconds = Int(time.seconds)
    return Moment.text(secondsSinceEpoch: seconds, offset: surroundings.utcOffset(seconds))
  }
}
