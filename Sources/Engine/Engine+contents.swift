package import Replica
package import SyncModel

extension Engine {
  /// Delivers contents of the remote, now or from its history, to a sink of the caller's.
  ///
  /// The result names what could not be had.
  package func remoteContents(
    _ wanted: [WantedContent], into sink: any ContentSink
  ) async throws -> [(content: WantedContent, reason: BlockReason)] {
    meter?.begin(
      .receiving, totalFiles: wanted.count,
      totalBytes: wanted.reduce(0) { $0 + Int(clamping: $1.size) })
    return try await remote.read(wanted, into: sink)
  }
}
