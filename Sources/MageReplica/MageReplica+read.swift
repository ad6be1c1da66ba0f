import Crypto
import HTTPClient
import Platform
package import Replica
package import SyncModel

extension MageReplica {
  /// Delivers contents: those that a look has just read from memory, others by reading them again.
  package func read(
    _ wanted: [WantedContent], into sink: any ContentSink
  ) async throws -> [(content: WantedContent, reason: BlockReason)] {
    let jobs = wanted.filter { !sink.has($0) }
    guard !jobs.isEmpty else { return [] }
    let failures = Locked<[Int: BlockReason]>([:])
    try await connection.forEach(jobs.count) { [self] number, cancellation in
      let content = jobs[number]
      let reason: BlockReason?
      switch try bytes(content, cancellation) {
      case .success(let bytes):
        reason = try ContentBytes.write(bytes, as: content, to: sink)
        if reason == nil { meter?.add(files: 1, bytes: bytes.count) }
      case .failure(let refused): reason = refused.reason
      }
      if let reason { failures.withLock { $0[number] = reason } }
    }
    return failures.withLock { $0 }.sorted { $0.key < $1.key }.map { (jobs[$0.key], $0.value) }
  }

  private func bytes(
    _ content: WantedContent, _ cancellation: CancellationFlag
  ) throws -> Result<[UInt8], ContentRefused> {
    if let kept = shelf[content.digest] { return .success(kept) }
    let file = MageFile(content.path, spelling: content.spelling)
    let look = try reader(project(cancellation)).look(at: file, cancellation)
    switch look {
    case .text(let bytes, _):
      guard SHA256.hash(bytes) == content.digest else {
        return .failure(ContentRefused(reason: .changedWhileReading))
      }
      return .success(bytes)
    case .missing, .notText, .restless, .refused:
      return .failure(
        ContentRefused(reason: look.block ?? .refused(code: "content_missing")))
    }
  }
}
