import CommandLineKit
import Engine
import HTTPClient
import HubProtocol
import HubReplica
import JSON
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncCore
import SyncModel

extension CommandContext {
  /// `init`: binds the current folder to a project, and moves no file.
  func initialize() async throws -> ExitCode {
    let url = try address(invocation.value(of: Arguments.url) ?? "")
    let folder = try ProjectFolder(
      path: surroundings.currentFolder, fileSystem: surroundings.fileSystem)
    try refuseForeignFolder(folder)
    var known = try targetInFile(url, folder)
    let place = try await place(of: url)
    if !isDryRun, let identity = place.id {
      try locked(folder) { folder in
        // Another init may have bound the folder since.
        try refuseForeignFolder(folder)
        known = try targetInFile(url, folder)
        if known == nil { try write(url, to: folder) }
        try bind(folder, identity: identity, target: known?.name ?? url.name)
      }
    }
    try console.document([
      "schema": "syncline/init/1", "project": .string(place.name),
      "id": place.id.map { .string($0) } ?? .null, "created": .bool(place.isNew),
      "url": .string(url.url), "folder": .string(folder.path), "dry_run": .bool(isDryRun),
      "revision": place.revision.map { .integer(Int64(clamping: $0)) } ?? .null,
    ])
    if place.isNew {
      try console.line(
        "\(isDryRun ? "Would create" : "Created") project '\(TerminalText.escaped(place.name))'.")
    }
    try console.line(
      "\(isDryRun ? "Would bind" : "Bound") \(TerminalText.escaped(folder.path)) to "
        + "\(TerminalText.escaped(url.url)) "
        + "(\(place.revision.map { "revision \($0)" } ?? "project \(place.name)")).")
    try console.note(
      known != nil
        ? "note: syncline.yaml was there and is kept; it calls this project '\(known?.name ?? "")'"
        : "next: 'syncline status' shows what differs, 'syncline sync' carries it over")
    return .success
  }

  /// `clone`: makes a folder from a project.
  func clone() async throws -> ExitCode {
    let url = try address(invocation.value(of: Arguments.url) ?? "")
    // Named after the address that the user typed: what a server answers chooses no path here.
    let name = try invocation.value(of: Arguments.folder) ?? folderName(for: url)
    let place = try await RemoteAccess(self).remote(of: url).project()
    let path = surroundings.absolute(name)
    let isThere = try isUsable(path, for: url, place)
    if isDryRun {
      try console.line(
        "Would clone \(TerminalText.escaped(url.url)) into \(TerminalText.escaped(name)).")
      return try await planClone(of: url, into: path, isThere: isThere)
    }
    if !isThere { try makeFolder(path) }
    // Another clone may have come to work in the folder since.
    _ = try isUsable(path, for: url, place)
    let folder = try ProjectFolder(path: path, fileSystem: surroundings.fileSystem)
    try locked(folder) { folder in
      _ = try isUsable(path, for: url, place)
      try write(url, to: folder)
      try bind(folder, identity: place.id, target: url.name)
    }
    var inner = self.surroundings
    inner.currentFolder = path
    let context = CommandContext(invocation: invocation, surroundings: inner, console: console)
    let session = try await ProjectSession.open(context, mode: .writing)
    var report = try await context.withProgress(session) {
      try await session.engine.run(RunRequest(verb: .pull, name: "clone"))
    }
    // In a fresh clone there is nothing yet of which a deletion could be recognized.
    report.notices.removeAll { $0 == .noBase }
    return try context.finish(report, session)
  }

  /// The folder that a clone makes where none is named.
  private func folderName(for url: ProjectConfiguration.Target) throws -> String {
    switch url.address {
    case .hub(_, let project): return project
    case .lua(_, _, let agent), .luaService(let agent): return agent
    case .mage:
      throw CommandFailure(
        .usage, "missing_argument", "The address of a Mage server names no project.",
        hint: "name the folder too: syncline clone URL DIR")
    }
  }

