import Platform
package import Replica
import SyncModel

/// The files of a folder as contents that a push sends.
///
/// Every file is found by held folders. What is sent is verified by whoever stores it.
package final class LocalContents: ContentProvider {
  private let root: any Directory
  private let idle = Locked<[FolderStack]>([])

  init(root: any Directory) {
    self.root = root
  }

  package func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    var folders = idle.withLock { $0.popLast() } ?? FolderStack(root: root)
    do {
      let place = try folders.place(of: content.spelling ?? content.path.key)
      let file = try place.folder.openFile(place.name)
      idle.withLock { [folders] in $0.append(folders) }
      return try FileReader(file, for: content, from: offset)
    } catch let error as Errno {
      // What was held may be what is no longer there; it is let go with the error.
      let isGone =
        error == .notFound || error == .notDirectory || error == .linkLoop
        || error == .invalidArgument
      throw isGone ? ContentError.missing(content.path) : error
    }
  }
}
