import Platform
import SyncModel

/// Finds out what stands at a name, and whether it is what was expected.
///
/// Confined to one thread at a time.
final class NodeReader {
  // What was begun is finished: half a look would say that a file is not what it is.
  private let hasher = FileHasher(stopsWhenCancelled: false)

  /// Tells what stands at a name; nothing if there is nothing.
  ///
  /// A folder counts as nothing: folders are not nodes.
  func state(of place: FolderStack.Place) throws(Errno) -> TreeEntry.State? {
    guard let status = try place.folder.statusIfPresent(of: place.name) else { return nil }
    switch status.kind {
    case .directory: return nil
    case .special, .unknown: return .blocked(.specialFile)
    case .link:
      guard let target = try linkTarget(of: place) else { return .blocked(.name(.notUTF8)) }
      return .node(.link(target: target))
    case .file:
      guard let found = try digest(of: place) else { return .blocked(.changedWhileReading) }
      return .node(
        .file(
          Node.File(
            digest: found.digest, size: found.status.size,
            isExecutable: found.status.isExecutable)))
    }
  }

  /// Tells what something in the trash is; its user may have taken away the right to read it since
  /// it was looked at last.
  func state(ofKept place: FolderStack.Place) throws(Errno) -> TreeEntry.State? {
    try place.withRightToRead { () throws(Errno) in try state(of: place) }
  }

  /// Tells whether a name holds a node, by reading it unless a row of the cache proves it.
  func holds(
    _ node: Node, at place: FolderStack.Place, _ status: FileStatus, row: StatCacheRow?,
    ignoringMode: Bool = false
  ) throws(Errno) -> Bool {
    switch node {
    case .link(let target):
      guard status.kind == .link, let found = try linkTarget(of: place) else { return false }
      return found.utf8.elementsEqual(target.utf8)
    case .file(let file):
      guard status.kind == .file, status.size == file.size else { return false }
      if !ignoringMode, let bit = file.isExecutable, bit != status.isExecutable { return false }
      if let row, row.digest == file.digest, row.proves(status) { return true }
      return try digest(of: place)?.digest == file.digest
    }
  }

  private func digest(
    of place: FolderStack.Place
  ) throws(Errno) -> (digest: Digest, status: FileStatus)? {
    do throws(FileHasher.Failure) {
      var result: Result<(digest: Digest, status: FileStatus), FileHasher.Failure>?
      do throws(Errno) {
        try EntryName.with(place.name) { (name) throws(Errno) in
          do throws(FileHasher.Failure) {
            result = .success(try hasher.digest(of: name, in: place.folder))
          } catch {
            result = .failure(error)
          }
        }
      } catch {
        throw .system(error)
      }
      return try result?.get()
    } catch {
      switch error {
      case .system(let code): throw code
      case .unstable: return nil
      }
    }
  }

  private func linkTarget(of place: FolderStack.Place) throws(Errno) -> String? {
    String(validating: try place.folder.readLink(place.name), as: UTF8.self)
  }
}
