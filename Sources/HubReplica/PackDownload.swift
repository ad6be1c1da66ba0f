import HTTPClient
import HubProtocol
import Replica
import SyncModel

/// Fetches several small contents in one request, and what a cut left out in further ones.
struct PackDownload {
  /// What has not been delivered yet; confined to one thread.
  private final class Delivery {
    var missing: [Digest: [WantedContent]] = [:]
    var failures: [(content: WantedContent, reason: BlockReason)] = []

    init(_ groups: [[WantedContent]]) {
      for group in groups {
        if let digest = group.first?.digest { missing[digest] = group }
      }
    }
  }

  private let replica: HubReplica
  private let sink: any ContentSink
  private let cancellation: CancellationFlag

  init(replica: HubReplica, sink: any ContentSink, _ cancellation: CancellationFlag) {
    self.replica = replica
    self.sink = sink
    self.cancellation = cancellation
  }

  /// Delivers groups of contents, each of one digest, and returns those that are not to be had.
  func run(
    _ groups: [[WantedContent]]
  ) throws -> [(content: WantedContent, reason: BlockReason)] {
    let state = Delivery(groups)
    var order = groups.compactMap { $0.first?.digest }
    var backoff = replica.connection.startBackoff()
    while true {
      let before = state.missing.count
      do {
        try fetch(order, state)
        break
      } catch let trouble as HubTrouble {
        if state.missing.count < before { replica.connection.progressed(&backoff) }
        try replica.connection.wait(&backoff, trouble, cancellation)
        order.removeAll { state.missing[$0] == nil }
        if order.isEmpty { break }
      }
    }
    for digest in order {
      for content in state.missing[digest] ?? [] {
        state.failures.append((content, .refused(code: WireError.Code.noSuchContent.word)))
      }
    }
    return state.failures
  }

  private func deliver(
    _ digest: Digest, _ bytes: UnsafeRawBufferPointer, _ state: Delivery
  ) throws {
    guard let contents = state.missing.removeValue(forKey: digest) else {
      throw replica.connection.notUnderstood("a content that was not asked for")
    }
    for content in contents where !sink.has(content) {
      if let reason = try replica.deliver(bytes, as: content, to: sink) {
        state.failures.append((content, reason))
      }
    }
  }

  private func fetch(_ order: [Digest], _ state: Delivery) throws {
    let sizes = order.compactMap { state.missing[$0]?.first.map { Int(clamping: $0.size) } }
    let total = sizes.reduce(0, +)
    // A frame of its own for each content is the largest that a pack can be.
    let packBytes = total + total / 64 + order.count * 2048 + 4096
    var reader = PackReader(
      limits: PackLimits(
        packBytes: packBytes, objectBytes: sizes.max() ?? 0, totalBytes: total,
        objects: order.count))
    var request = HubRequest(method: "POST", path: replica.path.appending("contents"))
    request.body = DigestList(order).json(.asked)
    request.headers = [("Accept", Wire.MediaType.pack)]
    request.maximumAnswer = packBytes
    do {
      let answer = try replica.connection.sendOnce(request, cancellation) { piece in
        try reader.push(piece) { frame, contents in
          replica.hand(over: PassingFrame(frame))
          for object in frame.objects {
            try deliver(
              object.digest, UnsafeRawBufferPointer(rebasing: contents[object.range]), state)
          }
        }
      }
      guard answer.status == 200 else {
        throw replica.connection.notUnderstood("contents: status \(answer.status)")
      }
      try reader.finish()
    } catch PackError.truncated {
      throw HubTrouble(
        final: ReplicaError(
          .unreachable, detail: "\(replica.connection.origin): a pack that was cut",
          isRetriable: true))
    } catch let error as PackError {
      throw replica.connection.notUnderstood("a pack: \(error)")
    }
  }
}
