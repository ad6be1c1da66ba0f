import HubProtocol
import SyncModel

/// One commit on its way into the tables, inside its transaction.
struct Commit {
  let store: HubStore
  let head: HubProject
  let author: String
  let connection: StoreConnection

  /// One change that will have an effect.
  private struct Step {
    let item: CommitRequest.Item
    let before: Node?
    let after: Node?
  }

  private var treeDigest: TreeDigest
  private var entries: Int64

  init(store: HubStore, head: HubProject, author: String, connection: StoreConnection) {
    self.store = store
    self.head = head
    self.author = author
    self.connection = connection
    treeDigest = head.treeDigest
    entries = head.entries
  }

  private var project: SQLValue { .integer(head.number) }

  mutating func apply(_ request: CommitRequest, _ digest: Digest) throws -> CommitResponse {
    let steps = try steps(of: request)
    try requireContents(of: steps)
    let revision = head.revision + 1
    let now = store.environment.now().nanoseconds
    for step in steps { try write(step, revision, now) }
    try requirePossibleTree(steps)
    try connection.run(
      """
      INSERT INTO revisions (project, revision, commit_id, changes_digest, author, message, time,
      tree_digest, entries, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, project, .integer(revision), .text(request.id), .digest(digest), .text(author),
      .optional(request.message), .integer(now), .treeDigest(treeDigest), .integer(entries),
      .integer(Int64(steps.count)))
    try connection.run(
      "UPDATE projects SET revision = ?, tree_digest = ?, entries = ? WHERE number = ?",
      .integer(revision), .treeDigest(treeDigest), .integer(entries), project)
    try store.record(
      "commit", by: author, project: head.name, detail: "revision \(revision)", connection)
    return CommitResponse(
      revision: UInt64(revision), treeDigest: treeDigest, isRepeated: false)
  }

  /// Compares every change with the head, and drops those that change nothing.
  private func steps(of request: CommitRequest) throws -> [Step] {
    var steps: [Step] = []
    steps.reserveCapacity(request.changes.count)
    var moved: [MovedPath] = []
    for item in request.changes.sorted(by: { $0.path < $1.path }) {
      let found = try store.headNode(at: item.path, in: head, connection)
      guard Commit.meets(item.expected, found) else {
        moved.append(MovedPath(path: item.path, found: found))
        continue
      }
      let after = Commit.completed(item.new, from: found)
      if found != after { steps.append(Step(item: item, before: found, after: after)) }
    }
    if !moved.isEmpty { throw HubStoreError.moved(moved) }
    return steps
  }

  /// Tells whether the head is what a change expects, in every attribute that the client carries.
  private static func meets(_ expected: Node?, _ found: Node?) -> Bool {
    switch (expected, found) {
    case (nil, nil): true
    case (let expected?, let found?): expected.agrees(with: found)
    case (nil, _?), (_?, nil): false
    }
  }

  /// Fills in the executable bit that the client does not carry.
  private static func completed(_ node: Node?, from head: Node?) -> Node? {
    guard case .file(var file)? = node, file.isExecutable == nil else { return node }
    file.isExecutable = head?.file?.isExecutable ?? false
    return .file(file)
  }

  /// Fails where a content is not there, or has another length than its node says.
  private func requireContents(of steps: [Step]) throws {
    var missing: [Digest] = []
    var wrong: [Digest] = []
    for step in steps {
      guard let file = step.after?.file else { continue }
      if file.digest == step.before?.file?.digest, file.size == step.before?.file?.size {
        continue
      }
      let size = try connection.first(
        "SELECT size FROM objects WHERE project = ? AND digest = ?", project, .digest(file.digest)
      ) { UInt64($0.integer(0)) }
      if size == nil {
        missing.append(file.digest)
      } else if size != file.size {
        wrong.append(file.digest)
      }
    }
    if !missing.isEmpty {
      try store.refusePurged(missing, in: head, connection)
      throw HubStoreError.missingContent(missing)
    }
    if !wrong.isEmpty { throw HubStoreError.digestMismatch(wrong) }
  }

  private mutating func write(_ step: Step, _ revision: Int64, _ now: Int64) throws {
    let key = OrderKey.bytes(of: step.item.path)
    let modified = step.item.edited?.nanoseconds ?? now
    treeDigest.replace(step.item.path, step.before, with: step.after)
    if step.before == nil { entries += 1 }
    if let after = step.after {
      try connection.run(
        """
        INSERT INTO tree (project, path, node, spelling, modified, author, revision)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET node = excluded.node,
        spelling = excluded.spelling, modified = excluded.modified, author = excluded.author,
        revision = excluded.revision
        """, project, .blob(key), .node(after), .optional(step.item.spelling),
        .integer(modified), .text(author), .integer(revision))
    } else {
      entries -= 1
      try connection.run("DELETE FROM tree WHERE project = ? AND path = ?", project, .blob(key))
    }
    try connection.run(
      """
      INSERT INTO changes (project, revision, path, before, after, spelling, modified)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, project, .integer(revision), .blob(key), .optional(step.before),
      .optional(step.after), .optional(step.item.spelling), .integer(modified))
  }

  /// Fails where a path of the resulting tree is both a file or link and a folder.
  private func requirePossibleTree(_ steps: [Step]) throws {
    var impossible: Set<SyncPath> = []
    var checked: Set<SyncPath> = []
    for step in steps where step.before == nil {
      let path = step.item.path
      var folder = path.parent
      while let next = folder, checked.insert(next).inserted {
        if try store.headNode(at: next, in: head, connection) != nil {
          impossible.formUnion([next, path])
        }
        folder = next.parent
      }
      let below = try connection.first(
        "SELECT path FROM tree WHERE project = ? AND path >= ? AND path < ? LIMIT 1", project,
        .blob(OrderKey.start(below: path)), .blob(OrderKey.end(below: path))
      ) { $0.path(0) }
      if let below { impossible.formUnion([path, below]) }
    }
    if !impossible.isEmpty { throw HubStoreError.impossibleTree(impossible.sorted()) }
  }
}
