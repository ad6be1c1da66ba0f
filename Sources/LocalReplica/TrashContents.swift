package import Platform
package import Replica
import SyncModel

/// What a run kept, as contents: an undo writes them back.
///
/// A content is found by its path and its digest, in whatever process.
package struct TrashContents: ContentProvider {
  let state: any Directory
  let run: String

  package func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    let trash = TrashArea(state: state, run: run)
    let reader = NodeReader()
    for slot in try trash.slots(of: content.path) {
      guard case .node(.file(let file)) = try reader.state(ofKept: slot.place),
        file.digest == content.digest
      else { continue }
      let opened = try slot.place.withRightToRead { () throws(Errno) in
        try slot.place.folder.openFile(slot.place.name)
      }
      return try FileReader(opened, for: content, from: offset)
    }
    throw ContentError.missing(content.path)
  }
}

extension LocalReplica {
  /// What a run kept, as contents for its undo.
  package func trashContents(run: String) throws(Errno) -> TrashContents {
    TrashContents(state: try privateFolder(), run: run)
  }
}
