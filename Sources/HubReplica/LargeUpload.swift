import HTTPClient
import HubProtocol
import Replica
import SyncModel

/// Sends one large content in parts, from where an earlier transfer was cut.
struct LargeUpload {
  /// How often a hub may move the offset before it is given up.
  private static let rounds = 5

  private let replica: HubReplica
  private let provider: any ContentProvider
  private let partBytes: Int
  private let cancellation: CancellationFlag

  init(
    replica: HubReplica, provider: any ContentProvider, partBytes: Int,
    _ cancellation: CancellationFlag
  ) {
    self.replica = replica
    self.provider = provider
    self.partBytes = partBytes
    self.cancellation = cancellation
  }

  /// Sends a content; a reason if it is no longer what it was.
  func run(_ content: WantedContent) throws -> BlockReason? {
    var offset = try received(content)
    for _ in 0..<Self.rounds {
      do {
        if let failure = try send(content, from: offset) { return failure }
        replica.meter?.add(files: 1)
        return nil
      } catch let refusal as HubRefusal where refusal.error.code == .wrongOffset {
        offset = try refusal.error.received ?? received(content)
      } catch let refusal as HubRefusal where refusal.error.code == .digestMismatch {
        // The parts were sent as they were read, so the file changed between or under them.
        return .changedWhileReading
      }
    }
    throw replica.connection.notUnderstood("an upload whose offset does not stay")
  }

  private func received(_ content: WantedContent) throws -> UInt64 {
    do {
      let state = try replica.connection.message(
        UploadState.self, HubRequest(path: replica.path.upload(content.digest)), cancellation)
      return state.isComplete ? content.size : state.received
    } catch let refusal as HubRefusal
      where refusal.error.code == .noSuchUpload || refusal.error.code == .noSuchContent
    {
      return 0
    }
  }

  private func send(_ content: WantedContent, from start: UInt64) throws -> BlockReason? {
    guard start <= content.size else {
      throw replica.connection.notUnderstood("an upload that is larger than its content")
    }
    var offset = start
    do {
      guard offset < content.size else { return nil }
      let reader = try provider.open(content, from: offset)
      while offset < content.size {
        let length = Int(min(UInt64(partBytes), content.size - offset))
        guard let part = try read(length, from: reader) else { return .changedWhileReading }
        let next = try send(part, of: content, at: offset)
        // All of it is there where another client has sent the same content meanwhile.
        guard next == offset + UInt64(length) || next == content.size else {
          throw replica.connection.notUnderstood("an upload received other than was sent")
        }
        offset = next
        replica.meter?.add(bytes: length)
      }
      return nil
    } catch let error where !(error is HubRefusal || error is ReplicaError) {
      return try ContentFailure(error).reason
    }
  }

  /// Reads so many bytes; nothing if the content ends before.
  private func read(_ length: Int, from reader: any ContentReader) throws -> [UInt8]? {
    var part = [UInt8](repeating: 0, count: length)
    var filled = 0
    while filled < length {
      let count = try part.withUnsafeMutableBytes {
        try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
      }
      if count == 0 { return nil }
      filled += count
    }
    return part
  }

  private func send(
    _ part: [UInt8], of content: WantedContent, at offset: UInt64
  ) throws -> UInt64 {
    var request = HubRequest(
      method: "PUT",
      path: replica.path.upload(content.digest).query("offset", offset)
        .query("size", content.size))
    request.body = part
    request.contentType = Wire.MediaType.content
    return try replica.connection.message(UploadState.self, request, cancellation).received
  }
}
