package import Platform

extension LocalReplica {
  /// How many bytes may still be stored.
  package func freeSpace() throws(Errno) -> UInt64 {
    try (state ?? root).freeSpace()
  }

  /// Whether so many bytes, and five in a hundred more, fit on the disk.
  package func hasRoom(for bytes: UInt64) throws(Errno) -> Bool {
    let needed = bytes.addingReportingOverflow(bytes / 20)
    let free = try freeSpace()
    return !needed.overflow && needed.partialValue <= free
  }

  /// Tries out in the private folder what the file system can do, and leaves nothing behind.
  package func probeVolume() throws(Errno) -> Volume {
    try Volume(probing: try privateFolder())
  }
}
