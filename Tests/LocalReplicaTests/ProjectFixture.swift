import IgnoreRules
import LocalReplica
import Platform
import Replica
import SyncModel
import TestSupport

/// A project on the disk, and contents to write into it.
final class ProjectFixture: Sendable {
  let disk: TemporaryFolder
  let contents = MemoryContents()

  init() throws {
    disk = try TemporaryFolder()
    try disk.write("*\n", to: ".syncline/.gitignore")
  }

  /// A replica over the project, with hooks around its files if wanted.
  func replica(
    hooks: FileHooks? = nil, rules: some ScanRules = NoRules(),
    options: LocalReplica.Options = .init(), cache: StatCache = StatCache()
  ) throws -> LocalReplica {
    let root = try disk.open()
    let state = try disk.folder(".syncline")
    return LocalReplica(
      root: hooks.map { HookedDirectory(root, $0) } ?? root,
      state: hooks.map { HookedDirectory(state, $0) } ?? state,
      id: "project", rules: rules, options: options, cache: cache, clock: .system)
  }

  func path(_ text: String) throws -> SyncPath { try SyncPath(validating: text) }

  /// A change between texts; nothing stands for absence.
  func change(
    _ path: String, from before: String?, to after: String?
  ) throws -> PathChange {
    PathChange(
      path: try self.path(path), before: before.map { contents.add($0) },
      after: after.map { contents.add($0) })
  }

  func apply(
    _ replica: LocalReplica, _ changes: [PathChange], run: String = "run"
  ) async throws -> [ChangeResult] {
    let batch = Batch(id: CommitID(run: run, counter: 1), changes: changes)
    return try await replica.apply(batch, contents: contents).results
  }

  /// Everything but the private folder.
  func files() throws -> [String] {
    try disk.everything().filter { !$0.hasPrefix(".syncline") }
  }

  /// Everything in a run's trash: below `local/`, or below the sibling that is named.
  func trash(_ run: String = "run", in sibling: String = "local") throws -> [String] {
    let prefix = ".syncline/trash/\(run)/\(sibling)/"
    return try disk.everything().filter { $0.hasPrefix(prefix) && !$0.hasSuffix("/") }
      .map { String($0.dropFirst(prefix.count)) }
  }
}
