import Engine
import HubReplica
import LocalReplica
import Platform
import ProjectConfig
import ProjectState
import Replica
import SyncCore

extension CommandContext {
  /// Plans the first pull of a clone, and writes nothing anywhere.
  func planClone(
    of url: ProjectConfiguration.Target, into path: String, isThere: Bool
  ) async throws -> ExitCode {
    var configuration = ProjectConfiguration(project: nil)
    configuration.targets = [url]
    let remote = try RemoteAccess(self).remote(of: url)
    let meter = ProgressMeter()
    let local = LocalReplica(
      root: try rootOfClone(path, isThere: isThere), state: nil, id: "unbound",
      rules: ProjectRules(try configuration.selectionRules(carrying: url.address.carriedKinds)),
      options: LocalReplica.Options(largestFile: ProjectSession.standardMaximumFile),
      clock: surroundings.clock, meter: meter)
    let engine = Engine(
      local: local,
      remote: remote.replica(
        TargetRemote.Setting(meter: meter, ignored: { local.ignoreLookup() })),
      state: try StateDatabase(path: "", mode: .inMemory), objects: nil,
      settings: EngineSettings(
        targetName: url.name, maximumFileSize: ProjectSession.standardMaximumFile),
      clock: surroundings.clock, randomness: surroundings.randomness, meter: meter)
    var report = try await withProgress(meter) {
      try await engine.run(RunRequest(verb: .pull, name: "clone", isDryRun: true))
    }
    report.notices.removeAll { $0 == .noBase }
    return try finish(report, target: url.name)
  }

  private func rootOfClone(_ path: String, isThere: Bool) throws -> any Directory {
    if isThere { return try surroundings.fileSystem.openDirectory(path: path) }
    var end = path.endIndex
    while end > path.startIndex, path[path.index(before: end)] == "/" {
      end = path.index(before: end)
    }
    let slash = path[..<end].lastIndex(of: "/") ?? path.startIndex
    let above = slash == path.startIndex ? "/" : String(path[..<slash])
    do { return EmptyFolder(inside: try surroundings.fileSystem.openDirectory(path: above)) } catch
    {
      throw CommandFailure.noFolder(
        "The folder '\(path)' cannot be made", error,
        hint: "the folder above it must exist and be writable")
    }
  }
}
