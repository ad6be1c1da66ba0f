import HTTPClient
import HubProtocol
import Platform
import Replica
import SyncModel
import Zstd

/// Sends contents to a hub: small ones in packs, large ones in parts.
///
/// Two workers each read, hash, compress and send on their own, so that one reads while the other
/// waits for the hub. Memory is bounded by two packs, whatever there is to send.
struct ContentUpload: Sendable {
  /// The most bytes of a pack that is sent, below what hubs take, to bound memory.
  private static let packBytes = 6 << 20
  /// How many digests are asked about in one request.
  private static let slice = 20_000
  /// How hard contents are compressed: of text in frames of 1 MiB, level 3 makes 14 % less than 1
  /// and takes 1.4 to 2.2 times as long (`zstd -b1`, `-b3`); a push waits for the processor.
  private static let level: Int32 = 1
  /// How many workers there are.
  private static let workers = 2

  private let replica: HubReplica
  private let provider: any ContentProvider
  private let limits: HubInfo.Limits
  private let cancellation: CancellationFlag

  init(
    replica: HubReplica, provider: any ContentProvider, limits: HubInfo.Limits,
    cancellation: CancellationFlag
  ) {
    self.replica = replica
    self.provider = provider
    self.limits = limits
    self.cancellation = cancellation
  }

  /// Asks which contents the hub does not have.
  func missing(_ contents: [WantedContent]) throws -> [WantedContent] {
    var missing: Set<Digest> = []
    var start = 0
    while start < contents.count {
      let slice = contents[start..<min(start + Self.slice, contents.count)]
      var request = HubRequest(method: "POST", path: replica.path.appending("missing"))
      request.body = DigestList(slice.map(\.digest)).json(.asked)
      let answer = try replica.connection.send(request, cancellation)
      do throws(MessageError) {
        missing.formUnion(
          try DigestList.decode(answer.body, as: .missing, atMost: slice.count).digests)
      } catch {
        throw replica.connection.notUnderstood("missing: \(error)")
      }
      start += slice.count
    }
    if missing.count == contents.count { return contents }
    return contents.filter { missing.contains($0.digest) }
  }

  /// Sends contents and returns those that are no longer what they were.
  func send(_ contents: [WantedContent]) async throws -> [Digest: BlockReason] {
    guard !contents.isEmpty else { return [:] }
    let large = contents.filter { $0.size > UInt64(limits.largeContent) }
    let small =
      large.isEmpty ? contents : contents.filter { $0.size <= UInt64(limits.largeContent) }
    let queue = WorkQueue(small: small, large: large)
    let failures = FailureList()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<Self.workers {
        group.addTask(executorPreference: replica.connection.environment.pool) {
          do {
            try work(queue, failures)
          } catch {
            // The other worker must not go on with what is of no use any more.
            queue.close()
            throw error
          }
        }
      }
      try await group.waitForAll()
    }
    return failures.all
  }

  private func work(_ queue: WorkQueue, _ failures: FailureList) throws {
    while let content = queue.nextLarge() {
      let upload = LargeUpload(
        replica: replica, provider: provider, partBytes: limits.part, cancellation)
      if let reason = try upload.run(content) { failures.add(content.digest, reason) }
    }
    let compressor = ZstdCompressor(level: Self.level)
    var splitter = PackSplitter(limit: min(Self.packBytes, limits.pack))
    var bundle = PackBundle()
    var reader = WholeContentReader()
    while let contents = queue.nextSmall() {
      for content in contents {
        if cancellation.isCancelled {
          throw ReplicaError(.cancelled, detail: "\(replica.connection.origin)")
        }
        switch try reader.read(content, from: provider) {
        case .failure(let failure):
          failures.add(content.digest, failure.reason)
        case .success(let bytes):
          if !bundle.hasRoom(for: bytes.count) {
            try post(splitter.append(try makeFrame(&bundle, compressor)))
          }
          bytes.withUnsafeBytes { bundle.append(content.digest, $0) }
          replica.meter?.add(files: 1, bytes: bytes.count)
        }
      }
    }
    if !bundle.isEmpty { try post(splitter.append(try makeFrame(&bundle, compressor))) }
    try post(splitter.finish())
  }

  private func makeFrame(
    _ bundle: inout PackBundle, _ compressor: ZstdCompressor
  ) throws -> PackFrame {
    let frame = try bundle.makeFrame(compressor)
    replica.hand(over: PassingFrame(frame))
    return frame
  }

  private func post(_ pack: [UInt8]?) throws {
    guard let pack else { return }
    var request = HubRequest(method: "POST", path: replica.path.appending("packs"))
    request.body = pack
    request.contentType = Wire.MediaType.pack
    _ = try replica.connection.message(StoredContents.self, request, cancellation)
  }
}

/// The contents that workers have not taken yet.
private final class WorkQueue: Sendable {
  private struct State {
    var small: ArraySlice<WantedContent>
    var large: ArraySlice<WantedContent>
  }

  private let state: Locked<State>

  init(small: [WantedContent], large: [WantedContent]) {
    state = Locked(State(small: small[...], large: large[...]))
  }

  func nextLarge() -> WantedContent? {
    state.withLock { $0.large.popFirst() }
  }

  /// Takes neighbors together, because they compress well together.
  func nextSmall() -> ArraySlice<WantedContent>? {
    state.withLock { state in
      var bytes: UInt64 = 0
      let run = state.small.prefix { content in
        let isFirst = bytes == 0
        bytes += content.size + 64
        return isFirst || bytes <= UInt64(PackFormat.maximumBundle)
      }
      guard !run.isEmpty else { return nil }
      state.small = state.small[run.endIndex...]
      return run
    }
  }

  func close() {
    state.withLock {
      $0.small = []
      $0.large = []
    }
  }
}

/// Contents that are no longer what they were, from any worker.
private final class FailureList: Sendable {
  private let failures = Locked<[Digest: BlockReason]>([:])

  var all: [Digest: BlockReason] { failures.withLock { $0 } }

  func add(_ digest: Digest, _ reason: BlockReason) {
    failures.withLock { $0[digest] = reason }
  }
}
