import Replica
import SyncCore
import SyncModel

/// Finds the bytes of what a run writes: merged texts in memory, else where the plan says.
///
/// What the remote gets of its own contents under another name comes from the staging area.
struct RunContents: ContentProvider {
  /// Where contents come from that are not at the same path opposite.
  var sources: [SyncPath: ContentPlace] = [:]
  /// Contents that the run itself made.
  var made: [Digest: [UInt8]] = [:]
  /// Contents that were brought here before, by the path that gets them.
  var staged: Set<SyncPath> = []
  /// Where those wait.
  var staging: (any ContentProvider)?
  /// The contents of the side that gives.
  let giver: any ContentProvider

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    if let bytes = made[content.digest] { return MemoryReader(bytes, from: offset) }
    if let staging, staged.contains(content.path) { return try staging.open(content, from: offset) }
    guard let place = sources[content.path] else { return try giver.open(content, from: offset) }
    var moved = content
    moved.path = place.path
    moved.spelling = nil
    return try giver.open(moved, from: offset)
  }
}
