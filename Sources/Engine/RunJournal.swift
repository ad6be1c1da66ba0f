import ProjectState
package import SyncCore
package import SyncModel
import Zstd

/// What one step was going to do, as recorded before anything is written.
package struct Intent: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// What is to be written locally.
  package var local: Change<Node>?
  /// What is to be written to the remote.
  package var remote: Change<Node>?
  /// The base row as it is, and as it is to be.
  package var base: Change<Node>
  /// False when the step leaves the base row alone.
  package var setsBase: Bool
  /// The steps of one group are done all or none; nothing for a step that stands alone.
  package var group: Int?
  /// True when the base row goes if the run is cut inside the group, before this step.
  package var dropsBaseWhenCut: Bool

  /// Describes what a step is going to do.
  package init(
    path: SyncPath, local: Change<Node>?, remote: Change<Node>?, base: Change<Node>,
    setsBase: Bool, group: Int? = nil, dropsBaseWhenCut: Bool = false
  ) {
    self.path = path
    self.local = local
    self.remote = remote
    self.base = base
    self.setsBase = setsBase
    self.group = group
    self.dropsBaseWhenCut = dropsBaseWhenCut
  }

  /// What a planned step is going to do.
  init(of step: Step, base: Base) {
    let before = base[step.path]?.node
    let after: Node?
    switch step.baseAfter {
    case .set(let node): (after, setsBase) = (node, true)
    case .drop: (after, setsBase) = (nil, true)
    case .keep: (after, setsBase) = (before, false)
    }
    path = step.path
    local = step.local?.node
    remote = step.remote?.node
    self.base = Change(before: before, after: after)
    group = step.group
    dropsBaseWhenCut = step.baseWhenCutBefore == .drop
  }

  /// The record that undo works from, once the step is done.
  package var effect: RunEffect { RunEffect(path: path, local: local, remote: remote, base: base) }
}

/// The stored form of a pass's intents and effects: one value, so that it is written in one go.
///
/// A version, the length of the rows, and the rows in one zstd frame, whose checksum shows damage.
package enum RunJournal {
  private static let version: UInt8 = 3
  private static let headBytes = 9
  private static let setsBase: UInt8 = 1
  private static let dropsBaseWhenCut: UInt8 = 2
  private static let isInGroup: UInt8 = 4

  /// Encodes intents.
  package static func encode(_ intents: [Intent]) throws -> [UInt8] {
    let writer = Writer()
    for intent in intents { try writer.append(intent) }
    return try writer.finish()
  }

  /// Encodes intents one after the other, so that they need not be held beside their encoding.
  final class Writer {
    private let compressor = ZstdCompressor(level: 1)
    private var output = [UInt8](repeating: 0, count: headBytes)
    private var rows: [UInt8] = []
    private var length: UInt64 = 0
    private(set) var summary = RunSummary()

    init() {
      compressor.begin()
    }

    /// Adds an intent.
    func append(_ intent: Intent) throws {
      summary.add(intent)
      let key = intent.path.key.utf8
      number(UInt32(key.count))
      rows.append(contentsOf: key)
      var flags: UInt8 = 0
      if intent.setsBase { flags |= setsBase }
      if intent.dropsBaseWhenCut { flags |= dropsBaseWhenCut }
      if intent.group != nil { flags |= isInGroup }
      rows.append(flags)
      if let group = intent.group { number(UInt32(truncatingIfNeeded: group)) }
      change(intent.local)
      change(intent.remote)
      change(intent.base)
      if rows.count >= 64 << 10 { try compress() }
    }

    /// Ends the journal.
    func finish() throws -> [UInt8] {
      try compress()
      try compressor.finish(appendingTo: &output)
      output[0] = version
      withUnsafeBytes(of: length.littleEndian) {
        output.replaceSubrange(1..<headBytes, with: $0)
      }
      return output
    }

    private func compress() throws {
      length += UInt64(rows.count)
      try rows.withUnsafeBytes { try compressor.feed($0, appendingTo: &output) }
      rows.removeAll(keepingCapacity: true)
    }

    private func number(_ number: UInt32) {
      withUnsafeBytes(of: number.littleEndian) { rows.append(contentsOf: $0) }
    }

    private func change(_ change: Change<Node>?) {
      guard let change else { return rows.append(0) }
      rows.append(1)
      node(change.before)
      node(change.after)
    }

    private func node(_ node: Node?) {
      let start = rows.count
      number(0)
      guard let node else { return }
      NodeCoding.append(node, to: &rows)
      let length = UInt32(rows.count - start - 4)
      withUnsafeBytes(of: length.littleEndian) {
        rows.replaceSubrange(start..<start + 4, with: $0)
      }
    }
  }

  /// Decodes intents, or nothing when the bytes are damaged.
  package static func decode(_ bytes: [UInt8]) -> [Intent]? {
    if bytes.isEmpty { return [] }
    return bytes.withUnsafeBytes { buffer in
      guard buffer.count > headBytes, buffer[0] == version else { return nil }
      let length = UInt64(
        littleEndian: buffer.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
      let frame = UnsafeRawBufferPointer(rebasing: buffer[headBytes...])
      // Four GiB are more than any list of files takes.
      guard length < 4 << 30,
        let rows = try? ZstdDecompressor().decompress(frame, size: Int(length), limit: 4 << 30)
      else { return nil }
      return rows.withUnsafeBytes { intents($0) }
    }
  }

  private static func intents(_ bytes: UnsafeRawBufferPointer) -> [Intent]? {
    var reader = Reader(bytes: bytes)
    var intents: [Intent] = []
    while !reader.isAtEnd {
      guard let key = reader.block(), let path = String(validating: key, as: UTF8.self),
        let flags = reader.byte(), let group = reader.number(isThere: flags & isInGroup != 0),
        let local = reader.change(), let remote = reader.change(), let base = reader.change()
      else { return nil }
      intents.append(
        Intent(
          path: SyncPath(trusted: path), local: local.value, remote: remote.value,
          base: base.value ?? Change(before: nil, after: nil), setsBase: flags & setsBase != 0,
          group: group.value.map { Int($0) }, dropsBaseWhenCut: flags & dropsBaseWhenCut != 0))
    }
    return intents
  }

  /// Reads from bytes that may be damaged: every length is checked.
  private struct Reader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(bytes: UnsafeRawBufferPointer) {
      self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> UInt8? {
      guard offset < bytes.count else { return nil }
      defer { offset += 1 }
      return bytes[offset]
    }

    mutating func number(isThere: Bool = true) -> (value: UInt32?, Void)? {
      guard isThere else { return (nil, ()) }
      guard bytes.count - offset >= 4 else { return nil }
      defer { offset += 4 }
      let number = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return (UInt32(littleEndian: number), ())
    }

    mutating func block() -> UnsafeRawBufferPointer? {
      guard let count = number()?.value.map({ Int($0) }) else { return nil }
      guard count <= bytes.count - offset else { return nil }
      defer { offset += count }
      return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    mutating func change() -> (value: Change<Node>?, Void)? {
      guard let flag = byte() else { return nil }
      guard flag == 1 else { return (nil, ()) }
      guard let before = node(), let after = node() else { return nil }
      return (Change(before: before.value, after: after.value), ())
    }

    private mutating func node() -> (value: Node?, Void)? {
      guard let block = block() else { return nil }
      guard !block.isEmpty else { return (nil, ()) }
      guard let node = NodeCoding.decode(block) else { return nil }
      return (node, ())
    }
  }
}
