import HubProtocol
package import SyncModel
import Zstd

/// What a purge did.
package struct PurgeReport: Hashable, Sendable {
  /// The paths of history that had the content, each with its newest such revision.
  package let versions: [Version]
  /// How many drafts were dropped with it.
  package let drafts: Int

  /// One path of history that had the content.
  package struct Version: Hashable, Sendable {
    package let path: SyncPath
    package let revision: UInt64
  }
}

extension HubStore {
  /// Removes a content for good and leaves a mark: reading those versions says `purged`.
  ///
  /// What has arrived of an upload of it goes as well. The data folder must be open for maintenance.
  /// - Throws: `moved` with the paths of the head that still have it (delete them first, or every
  ///   new clone would be incomplete), or `noSuchContent`.
  package func purge(_ digest: Digest, by actor: String, in project: HubProject) throws
    -> PurgeReport
  {
    let found = try reading { connection in
      try requireUnpublished(digest, in: project, connection)
      return try place(of: digest, in: project, connection)
    }
    let upload = folder.uploads(project.id) + "/" + digest.hex
    let isUploading = StoreFiles.exists(upload)
    guard found != nil || isUploading else { throw HubStoreError.noSuchContent(digest) }
    let affected = try affectedPacks(digest, in: project)
    let next = (try packLengths(of: project).keys.max() ?? 0) + 1
    let rewritten = try affected.enumerated().map { index, old in
      (old: old, new: try rewrite(old.pack, as: next + Int64(index), without: digest, in: project))
    }
    let report = try writing { connection in
      let head = try refreshed(project, connection)
      let outcome = try purgeReport(on: digest, in: head, connection)
      for (old, new) in rewritten { try swap(old.pack, for: new, of: head, connection) }
      for table in ["objects", "drafts", "uploads"] {
        try connection.run(
          "DELETE FROM \(table) WHERE project = ? AND digest = ?", .integer(project.number),
          .digest(digest))
      }
      try connection.run(
        "INSERT INTO purged (project, digest, time, actor) VALUES (?, ?, ?, ?)",
        .integer(project.number), .digest(digest), .integer(environment.now().nanoseconds),
        .text(actor))
      try record(
        "purge", by: actor, project: head.name, detail: digest.description, connection)
      return outcome
    }
    for old in affected {
      try erase(folder.pack(project.id, old.pack), old.frames)
    }
    if isUploading {
      let length = try OpenFile(upload, .read).size()
      try erase(upload, [(offset: 0, length: length)])
    }
    if let found, found.pack == 0 {
      try erase(folder.larges(project.id) + "/" + digest.hex, [(offset: 0, length: found.size)])
    }
    return report
  }

  /// Tells what a purge would do, and fails as it would, without doing it.
  package func purgePreview(_ digest: Digest, in project: HubProject) throws -> PurgeReport {
    try reading { connection in
      try requireUnpublished(digest, in: project, connection)
      guard
        try place(of: digest, in: project, connection) != nil
          || StoreFiles.exists(folder.uploads(project.id) + "/" + digest.hex)
      else { throw HubStoreError.noSuchContent(digest) }
      return try purgeReport(on: digest, in: project, connection)
    }
  }

  /// A pack that holds a content, and the frames in which it does.
  private typealias AffectedPack = (pack: Int64, frames: [(offset: UInt64, length: UInt64)])

  private func requireUnpublished(
    _ digest: Digest, in project: HubProject, _ connection: StoreConnection
  ) throws {
    let paths = try connection.rows(
      """
      SELECT path, node FROM tree WHERE project = ?1 AND substr(node, 1, 1) = x'01'
        AND substr(node, 11, 32) = ?2
      UNION SELECT path, node FROM current WHERE project = ?1 AND substr(node, 1, 1) = x'01'
        AND substr(node, 11, 32) = ?2
      ORDER BY path
      """, .integer(project.number), .digest(digest)
    ) { MovedPath(path: $0.path(0), found: try $0.node(1)) }
    if !paths.isEmpty { throw HubStoreError.moved(paths) }
  }

  private func purgeReport(
    on digest: Digest, in project: HubProject, _ connection: StoreConnection
  ) throws -> PurgeReport {
    let versions = try connection.rows(
      """
      SELECT path, max(revision) FROM changes WHERE project = ? AND substr(after, 1, 1) = x'01'
        AND substr(after, 11, 32) = ? GROUP BY path ORDER BY path
      """, .integer(project.number), .digest(digest)
    ) { PurgeReport.Version(path: $0.path(0), revision: UInt64($0.integer(1))) }
    let drafts = try connection.first(
      "SELECT count(*) FROM drafts WHERE project = ? AND digest = ?", .integer(project.number),
      .digest(digest)
    ) { Int($0.integer(0)) }
    return PurgeReport(versions: versions, drafts: drafts ?? 0)
  }

