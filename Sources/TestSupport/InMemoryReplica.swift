import Platform
import Crypto
package import Replica
package import SyncModel

/// A replica that lives in memory: a remote with a history, all or nothing, and faults to order.
package final class InMemoryReplica: Replica {
  /// Something that goes wrong once, at the next call of its kind.
  package enum Fault: Hashable, Sendable {
    /// The look fails.
    case snapshotFails
    /// The look answers, but says that it is not complete.
    case snapshotIsIncomplete
    /// The contents cannot be read.
    case readFails
    /// The batch never arrives.
    case applyIsLost
    /// The batch is applied, but the answer never arrives.
    case answerIsLost
  }

  private struct State {
    var entries: [SyncPath: TreeEntry] = [:]
    var revision: UInt64 = 0
    var commits: [CommitID: (changes: [PathChange], outcome: BatchOutcome)] = [:]
    var faults: [Fault] = []
  }

  /// Every content that the replica ever had: its history.
  package let contents = MemoryContents()
  package let capabilities: Capabilities
  private let id: String
  private let state = Locked(State())

  /// Makes an empty replica.
  package init(id: String = "memory", capabilities: Capabilities = .everything) {
    self.id = id
    self.capabilities = capabilities
  }

  /// Orders a fault; each happens once, in the order given.
  package func order(_ fault: Fault) {
    state.withLock { $0.faults.append(fault) }
  }

  /// Puts a file in place, as another client would.
  package func put(
    _ bytes: [UInt8], at path: SyncPath, isExecutable: Bool = false, modified: Timestamp? = nil
  ) {
    let bit = capabilities.carriesExecutable ? isExecutable : nil
    let node = contents.add(bytes, isExecutable: bit)
    set(TreeEntry(path: path, state: .node(node), modified: modified), at: path)
  }

  /// Sets what stands at a path: a node, something blocked, or nothing.
  package func set(_ entry: TreeEntry?, at path: SyncPath) {
    state.withLock { state in
      state.entries[path] = entry
      state.revision += 1
    }
  }

  /// The bytes of the file at a path.
  package func bytes(at path: SyncPath) -> [UInt8]? {
    guard let file = state.withLock({ $0.entries[path]?.node?.file }) else { return nil }
    return contents[file.digest]
  }

  /// What stands there now.
  package var tree: Tree { state.withLock { Tree(Array($0.entries.values)) } }

  package func identity() async throws -> ReplicaIdentity { ReplicaIdentity(id: id) }

  package func snapshot(since known: KnownTree?) async throws -> Snapshot {
    try Task.checkCancellation()
    if take(.snapshotFails) { throw ReplicaError(.unreachable, detail: id, isRetriable: true) }
    let isComplete = !take(.snapshotIsIncomplete)
    return state.withLock { state in
      let tree = Tree(Array(state.entries.values))
      return Snapshot(tree: tree, cursor: Self.cursor(state), isComplete: isComplete)
    }
  }

  package func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]
  {
    if take(.readFails) { throw ReplicaError(.unreachable, detail: id, isRetriable: true) }
    var failures: [(content: WantedContent, reason: BlockReason)] = []
    for content in wanted {
      try Task.checkCancellation()
      if sink.has(content) { continue }
      do {
        try copy(content, from: contents, to: sink)
      } catch let error as ContentError {
        switch error {
        case .missing: failures.append((content, .refused(code: "content_missing")))
        case .mismatch: failures.append((content, .refused(code: "content_mismatch")))
        }
      }
    }
    return failures
  }

  package func apply(_ batch: Batch, contents: any ContentProvider) async throws -> BatchOutcome {
    try Task.checkCancellation()
    if take(.applyIsLost) { throw ReplicaError(.unreachable, detail: id, isRetriable: true) }
    if let known = state.withLock({ $0.commits[batch.id] }) {
      guard known.changes == batch.changes else { throw ReplicaError(.commitReused, detail: id) }
      return known.outcome
    }
    var failures: [Int: ChangeResult] = [:]
    for (index, change) in batch.changes.enumerated() {
      guard let file = change.node.after?.file else { continue }
      let wanted = WantedContent(path: change.path, digest: file.digest, size: file.size)
      if self.contents.has(wanted) { continue }
      do {
        try copy(wanted, from: contents, to: self.contents)
      } catch is ContentError {
        failures[index] = .failed(.changedWhileReading)
      }
    }
    let outcome = state.withLock { commit(batch, failures, &$0) }
    if take(.answerIsLost) { throw ReplicaError(.unreachable, detail: id, isRetriable: true) }
    return outcome
  }

  private func commit(
    _ batch: Batch, _ failures: [Int: ChangeResult], _ state: inout State
  ) -> BatchOutcome {
    var entries = state.entries
    var results: [ChangeResult] = []
    for (index, change) in batch.changes.enumerated() {
      let found = entries[change.path]
      if !agrees(found, change.node.before) {
        results.append(agrees(found, change.node.after) ? .done : .moved(found: found?.state))
      } else if let failure = failures[index] {
        results.append(failure)
      } else {
        entries[change.path] = change.node.after.map {
          TreeEntry(path: change.path, state: .node(carried($0)))
        }
        results.append(.done)
      }
    }
    for (index, change) in batch.changes.enumerated() where change.node.after != nil {
      // A file cannot be a folder as well.
      let isBlocked =
        change.path.ancestors.contains { entries[$0] != nil }
        || entries.keys.contains { $0.isBelow(change.path) }
      if isBlocked, results[index] == .done {
        results[index] = .moved(found: state.entries[change.path]?.state)
      }
    }
    guard results.allSatisfy({ $0 == .done }) else {
      return BatchOutcome(
        results: results.map { $0 == .done ? .notTried : $0 }, cursor: Self.cursor(state))
    }
    if entries != state.entries {
      state.entries = entries
      state.revision += 1
    }
    let outcome = BatchOutcome(results: results, cursor: Self.cursor(state))
    state.commits[batch.id] = (batch.changes, outcome)
    return outcome
  }

  private func agrees(_ entry: TreeEntry?, _ node: Node?) -> Bool {
    guard let entry else { return node == nil }
    guard let found = entry.node, let node else { return false }
    return found.agrees(with: node)
  }

  private func carried(_ node: Node) -> Node {
    guard !capabilities.carriesExecutable, case .file(var file) = node else { return node }
    file.isExecutable = nil
    return .file(file)
  }

  private func take(_ fault: Fault) -> Bool {
    state.withLock { state in
      guard let index = state.faults.firstIndex(of: fault) else { return false }
      state.faults.remove(at: index)
      return true
    }
  }

  private static func cursor(_ state: State) -> Cursor {
    var text = ""
    for entry in Tree(Array(state.entries.values)).entries {
      text += "\(entry.path.key)\0\(entry.state)\0"
    }
    return Cursor(
      revision: state.revision, fingerprint: SHA256.hash(Array(text.utf8)).hex)
  }
}

/// Copies one content from a provider to a sink.
func copy(
  _ content: WantedContent, from provider: any ContentProvider, to sink: any ContentSink
) throws {
  let writer = try sink.begin(content)
  var part = [UInt8](repeating: 0, count: 4096)
  do {
    let reader = try provider.open(content, from: writer.received)
    while true {
      let count = try part.withUnsafeMutableBytes { try reader.read(into: $0) }
      if count == 0 { break }
      try part[..<count].withUnsafeBytes { try writer.write($0) }
    }
  } catch {
    writer.abandon()
    throw error
  }
  try writer.finish()
}
