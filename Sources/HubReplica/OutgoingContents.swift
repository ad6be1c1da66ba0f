import Replica
import SyncModel

/// The contents that a batch brings, each once, in the order of its changes.
struct OutgoingContents {
  /// The contents, each with a path that has it.
  private(set) var wanted: [WantedContent] = []
  /// The bytes of all of them.
  private(set) var totalBytes: UInt64 = 0

  /// Gathers the contents that changes bring; a change of the executable bit brings none.
  init(_ changes: [PathChange]) {
    var seen: Set<Digest> = []
    for change in changes {
      guard let file = change.node.after?.file, change.node.before?.file?.digest != file.digest,
        seen.insert(file.digest).inserted
      else { continue }
      wanted.append(
        WantedContent(
          path: change.path, spelling: change.spelling, digest: file.digest, size: file.size))
      let (sum, isTooMuch) = totalBytes.addingReportingOverflow(file.size)
      totalBytes = isTooMuch ? .max : sum
    }
  }
}