  /// A target made of an address on the command line.
  func address(_ text: String) throws -> ProjectConfiguration.Target {
    do {
      return try ProjectConfiguration.Target(name: "main", url: text, isDefault: true)
    } catch {
      throw CommandFailure(
        .usage, "bad_url",
        "'\(AddressWords.withoutSecrets(text))' is not the address of a project: "
          + "\(AddressWords.text(error)).",
        hint: "it looks like https://HOST:PORT/PROJECT, or mage+https://HOST:PORT for Mage")
    }
  }

  /// What a folder is bound to.
  private struct Place {
    let name: String
    /// The project's id; nothing where a dry run left the project to be created.
    let id: String?
    /// How often it changed, where the server counts.
    let revision: UInt64?
    /// Whether the project is made by this command.
    let isNew: Bool
  }

  /// Asks for the project behind an address; makes it on a hub if that is wished.
  ///
  /// A dry run makes nothing, and fails where the hub would not let this token make it.
  private func place(of url: ProjectConfiguration.Target) async throws -> Place {
    let remote = try RemoteAccess(self).remote(of: url)
    do {
      let found = try await remote.project()
      return Place(name: found.name, id: found.id, revision: found.revision, isNew: false)
    } catch let error as ReplicaError
      where error.code == .notAllowed && invocation.has(Options.create)
    {
      guard case .hub(let connection, let project) = remote else { throw error }
      let hub = HubAdministration(connection: connection)
      guard isDryRun else { return try await create(project, on: hub, of: remote) }
      let holder = try await hub.whoami()
      guard holder.project == nil, holder.scopes.contains(where: { $0 >= .write }) else {
        throw error
      }
      return Place(name: project, id: nil, revision: 0, isNew: true)
    }
  }

  /// Makes a project; one that somebody else makes at the same moment is taken.
  private func create(
    _ project: String, on hub: HubAdministration, of remote: TargetRemote
  ) async throws -> Place {
    do {
      let made = try await hub.createProject(project)
      return Place(name: made.name, id: made.id, revision: made.revision, isNew: true)
    } catch let error as WireError where error.code == .exists {
      let found = try await remote.project()
      return Place(name: found.name, id: found.id, revision: found.revision, isNew: false)
    } catch let error as ReplicaError where error.code == .notAllowed {
      throw CommandFailure(
        .notAllowed, "not_allowed",
        "There is no project '\(project)' that you may use, and this token may not make it: "
          + "\(error.detail).",
        hint: "sign in with 'syncline login URL' and a token that may write to every project")
    }
  }

  /// What an existing `syncline.yaml` calls an address; nothing where there is no such file.
  ///
  /// A file that speaks of other projects alone is the user's to change, and nothing is bound.
  private func targetInFile(
    _ url: ProjectConfiguration.Target, _ folder: ProjectFolder
  ) throws -> ProjectConfiguration.Target? {
    let name = ProjectLocation.configurationName
    guard try folder.root.statusIfPresent(of: name) != nil else { return nil }
    let configuration: ProjectConfiguration
    do {
      configuration = try ProjectConfiguration.parse(folder.root.readFile(name, limit: 1 << 20))
    } catch let error as ConfigurationError {
      throw ConfigurationWords.failure(error)
    }
    let matching = configuration.targets.filter { $0.address == url.address }
    if let known = matching.first(where: \.isDefault) ?? matching.first { return known }
    throw CommandFailure(
      .usage, "other_target",
      "There is a syncline.yaml here already, and none of its targets is \(url.url).",
      hint: "add this one with 'syncline target add NAME URL'")
  }

  /// A folder of another project is not bound over.
  private func refuseForeignFolder(_ folder: ProjectFolder) throws {
    guard folder.hidden != nil,
      try folder.hidden?.statusIfPresent(of: "state.db") != nil
    else { return }
    let state = try folder.openState(create: false)
    guard let bound = try state.bindings().first else { return }
    throw CommandFailure(
      .usage, "already_bound",
      "This folder is bound already: target '\(bound.name)' is project \(bound.identity).",
      hint: "add another target with 'syncline target add NAME URL'")
  }

