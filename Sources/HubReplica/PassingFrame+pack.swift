import HubProtocol
import Replica
import SyncModel

extension PassingFrame {
  /// A frame of a pack.
  init(_ frame: PackFrame) {
    self.init(
      stored: frame.stored, isCompressed: frame.encoding == .zstd, rawLength: frame.rawLength,
      contents: frame.objects.map { ($0.digest, $0.range) })
  }

  /// Contents that travel within a commit, one after another as they are.
  init(inline contents: [Digest: [UInt8]]) {
    var stored: [UInt8] = []
    var rows: [(digest: Digest, range: Range<Int>)] = []
    for (digest, bytes) in contents {
      rows.append((digest, stored.count..<stored.count + bytes.count))
      stored += bytes
    }
    self.init(stored: stored, isCompressed: false, rawLength: stored.count, contents: rows)
  }
}
