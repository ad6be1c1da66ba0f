import HubProtocol
import SyncModel

extension HubStore {
  /// Follows a project's history from its first revision to the head.
  ///
  /// Every change must start where the one before it on its path ended, and every revision must
  /// come to the tree digest, the entries and the number of changes that were recorded for it.
  func checkHistory(of project: HubProject) throws -> [CheckFinding] {
    try reading { connection in
      let head = try refreshed(project, connection)
      var walk = HistoryWalk(project: head.name)
      var records = try connection.rows(
        """
        SELECT revision, tree_digest, entries, changes FROM revisions
        WHERE project = ? AND revision <= ? ORDER BY revision
        """, .integer(head.number), .integer(head.revision)
      ) { row in
        HistoryWalk.Record(
          revision: row.integer(0), digest: try row.treeDigest(1), entries: row.integer(2),
          changes: row.integer(3))
      }[...]
      try connection.each(
        """
        SELECT revision, path, before, after FROM changes
        WHERE project = ? AND revision <= ? ORDER BY revision, path
        """, .integer(head.number), .integer(head.revision)
      ) { row in
        let revision = row.integer(0)
        while let record = records.first, record.revision < revision {
          walk.end(record)
          records.removeFirst()
        }
        walk.take(row.path(1), from: try row.node(2), to: try row.node(3), in: revision)
      }
      for record in records { walk.end(record) }
      return walk.findings
    }
  }
}

/// The tree that a history leads to, revision by revision.
private struct HistoryWalk {
  struct Record {
    var revision: Int64
    var digest: TreeDigest
    var entries: Int64
    var changes: Int64
  }

  let project: String
  private(set) var findings: [CheckFinding] = []
  private var nodes: [SyncPath: Node] = [:]
  private var digest = TreeDigest()
  private var last: Int64 = 0
  private var count: Int64 = 0

  init(project: String) { self.project = project }

  mutating func take(_ path: SyncPath, from before: Node?, to after: Node?, in revision: Int64) {
    // A change of a revision that has no record.
    if revision <= last { find(.history, "\(path) in revision \(revision)") }
    let found = nodes[path]
    if found != before { find(.history, "\(path) in revision \(revision)") }
    digest.replace(path, found, with: after)
    nodes[path] = after
    count += 1
  }

  mutating func end(_ record: Record) {
    if record.revision != last + 1 || record.changes != count {
      find(.history, "revision \(record.revision)")
    }
    if record.digest != digest || record.entries != Int64(nodes.count) {
      find(.treeDigest, "revision \(record.revision)")
    }
    last = record.revision
    count = 0
  }

  private mutating func find(_ kind: CheckFinding.Kind, _ subject: String) {
    findings.append(CheckFinding(kind: kind, project: project, subject: subject))
  }
}
