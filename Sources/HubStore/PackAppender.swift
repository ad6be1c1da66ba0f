import HubProtocol
import SyncModel

/// Where a content stands in a pack.
struct ObjectPlace {
  let digest: Digest
  let size: UInt64
  /// The pack's number; 0 for a content in a file of its own.
  let pack: Int64
  let frameOffset: UInt64
  let frameLength: UInt64
  let rawOffset: UInt64
}

/// Frames that were written to a pack and wait for their rows.
struct AppendedFrames {
  let pack: Int64
  let length: UInt64
  let places: [ObjectPlace]
}

extension HubStore {
  /// The size at which a pack is followed by the next.
  static let packSize: UInt64 = 512 << 20

  /// Appends verified frames to the project's last pack, with one barrier for all.
  ///
  /// The caller holds the project's lock and writes the rows next. Bytes are written at the
  /// confirmed length, so that what an earlier failure left behind is overwritten.
  func append(_ frames: [PackFrame], to project: HubProject) throws -> AppendedFrames {
    let last = try reading { connection in
      try connection.first(
        "SELECT pack, length FROM packs WHERE project = ? ORDER BY pack DESC LIMIT 1",
        .integer(project.number)
      ) { (pack: $0.integer(0), length: UInt64($0.integer(1))) }
    }
    var pack = last?.pack ?? 1
    var length = last?.length ?? 0
    let isFull = length >= HubStore.packSize
    // A pack that is shorter than its rows say is damaged: leave it to `check`.
    let isDamaged = try last.map { try !isWhole($0.pack, $0.length, of: project) } ?? false
    if isFull || isDamaged {
      pack += 1
      length = 0
    }
    let file = try files.open(folder.pack(project.id, pack))
    var places: [ObjectPlace] = []
    var chunk: [UInt8] = []
    var start = length
    for frame in frames {
      let offset = start + UInt64(chunk.count)
      frame.encode(into: &chunk)
      for object in frame.objects {
        places.append(
          ObjectPlace(
            digest: object.digest, size: UInt64(object.size), pack: pack, frameOffset: offset,
            frameLength: UInt64(frame.encodedLength), rawOffset: UInt64(object.offset)))
      }
      if chunk.count >= 4 << 20 {
        try file.write(chunk, at: start)
        start += UInt64(chunk.count)
        chunk.removeAll(keepingCapacity: true)
      }
    }
    try file.write(chunk, at: start)
    try file.sync()
    if length == 0 { try files.syncFolder(folder.packs(project.id)) }
    return AppendedFrames(pack: pack, length: start + UInt64(chunk.count), places: places)
  }

  private func isWhole(_ pack: Int64, _ length: UInt64, of project: HubProject) throws -> Bool {
    let path = folder.pack(project.id, pack)
    return try StoreFiles.exists(path) && OpenFile(path, .read).size() >= length
  }

  /// Writes the rows of appended frames; a content that has a place already keeps it.
  func index(_ appended: AppendedFrames, of project: HubProject, _ connection: StoreConnection)
    throws
  {
    try connection.run(
      """
      INSERT INTO packs (project, pack, length) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET length = excluded.length
      """, .integer(project.number), .integer(appended.pack), .integer(Int64(appended.length)))
    for place in appended.places { try insert(place, of: project, connection) }
  }

  func insert(_ place: ObjectPlace, of project: HubProject, _ connection: StoreConnection) throws {
    try connection.run(
      """
      INSERT INTO objects (project, digest, size, pack, frame_offset, frame_length, raw_offset)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      """, .integer(project.number), .digest(place.digest), .integer(Int64(place.size)),
      .integer(place.pack), .integer(Int64(place.frameOffset)),
      .integer(Int64(place.frameLength)), .integer(Int64(place.rawOffset)))
  }

  /// Finds where a content stands.
  func place(of digest: Digest, in project: HubProject, _ connection: StoreConnection) throws
    -> ObjectPlace?
  {
    try connection.first(
      """
      SELECT size, pack, frame_offset, frame_length, raw_offset FROM objects
      WHERE project = ? AND digest = ?
      """, .integer(project.number), .digest(digest)
    ) { row in
      ObjectPlace(
        digest: digest, size: UInt64(row.integer(0)), pack: row.integer(1),
        frameOffset: UInt64(row.integer(2)), frameLength: UInt64(row.integer(3)),
        rawOffset: UInt64(row.integer(4)))
    }
  }

  /// Fails where one of the contents was removed for good.
  func refusePurged(_ digests: [Digest], in project: HubProject, _ connection: StoreConnection)
    throws
  {
    let count = try connection.first(
      "SELECT count(*) FROM purged WHERE project = ?", .integer(project.number)
    ) { $0.integer(0) }
    guard let count, count > 0 else { return }
    for digest in digests where try isPurged(digest, in: project, connection) {
      throw HubStoreError.purged(digest)
    }
  }

  func isPurged(_ digest: Digest, in project: HubProject, _ connection: StoreConnection) throws
    -> Bool
  {
    try connection.first(
      "SELECT 1 FROM purged WHERE project = ? AND digest = ?", .integer(project.number),
      .digest(digest)
    ) { _ in true } ?? false
  }
}
