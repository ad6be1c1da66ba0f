import Crypto
package import SyncModel

extension HubStore {
  /// How much of a large content has arrived.
  ///
  /// - Throws: `noSuchUpload` where none of it has.
  package func upload(_ digest: Digest, in project: HubProject) throws
    -> (received: UInt64, isComplete: Bool)
  {
    try reading { connection in
      if let place = try place(of: digest, in: project, connection) { return (place.size, true) }
      let received = try connection.first(
        "SELECT received FROM uploads WHERE project = ? AND digest = ?",
        .integer(project.number), .digest(digest)
      ) { UInt64($0.integer(0)) }
      guard let received else { throw HubStoreError.noSuchUpload }
      return (try arrived(received, of: digest, in: project), false)
    }
  }

  /// Takes the next part of a large content and returns how much has arrived.
  ///
  /// The part that completes it verifies the digest; what was received is dropped where it is
  /// another content. Fails with `wrongOffset`, `digestMismatch`, `tooLarge` or `purged`.
  package func upload(
    part: UnsafeRawBufferPointer, at offset: UInt64, of digest: Digest, size: UInt64,
    in project: HubProject
  ) throws -> UInt64 {
    try lock(of: project).holding {
      let state = try reading { connection in
        _ = try refreshed(project, connection)
        try refusePurged([digest], in: project, connection)
        return (
          place: try place(of: digest, in: project, connection),
          upload: try connection.first(
            "SELECT received, size FROM uploads WHERE project = ? AND digest = ?",
            .integer(project.number), .digest(digest)
          ) { (received: UInt64($0.integer(0)), size: UInt64($0.integer(1))) }
        )
      }
      if let place = state.place { return place.size }
      // Another size is another claim: start again with it.
      var received: UInt64 = 0
      if let upload = state.upload, upload.size == size {
        received = try arrived(upload.received, of: digest, in: project)
      }
      guard offset == received else { throw HubStoreError.wrongOffset(received: received) }
      let (end, overflows) = offset.addingReportingOverflow(UInt64(part.count))
      guard !overflows, end <= size else { throw HubStoreError.digestMismatch([digest]) }
      let path = folder.uploads(project.id) + "/" + digest.hex
      let file = try files.open(path)
      if offset == 0 {
        try file.truncate(to: 0)
        try files.syncFolder(folder.uploads(project.id))
      }
      try file.write(part, at: offset)
      try file.sync()
      if end == size { return try finish(digest, file, size, in: project) }
      try writing { connection in
        _ = try refreshed(project, connection)
        try connection.run(
          """
          INSERT INTO uploads (project, digest, size, received, updated) VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET size = excluded.size, received = excluded.received,
          updated = excluded.updated
          """, .integer(project.number), .digest(digest), .integer(Int64(size)),
          .integer(Int64(end)), .integer(environment.now().nanoseconds))
      }
      return end
    }
  }

  /// How much of an upload is there: what its row says, or nothing where the file has less.
  ///
  /// The last part takes the file away before the rows say so: what stops in between leaves that.
  func arrived(
    _ received: UInt64, of digest: Digest, in project: HubProject
  ) throws -> UInt64 {
    let path = folder.uploads(project.id) + "/" + digest.hex
    return try OpenFile.length(ofFileAt: path) ?? 0 >= received ? received : 0
  }

  private func finish(
    _ digest: Digest, _ file: OpenFile, _ size: UInt64, in project: HubProject
  ) throws -> UInt64 {
    let isRight = try HubStore.digest(of: file, size: size) == digest
    guard isRight else {
      try forgetUpload(digest, in: project)
      try files.remove(file.path)
      throw HubStoreError.digestMismatch([digest])
    }
    let final = folder.larges(project.id) + "/" + digest.hex
    try files.move(file.path, to: final)
    try files.syncFolder(folder.larges(project.id))
    try writing { connection in
      _ = try refreshed(project, connection)
      let place = ObjectPlace(
        digest: digest, size: size, pack: 0, frameOffset: 0, frameLength: 0, rawOffset: 0)
      try insert(place, of: project, connection)
      try connection.run(
        "DELETE FROM uploads WHERE project = ? AND digest = ?", .integer(project.number),
        .digest(digest))
    }
    return size
  }

  func forgetUpload(_ digest: Digest, in project: HubProject) throws {
    try writing { connection in
      try connection.run(
        "DELETE FROM uploads WHERE project = ? AND digest = ?", .integer(project.number),
        .digest(digest))
    }
  }

  /// Hashes so many bytes of a file.
  static func digest(of file: OpenFile, size: UInt64) throws -> Digest {
    let hasher = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset: UInt64 = 0
    while offset < size {
      let wanted = Int(min(UInt64(buffer.count), size - offset))
      let count = try file.read(
        at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
      guard count > 0 else { break }
      hasher.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]))
      offset += UInt64(count)
    }
    return hasher.finish()
  }
}
