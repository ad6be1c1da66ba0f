import Platform

/// A time as the project's own file system tells it, against which file times are held.
///
/// Never the clock: file times use the kernel's coarse clock, or the clock of another machine.
struct Stamp: Sendable {
  private static let name = "stamp"
  private let time: Int64
  private let granularity: Int64

  /// Writes a file, takes the time that the file system gave it, and removes the file: a look at
  /// the folder leaves nothing behind.
  init(writingTo folder: any Directory) throws(Errno) {
    let file = try Stamp.file(in: folder)
    let time: Int64
    do throws(Errno) {
      try file.write([UInt8(ascii: "\n")])
      time = try file.status().modified
    } catch {
      // On a full disk, say: what went wrong first is what is told.
      do throws(Errno) { try Stamp.remove(from: folder) } catch {}
      throw error
    }
    try Stamp.remove(from: folder)
    self.init(time: time)
  }

  private static func remove(from folder: any Directory) throws(Errno) {
    do throws(Errno) { try folder.removeFile(name) } catch {
      // Somebody else who looks at this moment may have removed it already.
      guard error == .notFound else { throw error }
    }
  }

  /// Opens the file that is written, made if need be.
  ///
  /// Others may make and remove it at the same moment, so that it is there for none of two calls;
  /// whoever meets that again and again is not held up for ever.
  private static func file(in folder: any Directory) throws(Errno) -> any File {
    for _ in 0..<100 {
      do throws(Errno) { return try folder.openFileForUpdate(name) } catch {
        guard error == .notFound else { throw error }
      }
      do throws(Errno) { return try folder.createFile(name, mode: 0o600) } catch {
        guard error == .exists else { throw error }
      }
    }
    throw .exists
  }

  /// Takes a time, in nanoseconds since 1970, whose own digits tell how fine its clock is.
  init(time: Int64) {
    self.time = time
    // A time of whole seconds comes from a file system that keeps no more, possibly only even
    // ones. All others are at least as fine as the slowest kernel tick.
    granularity = time % 1_000_000_000 == 0 ? 2_000_000_000 : 20_000_000
  }

  /// Tells whether both times of a file are so old that any later edit must have changed them.
  func settles(_ status: FileStatus) -> Bool {
    max(status.modified, status.changed) < time - granularity
  }

  /// Tells whether the content's time alone is so old.
  func settlesContent(_ status: FileStatus) -> Bool {
    status.modified < time - granularity
  }
}
