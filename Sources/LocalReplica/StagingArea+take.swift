import Platform
import Replica
import SyncModel

extension StagingArea {
  /// Makes as many files of a content as places need it: a file is put in place by renaming it.
  ///
  /// Never by a second name of one file, through which an edit of one place would show in another.
  func multiply(_ content: WantedContent, to count: Int) throws {
    guard count > 1 else { return }
    note(copies: count - 1, of: content.digest)
    let place = try place(of: content.digest)
    let transfer = ContentTransfer()
    for number in 1..<count {
      let name = StagingArea.copyName(place.name, number)
      if try place.folder.statusIfPresent(of: name)?.size == content.size { continue }
      let copy = try StagingWriter(
        content, in: FolderStack.Place(folder: place.folder, name: name), partName: name + ".part",
        mayResume: false, ended: { _ in })
      try transfer.copy(content, from: self, to: SingleSink(writer: copy))
    }
  }

  /// The place of a file that has a content and may be renamed away: a copy if there is one.
  func takePlace(
    of digest: Digest
  ) throws(Errno) -> (place: FolderStack.Place, status: FileStatus)? {
    let place = try place(of: digest)
    for number in stride(from: copies(of: digest), to: 0, by: -1) {
      let name = StagingArea.copyName(place.name, number)
      if let status = try place.folder.statusIfPresent(of: name) {
        return (FolderStack.Place(folder: place.folder, name: name), status)
      }
    }
    noteTaken(digest)
    return try place.folder.statusIfPresent(of: place.name).map { (place, $0) }
  }

  static func copyName(_ name: String, _ number: Int) -> String { "\(name)-\(number)" }
}

/// Hands out one writer that was made elsewhere.
private struct SingleSink: ContentSink {
  // Safe because the sink is made for one transfer on one thread, and goes with it.
  nonisolated(unsafe) let writer: any ContentWriter

  func has(_ content: WantedContent) -> Bool { false }
  func begin(_ content: WantedContent) throws -> any ContentWriter { writer }
}
