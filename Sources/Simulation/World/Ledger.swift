/// Every content that ever stood on a side and that nobody but a user may end.
struct Ledger {
  private(set) var owed: [[UInt8]: String] = [:]
  private var inHistory: Set<[UInt8]> = []

  mutating func owe(_ bytes: [UInt8], _ origin: @autoclosure () -> String) {
    if owed[bytes] == nil { owed[bytes] = origin() }
  }

  /// A content stands where it can be had for ever, whatever stands there later.
  mutating func isInHistory(_ bytes: [UInt8]) { inHistory.insert(bytes) }

  /// Whether no remote has a content, nor its history.
  func missing(_ bytes: [UInt8], from remotes: [any SimulatedRemote]) throws -> Bool {
    try !inHistory.contains(bytes) && !remotes.contains { try $0.holds(bytes) }
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
      guard let holder = try remotes.first(where: { try $0.holds(bytes) }) else {
        missing.append((bytes, origin))
        continue
      }
      if holder.keepsHistory { inHistory.insert(bytes) }
    }
    return missing.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }
}
