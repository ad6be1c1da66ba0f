import Crypto
package import HubProtocol
package import SyncModel

/// A content that is saved for a path but not published.
package struct Draft: Hashable, Sendable {
  package let path: SyncPath
  package let digest: Digest
  package let size: UInt64
  package let modified: Timestamp
  package let author: String
}

/// What is deployed of a path.
package struct CurrentVersion: Hashable, Sendable {
  package let revision: UInt64
  package let node: Node
}

extension HubStore {
  /// Saves a draft in the place of the one whose digest is expected; nothing for a new one.
  ///
  /// - Throws: `draftMoved` where another draft is there.
  package func saveDraft(
    _ bytes: [UInt8], at path: SyncPath, expected: Digest?, author: String, in project: HubProject
  ) throws -> Draft {
    let digest = SHA256.hash(bytes)
    try store(try HubStore.frames(of: [(digest, bytes)]), in: project)
    return try writing { connection in
      let head = try refreshed(project, connection)
      let found = try draft(at: path, in: head, connection)
      guard found?.digest == expected else { throw HubStoreError.draftMoved(found: found?.digest) }
      let draft = Draft(
        path: path, digest: digest, size: UInt64(bytes.count), modified: environment.now(),
        author: author)
      try connection.run(
        """
        INSERT INTO drafts (project, path, digest, size, modified, author)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET digest = excluded.digest,
        size = excluded.size, modified = excluded.modified, author = excluded.author
        """, .integer(project.number), .blob(OrderKey.bytes(of: path)), .digest(digest),
        .integer(Int64(draft.size)), .integer(draft.modified.nanoseconds), .text(author))
      try record("draft.save", by: author, project: head.name, detail: path.key, connection)
      return draft
    }
  }

  /// The drafts of a project, by path.
  package func drafts(in project: HubProject) throws -> [Draft] {
    try reading { connection in
      _ = try refreshed(project, connection)
      return try connection.rows(
        """
        SELECT path, digest, size, modified, author FROM drafts WHERE project = ? ORDER BY path
        """, .integer(project.number)
      ) { try HubStore.draft($0) }
    }
  }

  /// The draft of a path.
  package func draft(at path: SyncPath, in project: HubProject) throws -> Draft {
    let found = try reading { connection in
      try draft(at: path, in: try refreshed(project, connection), connection)
    }
    guard let found else { throw HubStoreError.noSuchPath }
    return found
  }

  /// Drops the draft of a path.
  package func deleteDraft(at path: SyncPath, by actor: String, in project: HubProject) throws {
    try writing { connection in
      let head = try refreshed(project, connection)
      guard try draft(at: path, in: head, connection) != nil else {
        throw HubStoreError.noSuchPath
      }
      try connection.run(
        "DELETE FROM drafts WHERE project = ? AND path = ?", .integer(project.number),
        .blob(OrderKey.bytes(of: path)))
      try record("draft.delete", by: actor, project: head.name, detail: path.key, connection)
    }
  }

  /// Commits the draft of a path and drops it, unless another was saved meanwhile.
  package func publishDraft(
    at path: SyncPath, message: String?, expected: Node?, author: String, in project: HubProject
  ) throws -> CommitResponse {
    let draft = try draft(at: path, in: project)
    let node = Node.file(
      Node.File(
        digest: draft.digest, size: draft.size, isExecutable: expected?.file?.isExecutable))
    let id = "draft-" + (try freshIdentifier(bytes: 16))
    let request = CommitRequest(
      id: id, message: message,
      changes: [
        CommitRequest.Item(path: path, expected: expected, new: node, edited: draft.modified)
      ])
    let response = try commit(request, author: author, in: project)
    try writing { connection in
      try connection.run(
        "DELETE FROM drafts WHERE project = ? AND path = ? AND digest = ?",
        .integer(project.number), .blob(OrderKey.bytes(of: path)), .digest(draft.digest))
    }
    return response
  }

  /// What is deployed of a path.
  package func current(at path: SyncPath, in project: HubProject) throws -> CurrentVersion {
    let found = try reading { connection in
      _ = try refreshed(project, connection)
      return try connection.first(
        "SELECT revision, node FROM current WHERE project = ? AND path = ?",
        .integer(project.number), .blob(OrderKey.bytes(of: path))
      ) { (UInt64($0.integer(0)), try $0.node(1)) }
    }
    guard let (revision, node) = found, let node else { throw HubStoreError.noSuchPath }
    return CurrentVersion(revision: revision, node: node)
  }

  /// Deploys what stood at a path at a revision; the head stays as it is.
  package func deploy(
    _ path: SyncPath, revision: UInt64, by actor: String, in project: HubProject
  ) throws -> CurrentVersion {
    try writing { connection in
      let head = try refreshed(project, connection)
      let wanted = try HubStore.known(revision, head)
      let found = try version(of: path, at: wanted, in: head, connection)
      guard let node = found?.node else { throw HubStoreError.noSuchPath }
      if let digest = node.file?.digest { try refusePurged([digest], in: head, connection) }
      try connection.run(
        """
        INSERT INTO current (project, path, revision, node, modified, author)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision,
        node = excluded.node, modified = excluded.modified, author = excluded.author
        """, .integer(project.number), .blob(OrderKey.bytes(of: path)), .integer(wanted),
        .node(node), .integer(environment.now().nanoseconds), .text(actor))
      try record(
        "current.set", by: actor, project: head.name, detail: "\(path.key) revision \(revision)",
        connection)
      return CurrentVersion(revision: revision, node: node)
    }
  }

  private func draft(
    at path: SyncPath, in project: HubProject, _ connection: StoreConnection
  ) throws -> Draft? {
    try connection.first(
      """
      SELECT path, digest, size, modified, author FROM drafts WHERE project = ? AND path = ?
      """, .integer(project.number), .blob(OrderKey.bytes(of: path))
    ) { try HubStore.draft($0) }
  }

  private static func draft(_ row: StoreRow) throws -> Draft {
    Draft(
      path: row.path(0), digest: try row.digest(1), size: UInt64(row.integer(2)),
      modified: Timestamp(nanoseconds: row.integer(3)), author: row.text(4))
  }
}
