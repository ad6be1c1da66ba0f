import Platform
package import Replica
package import SyncModel

extension LocalReplica {
  /// The folder's own files as contents to push.
  package var contents: LocalContents { LocalContents(root: root) }

  package func read(_ wanted: [WantedContent], into sink: any ContentSink) async throws
    -> [(content: WantedContent, reason: BlockReason)]
  {
    let failures = Locked<[(content: WantedContent, reason: BlockReason)]>([])
    let provider = contents
    let transfers = TransferPool()
    try await pool.forEach(wanted.count, workers: options.threads) { [meter] index in
      let content = wanted[index]
      if sink.has(content) { return }
      do {
        try transfers.with { try $0.copy(content, from: provider, to: sink) }
        meter?.add(files: 1, bytes: Int(clamping: content.size))
      } catch let error as ContentError {
        let reason: BlockReason =
          switch error {
          case .mismatch: .changedWhileReading
          case .missing: .unreadable(errno: Errno.notFound.rawValue)
          }
        failures.withLock { $0.append((content, reason)) }
      } catch let error as Errno where !error.meansFull {
        failures.withLock { $0.append((content, .unreadable(errno: error.rawValue))) }
      } catch let error as Errno {
        throw ReplicaError(.storage, detail: "a content cannot be stored: \(error)")
      }
    }
    return failures.withLock { $0 }
  }
}
