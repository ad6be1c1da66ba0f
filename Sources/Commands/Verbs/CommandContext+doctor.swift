import CommandLineKit
import Engine
import HTTPClient
import HubReplica
import MageReplica
import Platform
import ProjectConfig
import ProjectState

/// `syncline doctor`.
extension CommandContext {
  /// Says what is wrong and how to mend it.
  func doctor() async throws -> ExitCode {
    var checkup = Checkup()
    checkup.fine("program", "syncline \(Program.version)")
    _ = try await checkup.attempt("credentials") { try examineCredentials(&$0) }
    let location = try await checkup.attempt("project folder") { checkup in
      let location = try ProjectLocation.find(surroundings)
      checkup.fine("project folder", location.path)
      return location
    }
    if let location {
      let configuration = try await checkup.attempt("syncline.yaml") { checkup in
        let configuration = try location.configuration()
        checkup.fine(
          "syncline.yaml",
          "valid, with \(Plural.text(configuration.targets.count, "target"))")
        return configuration
      }
      let state = try await examineFolder(location, configuration, &checkup)
      if let configuration { try await examineHub(configuration, state, &checkup) }
    }
    try console.document(checkup.document)
    if !console.isJSON { try console.write(checkup.text(console.outputColor)) }
    return checkup.exitCode
  }

  private func examineCredentials(_ checkup: inout Checkup) throws {
    let file = CredentialFile(surroundings)
    let count = try file.read().entries.count
    if let place = file.file {
      checkup.fine(
        "credentials",
        count == 0 ? "no tokens are kept" : "\(Plural.text(count, "token")) in \(place.path)")
    } else {
      checkup.warn(
        "credentials", "there is no place to keep tokens, because HOME is not set",
        hint: "set HOME or XDG_CONFIG_HOME, or give SYNCLINE_TOKEN and SYNCLINE_ORIGIN")
    }
    if surroundings.variable("SYNCLINE_TOKEN") != nil,
      surroundings.variable("SYNCLINE_ORIGIN") == nil
    {
      checkup.warn(
        "environment", "SYNCLINE_TOKEN is set without SYNCLINE_ORIGIN",
        hint: "it is sent to hubs on this machine only; SYNCLINE_ORIGIN names another")
    }
  }

  private func examineFolder(
    _ location: ProjectLocation, _ configuration: ProjectConfiguration?, _ checkup: inout Checkup
  ) async throws -> StateDatabase? {
    let folder = try await checkup.attempt("private folder") { _ in
      try location.folder(surroundings)
    }
    guard let folder else { return nil }
    let examination = FolderExamination(folder: folder, clock: surroundings.clock)
    try await examination.look(&checkup)
    if let configuration { try await examineRules(folder, configuration, &checkup) }
    let state = try await examination.state(&checkup)
    if let configuration, let state {
      try await examination.files(
        configuration, try ignoringTarget(configuration), state, &checkup)
    }
    return state
  }

  private func examineRules(
    _ folder: ProjectFolder, _ configuration: ProjectConfiguration, _ checkup: inout Checkup
  ) async throws {
    _ = try await checkup.attempt("ignore rules") { checkup in
      _ = try configuration.selectionRules
      var files: [String] = []
      for name in [".gitignore", ".synclineignore"]
      where name != ".gitignore" || configuration.usesGitignore {
        guard let status = try folder.root.statusIfPresent(of: name) else { continue }
        guard status.kind == .file else {
          checkup.warn(
            "ignore rules", "\(name) is no regular file, so it is not read",
            hint: "make it a file of its own")
          continue
        }
        do throws(Errno) { _ = try folder.root.readFile(name, limit: 1 << 20) } catch {
          throw CommandFailure(
            .stopped, "file_error",
            "'\(name)' cannot be read: \(ErrnoWords.text(error.rawValue)).",
            hint: "make it readable for you: without its rules nothing is synced")
        }
        files.append(name)
      }
      let found = files.isEmpty ? "no rule files at the root" : files.joined(separator: " and ")
      checkup.fine("ignore rules", "\(found); 'syncline ignored' lists what is skipped")
    }
  }

  private func examineHub(
    _ configuration: ProjectConfiguration, _ state: StateDatabase?, _ checkup: inout Checkup
  ) async throws {
    let found = try await checkup.attempt("target") { checkup in
      let target = try ProjectSession.chooseTarget(self, configuration)
      let remote = try RemoteAccess(self).remote(of: target, retry: RetryPolicy(attempts: 2))
      checkup.fine("target", "\(target.name) is \(target.url)")
      return (target.name, remote)
    }
    switch found {
    case (let target, .hub(let connection, let project))?:
      try await HubExamination(
        target: target, project: project, connection: connection, clock: surroundings.clock
      ).look(state, &checkup)
    case (let target, .mage(let connection))?:
      try await MageExamination(
        target: target, connection: connection, clock: surroundings.clock
      ).look(state, &checkup)
    case nil: break
    }
  }
}
