package import Platform
package import SyncModel

extension LocalReplica {
  /// How many bytes of some contents wait where a run may take them over.
  ///
  /// The areas of the runs named do not count.
  package func stagedBytes(
    of wanted: Set<Digest>, sparing others: Set<String>
  ) throws(Errno) -> UInt64 {
    var sum: UInt64 = 0
    try forEachStaged(sparing: others) { waiting throws(Errno) in
      if let digest = waiting.digest, wanted.contains(digest) { sum &+= waiting.status.size }
    }
    return sum
  }

  /// Removes what waits there and is not among some contents.
  package func discardStaged(
    except wanted: Set<Digest>, sparing others: Set<String>
  ) throws(Errno) {
    try forEachStaged(sparing: others) { waiting throws(Errno) in
      if let digest = waiting.digest, wanted.contains(digest) { return }
      try waiting.bucket.removeTree(waiting.name)
    }
  }

  private func forEachStaged(
    sparing others: Set<String>, _ body: (StagingArea.Waiting) throws(Errno) -> Void
  ) throws(Errno) {
    guard let areas = try stagingFolder() else { return }
    for run in try stagings(sparing: others) where try areas.status(of: run).kind == .directory {
      try StagingArea.forEachWaiting(in: areas.openDirectory(run), body)
    }
  }
}
