import Platform
import SyncModel

extension StagingArea {
  private static let mark = "complete"
  /// Shorter contents are fetched again sooner than they are gone on with.
  private static let shortestPart: UInt64 = 1 << 20

  /// Leaves a mark that everything was here, and on the device, before anything is taken out.
  ///
  /// From then on a content that is no longer here has been put in its place.
  func confirm() throws(Errno) {
    do throws(Errno) { _ = try folder.createFile(StagingArea.mark, mode: 0o600) } catch {
      if error != .exists { throw error }
    }
  }

  /// Tells whether the mark is there.
  func wasConfirmed() throws(Errno) -> Bool {
    try folder.statusIfPresent(of: StagingArea.mark) != nil
  }

  /// Something that lies in an earlier area.
  struct Waiting {
    let bucket: any Directory
    let name: String
    let status: FileStatus
    /// The content that it is or was to become; nothing for what cannot be taken over.
    let digest: Digest?
    let isPart: Bool
  }

  /// Visits what lies in an earlier area.
  static func forEachWaiting(
    in earlier: any Directory, _ body: (Waiting) throws(Errno) -> Void
  ) throws(Errno) {
    for bytes in try earlier.list().byteNames {
      guard let name = String(validating: bytes, as: UTF8.self), name.utf8.count == 1,
        try earlier.status(of: name).kind == .directory
      else { continue }
      let bucket = try earlier.openDirectory(name)
      for bytes in try bucket.list().byteNames {
        guard let name = String(validating: bytes, as: UTF8.self) else { continue }
        let isPart = name.hasSuffix(".part")
        let status = try bucket.status(of: name)
        var digest = Digest(text: isPart ? String(name.dropLast(5)) : name)
        if status.kind != .file || isPart && status.size < shortestPart { digest = nil }
        try body(
          Waiting(bucket: bucket, name: name, status: status, digest: digest, isPart: isPart))
      }
    }
  }

  /// Takes over the contents of an earlier area that are what their names say.
  func adopt(from earlier: any Directory) throws(Errno) {
    let mode = try freshMode()
    let hasher = FileHasher(stopsWhenCancelled: false)
    try StagingArea.forEachWaiting(in: earlier) { waiting throws(Errno) in
      guard let digest = waiting.digest else { return }
      // A move that was cut between its two names: the file stands at its place already.
      guard waiting.status.linkCount == 1 else {
        return try waiting.bucket.removeFile(waiting.name)
      }
      try adopt(waiting, digest, mode: mode, hasher)
    }
  }

  private func adopt(
    _ waiting: Waiting, _ digest: Digest, mode: UInt32, _ hasher: FileHasher
  ) throws(Errno) {
    let (bucket, name, isPart) = (waiting.bucket, waiting.name, waiting.isPart)
    let file: any File
    // To be read only: it may have been made ready for a place whose file may not be written.
    do throws(Errno) { file = try bucket.openFile(name) } catch {
      // Nor read: it is fetched again.
      if error == .accessDenied { return }
      throw error
    }
    if !isPart {
      guard let found = try hasher.digest(of: file), found.digest == digest else { return }
      // It may have been made ready for another place already.
      if found.status.mode & 0o7777 != mode { try file.setMode(mode) }
    }
    let place = try place(of: digest)
    do throws(Errno) {
      try bucket.rename(
        name, to: place.folder, as: isPart ? place.name + ".part" : place.name, .replace)
      noteAdoption()
      if !isPart { held.withLock { _ = $0?.insert(digest.words.0) } }
    } catch {
      if error != .notFound { throw error }
    }
  }

  /// The permission bits of a file that is made here.
  private func freshMode() throws(Errno) -> UInt32 {
    let place = freshPlace()
    do throws(Errno) { try place.folder.removeFile(place.name) } catch {
      if error != .notFound { throw error }
    }
    let mode = try place.folder.createFile(place.name, mode: 0o666).status().mode
    try place.folder.removeFile(place.name)
    return mode & 0o7777
  }
}
