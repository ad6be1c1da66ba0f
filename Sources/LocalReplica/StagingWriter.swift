import Crypto
import Platform
import Replica
import SyncModel

/// Takes one content into a staging area.
///
/// A content that comes in one piece is verified before a file is made, which then needs no other
/// name first: one system call less in five for a small file. What comes in several pieces is
/// gathered in a part file, from which a cut transfer goes on.
final class StagingWriter: ContentWriter {
  private let content: WantedContent
  private let place: FolderStack.Place
  private let partName: String
  private var part: (any File)?
  private lazy var hasher = SHA256()
  private let ended: (_ isWhole: Bool) -> Void
  private var isOpen = true
  private var isPlaced = false
  private(set) var received: UInt64 = 0

  /// Goes on with a file of an earlier, cut transfer if there is one.
  init(
    _ content: WantedContent, in place: FolderStack.Place, partName: String, mayResume: Bool,
    ended: @escaping (_ isWhole: Bool) -> Void
  ) throws {
    self.content = content
    self.place = place
    self.partName = partName
    self.ended = ended
    // Only what is worth going on with is looked for.
    guard mayResume, content.size > StagingWriter.smallest else { return }
    do throws(Errno) {
      part = try place.folder.openFileForUpdate(partName)
    } catch {
      guard error == .notFound else { throw error }
      return
    }
    try resume()
  }

  /// Below this many bytes a transfer begins anew instead of going on.
  private static let smallest: UInt64 = 1 << 20

  private func resume() throws {
    guard let part else { return }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    while received < content.size {
      let count = try part.read(into: buffer)
      if count == 0 { break }
      received += UInt64(count)
      hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    if try received > content.size || part.status().size > content.size {
      hasher.reset()
      received = 0
      try part.truncate(to: 0)
      try part.seek(to: 0)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard received + UInt64(bytes.count) <= content.size else {
      try drop()
      throw ContentError.mismatch(content.path)
    }
    if received == 0, part == nil, UInt64(bytes.count) == content.size {
      try placeWhole(bytes)
    } else {
      try openPart().write(bytes)
      hasher.update(bytes)
    }
    received += UInt64(bytes.count)
  }

  private func placeWhole(_ bytes: UnsafeRawBufferPointer) throws {
    guard SHA256.hash(bytes) == content.digest else {
      try drop()
      throw ContentError.mismatch(content.path)
    }
    try create(place.name).write(bytes)
    isPlaced = true
  }

  private func openPart() throws(Errno) -> any File {
    if let part { return part }
    let file = try create(partName)
    part = file
    return file
  }

  /// Makes a file, in place of one that an earlier, cut transfer left.
  private func create(_ name: String) throws(Errno) -> any File {
    do throws(Errno) {
      return try place.folder.createFile(name, mode: 0o666)
    } catch {
      guard error == .exists else { throw error }
    }
    try place.folder.removeFile(name)
    return try place.folder.createFile(name, mode: 0o666)
  }

  func finish() throws {
    if isPlaced { return end(isWhole: true) }
    guard received == content.size, hasher.finish() == content.digest else {
      try drop()
      throw ContentError.mismatch(content.path)
    }
    _ = try openPart()
    try place.folder.rename(partName, to: place.folder, as: place.name, .replace)
    end(isWhole: true)
  }

  func abandon() { end(isWhole: false) }

  private func drop() throws {
    end(isWhole: false)
    guard part != nil else { return }
    try place.folder.removeFile(partName)
  }

  private func end(isWhole: Bool) {
    if isOpen { ended(isWhole) }
    isOpen = false
  }
}
