import HTTPClient
import HubProtocol
import Platform
package import Replica
package import SyncModel

extension HubReplica {
  /// How many requests run at a time.
  static let connections = 3

  /// Delivers contents: small ones in packs, large ones alone and from where they were cut.
  package func read(
    _ wanted: [WantedContent], into sink: any ContentSink
  ) async throws -> [(content: WantedContent, reason: BlockReason)] {
    let plan = DownloadPlan(wanted.lazy.filter { !sink.has($0) })
    guard !plan.jobs.isEmpty else { return [] }
    let failures = Locked<[(content: WantedContent, reason: BlockReason)]>([])
    let cancellation = CancellationFlag()
    do {
      try await withTaskCancellationHandler {
        try await connection.environment.pool.forEach(plan.jobs.count, workers: Self.connections) {
          [self] number in
          let failed =
            switch plan.jobs[number] {
            case .pack(let range):
              try PackDownload(replica: self, sink: sink, cancellation)
                .run(plan.groups(range))
            case .alone(let index):
              try LargeDownload(replica: self, sink: sink, cancellation).run(plan.group(index))
            }
          failures.withLock { $0 += failed }
        }
      } onCancel: {
        cancellation.cancel()
      }
    } catch let refusal as HubRefusal {
      throw refusal.asReplicaError(connection.origin)
    } catch is CancellationError {
      throw ReplicaError(.cancelled, detail: "\(connection.origin)")
    }
    return failures.withLock { $0 }
  }

  /// Hands a whole content to a sink; a reason if the sink finds it to be another.
  func deliver(
    _ bytes: UnsafeRawBufferPointer, as content: WantedContent, to sink: any ContentSink
  ) throws -> BlockReason? {
    // What was kept of an earlier transfer may be damaged; it is dropped by the first attempt.
    for _ in 0..<2 {
      let writer = try sink.begin(content)
      let received = Int(clamping: writer.received)
      do {
        if received < bytes.count {
          try writer.write(UnsafeRawBufferPointer(rebasing: bytes[received...]))
        }
        try writer.finish()
        meter?.add(files: 1, bytes: bytes.count)
        return nil
      } catch is ContentError {
        if received == 0 { break }
      } catch {
        writer.abandon()
        throw error
      }
    }
    return .refused(code: WireError.Code.digestMismatch.word)
  }
}
