import HubProtocol
import HubReplica
import ProjectState
import SyncModel

/// Questions about a project's history, with the hub's refusals in words.
extension ProjectSession {
  /// What the remote showed at a path, now or at a revision; nothing where nothing stood there.
  func remoteEntry(at path: SyncPath, revision: UInt64?) async throws -> FeedEntry? {
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
    var before: UInt64?
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

  /// A commit with the changes that a page of many commits left out.
  private func whole(_ entry: HistoryEntry, _ path: SyncPath?) async throws -> HistoryEntry {
    guard entry.changesOmitted > 0 else { return entry }
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
