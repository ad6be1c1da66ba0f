import CommandLineKit
import Engine
import HTTPClient
import HubReplica
import MageReplica
import LocalReplica
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncCore
import SyncModel

/// An opened project with one of its targets: what nearly every verb starts from.
struct ProjectSession {
  /// The folder.
  let folder: ProjectFolder
  /// What `syncline.yaml` says.
  let configuration: ProjectConfiguration
  /// The target of this command.
  let target: ProjectConfiguration.Target
  /// Keeps the two sides in step.
  let engine: Engine
  /// The folder's private record.
  let state: StateDatabase
  /// What stands behind the target.
  let remote: TargetRemote
  /// The same, as one side of the sync.
  let replica: any Replica
  /// What is remembered of the remote's listings, where it has no revisions.
  let listings: any ListingMemory
  /// How far a long task is.
  let meter: ProgressMeter
  /// What came up beside its run.
  let remarks = Remarks()
  /// The folder from which words count: see ``ProjectLocation/here``.
  var here: Result<SyncPath?, CommandFailure>
  /// Held as long as the session writes.
  private let lock: (any FileLock)?

  /// Whether this session holds the folder's lock.
  var holdsLock: Bool { lock != nil }

  /// The largest file that is synced where `limits.max_file` does not say.
  static let standardMaximumFile: UInt64 = 1 << 30

  /// The largest file that is synced: one value for every look and every plan.
  static func maximumFile(_ configuration: ProjectConfiguration) -> UInt64 {
    configuration.limits.maxFile ?? standardMaximumFile
  }

  /// How a session uses the folder.
  enum Mode {
    /// Takes no lock, recovers nothing; works in a fresh checkout too.
    case looking
    /// Takes the lock, and binds a fresh checkout.
    case writing
  }

  /// Opens the project that the current folder belongs to.
  static func open(
    _ context: CommandContext, mode: Mode, collectsIgnored: Bool = false,
    policies: Policies? = nil, targetName: String? = nil
  ) async throws -> ProjectSession {
    let location = try ProjectLocation.find(context.surroundings)
    let configuration = try location.configuration()
    let target = try chooseTarget(context, configuration, named: targetName)
    var folder = try location.folder(context.surroundings)
    if mode == .writing {
      let isNew = folder.hidden == nil
      folder = try folder.binding()
      if isNew, context.surroundings.given == nil {
        try context.console.note("note: this folder was not bound yet; .syncline was made")
      }
    }
    let lock = mode == .writing ? try takeLock(folder) : nil
    // Where a run could not keep what it replaces, it does not begin.
    if mode == .writing { try folder.requireReadable(["staging", "trash"]) }
    let state = try openState(folder, mode, context)
    let meter = ProgressMeter()
    let local = try localReplica(
      folder, state, (configuration, target), context, meter, collectsIgnored: collectsIgnored)
    let remote = try RemoteAccess(context).remote(of: target)
    let listings: any ListingMemory =
      switch remote {
      case .hub: TransientListingMemory()
      case .mage: try StoredListingMemory.open(folder)
      }
    let replica = remote.replica(
      TargetRemote.Setting(
        meter: meter, edited: { local.editTime(of: $0) }, ignored: { local.ignoreLookup() },
        memory: listings, readsEverything: context.invocation.has(Options.checksum)))
    let engine = Engine(
      local: local, remote: replica, state: state, objects: try objects(folder, mode),
      settings: try settings(
        configuration, target, context, policies, branch: try branch(folder, mode, context)),
      clock: context.surroundings.clock, randomness: context.surroundings.randomness,
      meter: meter)
    let session = ProjectSession(
      folder: folder, configuration: configuration, target: target, engine: engine, state: state,
      remote: remote, replica: replica, listings: listings, meter: meter, here: location.here,
      lock: lock)
    try await context.surroundings.given?.opened?(session)
    return session
  }

