import Crypto
import Platform
import SyncModel

/// Reads files and computes their digests, with one buffer and one hasher for many files.
///
/// Confined to one thread at a time.
final class FileHasher {
  /// Why a file gave no digest.
  enum Failure: Error, Hashable {
    /// The operating system refused.
    case system(Errno)
    /// It changed at every attempt.
    case unstable
  }

  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
  private let hasher = SHA256()
  private let stopsWhenCancelled: Bool

  /// Makes a reader that gives up a file when its task is cancelled, or one that never does.
  init(stopsWhenCancelled: Bool) {
    self.stopsWhenCancelled = stopsWhenCancelled
  }

  deinit { buffer.deallocate() }

  /// Reads an open file from its start, as many bytes as it had when it was asked.
  ///
  /// Answers nothing if the file was shorter, or differs after the reading.
  func digest(
    of file: any File
  ) throws(Errno) -> (digest: Digest, status: FileStatus)? {
    let before = try file.status()
    var count: UInt64 = 0
    var isWhole = false
    while count < before.size {
      let read: Int
      do throws(Errno) { read = try file.read(into: buffer) } catch {
        // What was fed so far must not count for the next file.
        hasher.reset()
        throw error
      }
      if read == 0 { break }
      let part = UnsafeRawBufferPointer(rebasing: buffer[..<read])
      count += UInt64(read)
      isWhole = read == Int(clamping: before.size)
      if isWhole { break }
      hasher.update(part)
      if stopsWhenCancelled, Task.isCancelled { break }
    }
    let digest =
      isWhole
      ? SHA256.hash(UnsafeRawBufferPointer(rebasing: buffer[..<Int(before.size)]))
      : hasher.finish()
    let after = try file.status()
    guard count == before.size, after.describesSameContent(as: before) else { return nil }
    return (digest, after)
  }

  /// Opens and reads a file, again if it changes meanwhile, three times in all.
  func digest(
    of name: EntryName, in folder: any Directory
  ) throws(Failure) -> (digest: Digest, status: FileStatus) {
    for _ in 0..<3 {
      do throws(Errno) {
        if let found = try digest(of: folder.openFile(name)) { return found }
      } catch {
        // It went, or something else took its name, since it was listed.
        let isRace = error == .notFound || error == .linkLoop || error == .invalidArgument
        if !isRace { throw .system(error) }
      }
    }
    throw .unstable
  }
}

extension FileStatus {
  /// Tells whether nothing shows that a file changed between two looks.
  func describesSameContent(as other: FileStatus) -> Bool {
    kind == other.kind && size == other.size && modified == other.modified
      && changed == other.changed && inode == other.inode && device == other.device
  }
}
