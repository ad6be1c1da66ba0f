import Platform
import SyncModel

/// Contents that a look at the server read, kept so that a pull need not ask for them again.
///
/// Bounded: what no longer fits is read again. Safe from any thread.
final class ContentShelf: Sendable {
  private struct State {
    var contents: [Digest: [UInt8]] = [:]
    var bytes = 0
  }

  private static let capacity = 64 << 20
  private let state = Locked(State())

  /// Keeps a content where there is room for it.
  func keep(_ bytes: [UInt8], _ digest: Digest) {
    state.withLock { state in
      guard state.contents[digest] == nil, state.bytes + bytes.count <= ContentShelf.capacity
      else { return }
      state.contents[digest] = bytes
      state.bytes += bytes.count
    }
  }

  /// The bytes of a content, if they are here.
  subscript(digest: Digest) -> [UInt8]? { state.withLock { $0.contents[digest] } }
}