  /// The target that `--target` names, else the default one.
  static func chooseTarget(
    _ context: CommandContext, _ configuration: ProjectConfiguration, named wanted: String? = nil
  ) throws -> ProjectConfiguration.Target {
    let names = configuration.targets.map(\.name).joined(separator: ", ")
    if let name = wanted ?? context.invocation.value(of: Options.target) {
      guard let target = configuration.targets.first(where: { $0.name == name }) else {
        throw CommandFailure(
          .usage, "unknown_target", "There is no target '\(name)' in syncline.yaml.",
          hint: "the targets are: \(names)")
      }
      return target
    }
    guard !configuration.targets.isEmpty else {
      throw CommandFailure(
        .usage, "no_target", "syncline.yaml names no target.",
        hint: "add one with 'syncline target add NAME URL'")
    }
    guard let target = configuration.defaultTarget else {
      throw CommandFailure(
        .usage, "no_default_target", "syncline.yaml names several targets and no default one.",
        hint: "name one with --target, or choose with 'syncline target default NAME': \(names)")
    }
    return target
  }

  private static func takeLock(_ folder: ProjectFolder) throws -> (any FileLock)? {
    guard let lock = try folder.lock() else {
      throw CommandFailure(
        .locked, "locked", "Another run of syncline works in this folder.",
        hint: "wait until it ends; a lock ends with its process")
    }
    return lock
  }

  private static func openState(
    _ folder: ProjectFolder, _ mode: Mode, _ context: CommandContext
  ) throws -> StateDatabase {
    let isThere = try folder.hasState()
    let state: StateDatabase
    switch mode {
    case .looking:
      guard isThere else { return try StateDatabase(path: folder.statePath, mode: .inMemory) }
      state = try folder.openState(create: false, isWriting: false)
    case .writing:
      state = try folder.openState(create: !isThere)
      if try state.fact(.rootID) == nil {
        try state.setFact(
          .rootID,
          to: context.surroundings.randomness.runID(at: context.surroundings.clock.now()))
      }
      try RootRecord.check(folder, state, context)
    }
    return state
  }

  /// The folder of base contents; a look makes none.
  private static func objects(_ folder: ProjectFolder, _ mode: Mode) throws -> (any Directory)? {
    switch mode {
    case .writing: try folder.objects()
    case .looking: try folder.part("objects")
    }
  }

  private static func localReplica(
    _ folder: ProjectFolder, _ state: StateDatabase,
    _ project: (configuration: ProjectConfiguration, target: ProjectConfiguration.Target),
    _ context: CommandContext, _ meter: ProgressMeter, collectsIgnored: Bool
  ) throws -> LocalReplica {
    LocalReplica(
      root: folder.root, state: folder.hidden, id: try state.fact(.rootID) ?? "unbound",
      rules: ProjectRules(
        try project.configuration.selectionRules(
          carrying: context.surroundings.given?.kinds ?? project.target.address.carriedKinds)),
      options: LocalReplica.Options(
        largestFile: maximumFile(project.configuration),
        collectsIgnored: collectsIgnored),
      clock: context.surroundings.clock, meter: meter)
  }

  private static func settings(
    _ configuration: ProjectConfiguration, _ target: ProjectConfiguration.Target,
    _ context: CommandContext, _ chosen: Policies?, branch: String?
  ) throws -> EngineSettings {
    var policies = chosen ?? configuration.policies
    if let text = context.invocation.value(of: Options.prefer),
      let policy = ConflictPolicy(rawValue: text)
    {
      policies = Policies(standard: policy)
    }
    return EngineSettings(
      targetName: target.name, policies: policies, owners: configuration.ownership,
      maximumFileSize: maximumFile(configuration),
      keepTrash: configuration.limits.keepTrashNanoseconds,
      branch: branch, copiesAside: target.address.keepsCopiesAside)
  }

  /// The git branch of the folder; where it cannot be told, a run that writes does not go on.
  private static func branch(
    _ folder: ProjectFolder, _ mode: Mode, _ context: CommandContext
  ) throws -> String? {
    do { return try GitBranch.current(folder.path, context.surroundings.fileSystem) } catch {
      if mode == .looking || context.invocation.has(Options.allowBranch) { return nil }
      throw CommandFailure(
        .stopped, "file_error",
        "The git branch of this folder cannot be told, because the checkout's HEAD cannot be read: "
          + "\(ErrnoWords.text(error.rawValue)).",
        hint: "mend the permissions of its .git; sync, push and pull also go on with --allow-branch"
      )
    }
  }
}
