import HTTPClient
import HubProtocol
import HubReplica
import IgnoreRules
import LocalReplica
import MageReplica
import Platform
import ProjectConfig
import Replica
import SyncModel

/// The way to what stands behind a target, by the kind of server that it is.
enum TargetRemote {
  /// A project of a hub.
  case hub(HubConnection, project: String)
  /// The one project of a Mage server.
  case mage(MageConnection)

  /// What a look at a remote is given beside the way to it.
  struct Setting {
    /// Counts what is sent and received.
    var meter: ProgressMeter
    /// Tells when a path that is pushed was last edited locally.
    var edited: (@Sendable (SyncPath) -> Timestamp?)?
    /// Makes what tells whether the rules leave a path out; it reads them, so only who asks makes it.
    var ignored: () -> IgnoreLookup
    /// What is remembered of listings.
    var memory: any ListingMemory = TransientListingMemory()
    /// Whether every file is read, whatever is remembered of it.
    var readsEverything = false
  }

  /// The remote as one side of a sync.
  func replica(_ setting: Setting) -> any Replica {
    switch self {
    case .hub(let connection, let project):
      return HubReplica(
        connection: connection, project: project, meter: setting.meter, edited: setting.edited)
    case .mage(let connection):
      let isIgnored = setting.ignored()
      return MageReplica(
        connection: connection, memory: setting.memory,
        options: MageReplica.Options(
          takes: { !isIgnored($0) }, readsEverything: setting.readsEverything),
        meter: setting.meter)
    }
  }

  /// Asks which project stands there.
  func project() async throws -> RemoteProject {
    switch self {
    case .hub(let connection, let project):
      let info = try await HubAdministration(connection: connection).project(project)
      return RemoteProject(id: info.id, name: info.name, revision: info.revision)
    case .mage(let connection):
      let info = try await connection.info()
      try await connection.checkAccess()
      return RemoteProject(id: info.projectID, name: info.projectName, revision: nil)
    }
  }
}

extension TargetAddress {
  /// The kinds of files that what stands there carries; nothing where it carries all.
  var carriedKinds: FileKinds? {
    switch self {
    case .hub, .lua, .luaService: nil
    case .mage: FileKinds(extensions: MageFileKinds.extensions)
    }
  }

  /// Whether an extra file means something there, so that a conflict copy may not lie in the tree.
  var keepsCopiesAside: Bool {
    switch self {
    case .hub, .lua, .luaService: false
    case .mage: true
    }
  }
}

/// A project as its server names it.
struct RemoteProject {
  /// The id by which it is recognized.
  var id: String
  /// What people call it.
  var name: String
  /// How often it changed, where the server counts.
  var revision: UInt64?
}