  /// Where the content's bytes lie: every frame that holds it, indexed or not.
  private func affectedPacks(_ digest: Digest, in project: HubProject) throws -> [AffectedPack] {
    var found: [AffectedPack] = []
    for pack in try packLengths(of: project).keys.sorted() {
      var frames: [(offset: UInt64, length: UInt64)] = []
      try eachFrame(of: pack, in: project) { frame, offset in
        if frame.objects.contains(where: { $0.digest == digest }) {
          frames.append((offset, UInt64(frame.encodedLength)))
        }
      }
      if !frames.isEmpty { found.append((pack, frames)) }
    }
    return found
  }

  /// Writes a pack again under another number, without a content.
  private func rewrite(
    _ pack: Int64, as number: Int64, without digest: Digest, in project: HubProject
  ) throws -> AppendedFrames {
    let path = folder.pack(project.id, number)
    try files.remove(path)
    let file = try files.open(path, isNew: true)
    let decompressor = ZstdDecompressor()
    let compressor = ZstdCompressor()
    var length: UInt64 = 0
    var places: [ObjectPlace] = []
    try eachFrame(of: pack, in: project) { frame, _ in
      var frame = frame
      if frame.objects.contains(where: { $0.digest == digest }) {
        let contents = try frame.contents(decompressor)
        var bundle = PackBundle()
        for object in frame.objects where object.digest != digest {
          bundle.append(object.digest, Array(contents[object.range]))
        }
        if bundle.isEmpty { return }
        frame = try bundle.makeFrame(compressor)
      }
      try file.write(frame.encoded, at: length)
      for object in frame.objects {
        places.append(
          ObjectPlace(
            digest: object.digest, size: UInt64(object.size), pack: number, frameOffset: length,
            frameLength: UInt64(frame.encodedLength), rawOffset: UInt64(object.offset)))
      }
      length += UInt64(frame.encodedLength)
    }
    try file.sync()
    try files.syncFolder(folder.packs(project.id))
    return AppendedFrames(pack: number, length: length, places: places)
  }

  /// Lets the rows speak of the new pack instead of the old one.
  private func swap(
    _ old: Int64, for new: AppendedFrames, of project: HubProject, _ connection: StoreConnection
  ) throws {
    try connection.run(
      "DELETE FROM objects WHERE project = ? AND pack = ?", .integer(project.number),
      .integer(old))
    try connection.run(
      "DELETE FROM packs WHERE project = ? AND pack = ?", .integer(project.number), .integer(old))
    try index(new, of: project, connection)
  }

  /// Overwrites the content's bytes, as far as the file system lets one, and removes the file.
  private func erase(_ path: String, _ ranges: [(offset: UInt64, length: UInt64)]) throws {
    let file = try files.open(path)
    for range in ranges {
      var done: UInt64 = 0
      while done < range.length {
        let count = min(range.length - done, 1 << 20)
        try file.write([UInt8](repeating: 0, count: Int(count)), at: range.offset + done)
        done += count
      }
    }
    try file.sync()
    try files.remove(path)
  }

  /// Calls a closure with each confirmed frame of a pack and where it starts.
  func eachFrame(
    of pack: Int64, in project: HubProject, _ body: (PackFrame, UInt64) throws -> Void
  ) throws {
    let length = try packLengths(of: project)[pack] ?? 0
    let file = try OpenFile(folder.pack(project.id, pack), .read)
    var offset: UInt64 = 0
    while offset < length {
      let head = try file.bytes(at: offset, count: Int(min(14, length - offset)))
      guard let frameLength = HubStore.frameLength(head), frameLength <= length - offset else {
        throw HubStoreError.notAHub(path: file.path)
      }
      let place = ObjectPlace(
        digest: Digest(words: (0, 0, 0, 0)), size: 0, pack: pack, frameOffset: offset,
        frameLength: frameLength, rawOffset: 0)
      try body(try HubStore.frame(at: place, in: file), offset)
      offset += frameLength
    }
  }

  /// The length of a bundle's frame by its first 14 bytes: kind, objects, raw, stored, encoding.
  private static func frameLength(_ head: [UInt8]) -> UInt64? {
    guard head.count == 14, head[0] == 1 else { return nil }
    func number(_ start: Int) -> UInt64 {
      head[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    return 14 + number(1) * 36 + number(9)
  }
}
