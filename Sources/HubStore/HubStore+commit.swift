import Crypto
package import HubProtocol
import SyncCore
import SyncModel

extension HubStore {
  /// Applies a commit whole, or throws and changes nothing.
  ///
  /// The same id with the same changes is applied once and answered again.
  /// - Throws: `commitReused`, `moved`, `missingContent`, `purged`, `digestMismatch`,
  ///   `invalidPaths` or `impossibleTree`.
  package func commit(_ request: CommitRequest, author: String, in project: HubProject) throws
    -> CommitResponse
  {
    try CommitRules.requireSafeLinks(request)
    let digest = request.changesDigest
    if let done = try reading({ try repeated(request, digest, in: project, $0) }) { return done }
    let inline = try HubStore.inlineContents(of: request)
    return try lock(of: project).holding {
      let fresh = try reading { connection in
        try inline.filter { try place(of: $0.digest, in: project, connection) == nil }
      }
      let frames = try HubStore.frames(of: fresh)
      let appended = frames.isEmpty ? nil : try append(frames, to: project)
      return try writing { connection in
        if let done = try repeated(request, digest, in: project, connection) { return done }
        if let appended {
          try refusePurged(fresh.map(\.digest), in: project, connection)
          try index(appended, of: project, connection)
        }
        let head = try refreshed(project, connection)
        var commit = Commit(store: self, head: head, author: author, connection: connection)
        return try commit.apply(request, digest)
      }
    }
  }

  /// Answers a commit that was applied before.
  private func repeated(
    _ request: CommitRequest, _ digest: Digest, in project: HubProject,
    _ connection: StoreConnection
  ) throws -> CommitResponse? {
    let row = try connection.first(
      """
      SELECT revision, changes_digest, tree_digest FROM revisions
      WHERE project = ? AND commit_id = ?
      """, .integer(project.number), .text(request.id)
    ) { (UInt64($0.integer(0)), try $0.digest(1), try $0.treeDigest(2)) }
    guard let (revision, known, treeDigest) = row else { return nil }
    guard known == digest else { throw HubStoreError.commitReused }
    return CommitResponse(revision: revision, treeDigest: treeDigest, isRepeated: true)
  }

  /// The contents that travel in a commit, compared with their digests.
  private static func inlineContents(of request: CommitRequest) throws
    -> [(digest: Digest, bytes: [UInt8])]
  {
    var seen: Set<Digest> = []
    var contents: [(digest: Digest, bytes: [UInt8])] = []
    for item in request.changes {
      guard let bytes = item.content, let digest = item.new?.file?.digest else { continue }
      guard SHA256.hash(bytes) == digest else { throw HubStoreError.digestMismatch([digest]) }
      if seen.insert(digest).inserted { contents.append((digest, bytes)) }
    }
    return contents
  }
}

/// What the hub asks of a commit without looking at the head.
enum CommitRules {
  /// Refuses links that no folder could write, because they might lead out of the project.
  static func requireSafeLinks(_ request: CommitRequest) throws {
    var refused: [String] = []
    for item in request.changes {
      guard case .link(let target)? = item.new else { continue }
      if TreeRules.escapes(target: target, at: item.path) { refused.append(item.path.key) }
    }
    if !refused.isEmpty { throw HubStoreError.invalidPaths(refused) }
  }
}
