import HTTPClient
import HubProtocol
import Replica
import SyncModel

/// Fetches one large content, from where an earlier transfer was cut.
struct LargeDownload {
  private let replica: HubReplica
  private let sink: any ContentSink
  private let cancellation: CancellationFlag

  /// More bytes came than the content has: the hub sent all of it where a part was asked for.
  private struct Excess: Error {}

  init(replica: HubReplica, sink: any ContentSink, _ cancellation: CancellationFlag) {
    self.replica = replica
    self.sink = sink
    self.cancellation = cancellation
  }

  /// Delivers contents of one digest and returns those that are not to be had.
  func run(
    _ contents: [WantedContent]
  ) throws -> [(content: WantedContent, reason: BlockReason)] {
    var failures: [(content: WantedContent, reason: BlockReason)] = []
    for content in contents where !sink.has(content) {
      do {
        // What was kept of an earlier transfer may be damaged: once more from the start then.
        var isWhole = try fetch(content)
        if !isWhole { isWhole = try fetch(content) }
        if isWhole {
          replica.meter?.add(files: 1)
        } else {
          failures.append((content, .refused(code: WireError.Code.digestMismatch.word)))
        }
      } catch let refusal as HubRefusal where refusal.error.code == .noSuchContent {
        failures.append((content, .refused(code: refusal.error.code.word)))
      }
    }
    return failures
  }

  /// Fetches a content; false if what came is another, and then nothing of it is kept.
  private func fetch(_ content: WantedContent) throws -> Bool {
    let writer = try sink.begin(content)
    do {
      var backoff = replica.connection.startBackoff()
      while writer.received < content.size {
        let before = writer.received
        do {
          try fetchRest(of: content, into: writer)
        } catch let trouble as HubTrouble {
          if writer.received > before { replica.connection.progressed(&backoff) }
          try replica.connection.wait(&backoff, trouble, cancellation)
        }
      }
    } catch is Excess {
      // Finishing compares length and digest, and so drops what was received.
    } catch {
      writer.abandon()
      throw error
    }
    do {
      try writer.finish()
      return true
    } catch is ContentError {
      return false
    }
  }

  private func fetchRest(of content: WantedContent, into writer: any ContentWriter) throws {
    let start = writer.received
    let expected = content.size - start
    var request = HubRequest(path: replica.path.content(content.digest))
    if start > 0 { request.headers = [(Wire.Header.range, "bytes=\(start)-")] }
    request.maximumAnswer = .max
    request.timeout = 6 * 3600
    var came: UInt64 = 0
    let answer = try replica.connection.sendOnce(request, cancellation) { piece in
      came += UInt64(piece.count)
      guard came <= expected else { throw Excess() }
      try writer.write(piece)
      replica.meter?.add(bytes: piece.count)
    }
    guard came == expected else {
      throw HubTrouble(
        final: ReplicaError(
          .unreachable,
          detail: "\(replica.connection.origin): a content that was cut (\(answer.status))",
          isRetriable: true))
    }
  }
}
