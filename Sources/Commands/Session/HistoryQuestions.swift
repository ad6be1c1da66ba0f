import HubProtocol
import HubReplica
import MageReplica
import ProjectConfig
import Replica
import ProjectState
import SyncModel

/// Questions about a project's history, with the remote's refusals in words.
extension ProjectSession {
  /// Whether the remote has one history of all its files, or versions of single files only.
  var hasWholeHistory: Bool { !(replica is MageReplica) }

  /// What the remote showed at a path, now or at a revision; nothing where nothing stood there.
  func remoteEntry(at path: SyncPath, revision: UInt64?) async throws -> FeedEntry? {
    if let mage = replica as? MageReplica {
      return try await mageEntry(mage, at: path, version: revision)
    }
    let (hub, projectName) = try hubProject()
    do {
      let entry = try await hub.file(path, in: projectName, at: revision)
      return entry.node == nil ? nil : entry
    } catch let refusal as WireError {
      switch refusal.code {
      case .noSuchPath: return nil
      default: throw ProjectSession.failure(refusal, revision: revision)
      }
    }
  }

  /// The newest version of a path in the remote's history that is not a deletion.
  func lastVersion(of path: SyncPath) async throws -> FeedEntry? {
    if let mage = replica as? MageReplica {
      guard let newest = try await mage.versions(of: path).first else { return nil }
      return try await mageEntry(mage, at: path, version: newest)
    }
    let (hub, projectName) = try hubProject()
    do {
      return try await hub.versions(of: path, in: projectName).first { $0.node != nil }
    } catch let refusal as WireError {
      switch refusal.code {
      case .noSuchPath: return nil
      default: throw ProjectSession.failure(refusal, revision: nil)
      }
    }
  }

  /// Calls a closure with every commit of the history, newest first, with all of its changes.
  ///
  /// Ends early when the closure answers false.
  func eachCommit(
    of path: SyncPath?, _ body: (HistoryEntry) throws -> Bool
  ) async throws {
    if let mage = replica as? MageReplica { return try await eachVersion(mage, of: path, body) }
    var before: UInt64?
    let (hub, projectName) = try hubProject()
    do {
      while true {
        try Task.checkCancellation()
        let page = try await hub.history(of: projectName, before: before, path: path)
        for entry in page.entries {
          guard try body(try await whole(entry, path)) else { return }
          before = entry.revision
        }
        if !page.hasMore || page.entries.isEmpty { return }
      }
    } catch let refusal as WireError {
      throw ProjectSession.failure(refusal, revision: nil)
    }
  }

  /// The hub behind the target, with the project's name on it.
  private func hubProject() throws -> (hub: HubAdministration, project: String) {
    guard case .hub(let connection, let project) = remote else {
      throw CommandFailure(
        .usage, "unsupported_kind", "Target '\(target.name)' has no such history.",
        hint: "a hub has one: https://HOST:PORT/PROJECT")
    }
    return (HubAdministration(connection: connection), project)
  }

  /// A commit with the changes that a page of many commits left out.
  private func whole(_ entry: HistoryEntry, _ path: SyncPath?) async throws -> HistoryEntry {
    guard entry.changesOmitted > 0 else { return entry }
    let (hub, projectName) = try hubProject()
    let page = try await hub.history(
      of: projectName, before: entry.revision + 1, limit: 1, path: path, isFull: true)
    guard let found = page.entries.first, found.revision == entry.revision else { return entry }
    return found
  }

  private static func failure(_ refusal: WireError, revision: UInt64?) -> CommandFailure {
    switch refusal.code {
    case .noSuchRevision:
      CommandFailure(
        .usage, "no_such_revision",
        "There is no revision\(revision.map { " \($0)" } ?? "") in the remote's history.",
        hint: "list the revisions with 'syncline log'")
    case .noSuchContent:
      CommandFailure(
        .partial, "content_missing", "The remote no longer has that content.",
        hint: "it may have been purged; 'syncline log' shows the history")
    default:
      CommandFailure(
        .unreachable, "refused",
        "The remote refused the request: \(refusal.code.word) \(refusal.message).",
        hint: "'syncline doctor' shows what the remote says about itself")
    }
  }
}