  /// Tells whether a folder to clone into is there: empty, or left by a clone that was cut off.
  private func isUsable(
    _ path: String, for url: ProjectConfiguration.Target, _ place: RemoteProject
  ) throws -> Bool {
    let folder: any Directory
    do { folder = try surroundings.fileSystem.openDirectory(path: path) } catch {
      if error == .notFound { return false }
      throw CommandFailure.noFolder(
        "'\(path)' cannot be used as a folder", error, hint: "name another one")
    }
    if try folder.list().entries.isEmpty { return true }
    switch try leftover(folder, path, url, identity: place.id) {
    case .unfinished: return true
    case .finished:
      throw CommandFailure(
        .usage, "not_empty", "The folder '\(path)' is a clone of this project already.",
        hint: "carry on in it with 'syncline pull'")
    case .foreign:
      throw CommandFailure(
        .usage, "not_empty", "The folder '\(path)' is not empty.",
        hint: "name another one, or bind it with 'syncline init'")
    }
  }

  /// What a folder that is not empty is to a clone.
  private enum Leftover {
    /// A clone of the same project that recorded nothing yet.
    case unfinished
    case finished
    case foreign
  }

  private func leftover(
    _ root: any Directory, _ path: String, _ url: ProjectConfiguration.Target, identity: String
  ) throws -> Leftover {
    let name = ProjectLocation.configurationName
    let isOurs =
      try root.statusIfPresent(of: name)?.kind == .file
      && root.readFile(name, limit: 1 << 20) == rendered(url)
    let folder = try ProjectFolder(path: path, fileSystem: surroundings.fileSystem)
    let names = Set(try root.list().byteNames.map { String(decoding: $0, as: UTF8.self) })
    let isEmptyClone = isOurs && names.isSubset(of: [name, ProjectFolder.privateName])
    guard try folder.hidden?.statusIfPresent(of: "state.db") != nil else {
      // Cut off before it was bound: then nothing but our own two names can be there.
      return isEmptyClone || names == [ProjectFolder.privateName] ? .unfinished : .foreign
    }
    guard isOurs else { return .foreign }
    let state = try folder.openState(create: false)
    guard try state.bindings().allSatisfy({ $0.identity == identity }) else { return .foreign }
    guard let target = try state.target(named: url.name), target.revision != nil else {
      return .unfinished
    }
    // A run that was interrupted before it wrote its first file has recorded what it saw.
    return try isEmptyClone && state.base(of: target).rows.isEmpty ? .unfinished : .finished
  }

  private func makeFolder(_ path: String) throws {
    do { try surroundings.fileSystem.createDirectory(path: path, mode: 0o777) } catch {
      if error == .exists { return }
      throw CommandFailure.noFolder(
        "The folder '\(path)' cannot be made", error,
        hint: "the folder above it must exist and be writable")
    }
  }

  private func write(
    _ url: ProjectConfiguration.Target, to folder: ProjectFolder
  ) throws {
    let name = ProjectLocation.configurationName
    guard try folder.root.statusIfPresent(of: name) == nil else { return }
    // Written where no scan ever looks, and moved out whole.
    guard let hidden = folder.hidden else { throw Errno.notFound }
    try hidden.replaceFile(name, with: rendered(url), mode: 0o666)
    try hidden.move(name, to: folder.root, as: name)
    try folder.root.synchronize()
  }

  /// The configuration of a fresh clone.
  private func rendered(_ url: ProjectConfiguration.Target) -> [UInt8] {
    var configuration = ProjectConfiguration(project: nil)
    configuration.targets = [url]
    return Array(configuration.rendered.utf8)
  }

  /// Makes the private folder and works in it alone; what is bound is read again there.
  private func locked(_ folder: ProjectFolder, _ body: (ProjectFolder) throws -> Void) throws {
    let bound = try folder.binding()
    guard let lock = try bound.lock() else {
      throw CommandFailure(
        .locked, "locked", "Another run of syncline works in this folder.",
        hint: "wait until it ends")
    }
    defer { withExtendedLifetime(lock) {} }
    try body(bound)
  }

  /// Remembers which project a folder belongs to.
  private func bind(_ folder: ProjectFolder, identity: String, target: String) throws {
    let state = try folder.openState(create: true)
    try state.transaction {
      if try state.fact(.rootID) == nil {
        try state.setFact(
          .rootID, to: surroundings.randomness.runID(at: surroundings.clock.now()))
      }
      try state.bind(name: target, identity: identity)
    }
  }
}
