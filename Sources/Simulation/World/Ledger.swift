/// Every content that ever stood on a side and that nobody but a user may end.
struct Ledger {
  private(set) var owed: [[UInt8]: String] = [:]
  private var inHistory: Set<[UInt8]> = []

  mutating func owe(_ bytes: [UInt8], _ origin: @autoclosure () -> String) {
    if owed[bytes] == nil { owed[bytes] = origin() }
  }

  /// A user ended a content by his own hand, on the side where it stood.
  mutating func release(_ bytes: [UInt8]) { owed[bytes] = nil }

  /// A server's history was lost: what was only in it is gone, and no client's fault.
  mutating func forgetHistory() { inHistory.removeAll() }

  /// The contents that are neither on a disk nor in a history.
  mutating func missing(
    from disks: Set<[UInt8]>, _ remotes: [any SimulatedRemote]
  ) throws -> [(bytes: [UInt8], origin: String)] {
    var missing: [(bytes: [UInt8], origin: String)] = []
    for (bytes, origin) in owed where !disks.contains(bytes) && !inHistory.contains(bytes) {
      if try remotes.contains(where: { try $0.holds(bytes) }) {
        inHistory.insert(bytes)
      } else {
        missing.append((bytes, origin))
      }
    }
    return missing.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}
