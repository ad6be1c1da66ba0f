import HubProtocol
package import SyncModel
import Zstd

/// Gives wanted contents as a pack, piece by piece, with at most a few frames in memory.
///
/// A stored frame all of whose contents are wanted goes out as it is; of others the wanted
/// contents are bundled anew. Confined to one thread at a time.
package final class PackDownload {
  private let files: [Int64: OpenFile]
  private let loose: [StoredContent]
  private let looseDigests: [Digest]
  private var frames: ArraySlice<ObjectPlace>
  private var nextLoose = 0
  private var wanted: Set<Digest>
  private var writer = PackWriter(ZstdCompressor(level: 1))
  private let decompressor = ZstdDecompressor()
  private var isFinished = false

  init(
    frames: [ObjectPlace], files: [Int64: OpenFile], loose: [(Digest, StoredContent)],
    wanted: Set<Digest>
  ) {
    self.frames = frames[...]
    self.files = files
    self.loose = loose.map(\.1)
    looseDigests = loose.map(\.0)
    self.wanted = wanted
  }

  /// The next bytes of the pack; nothing after its end.
  package func next() throws -> [UInt8]? {
    while writer.pending < 256 << 10 {
      if let place = frames.popFirst() {
        try append(place)
      } else if nextLoose < loose.count {
        let bytes = try loose[nextLoose].bytes(limit: .max)
        _ = try bytes.withUnsafeBytes { try writer.append(looseDigests[nextLoose], $0) }
        nextLoose += 1
      } else if isFinished {
        return nil
      } else {
        isFinished = true
        return try writer.finish()
      }
    }
    return writer.take()
  }

  private func append(_ place: ObjectPlace) throws {
    guard let file = files[place.pack] else { return }
    let frame = try HubStore.frame(at: place, in: file)
    let objects = frame.objects.filter { wanted.contains($0.digest) }
    for object in objects { wanted.remove(object.digest) }
    if objects.count == frame.objects.count {
      _ = try writer.append(frame)
      return
    }
    guard !objects.isEmpty else { return }
    let contents: [UInt8]
    do throws(PackError) {
      contents = try frame.contents(decompressor)
    } catch {
      throw HubStoreError.notAHub(path: file.path)
    }
    try contents.withUnsafeBytes { bytes in
      for object in objects {
        _ = try writer.append(object.digest, UnsafeRawBufferPointer(rebasing: bytes[object.range]))
      }
    }
  }
}

extension HubStore {
  /// Prepares a pack with those of some contents that the project has and that fit a pack.
  ///
  /// The files are opened now, so that the pack is whole whatever happens to them later.
  package func download(_ digests: [Digest], maximumObject: UInt64, in project: HubProject) throws
    -> PackDownload
  {
    try reading { connection in
      var wanted: Set<Digest> = []
      var places: [ObjectPlace] = []
      var files: [Int64: OpenFile] = [:]
      var loose: [(Digest, StoredContent)] = []
      for digest in digests where wanted.insert(digest).inserted {
        guard let place = try place(of: digest, in: project, connection),
          place.size <= maximumObject
        else { continue }
        if place.pack == 0 {
          loose.append((digest, try open(place, in: project)))
        } else {
          places.append(place)
        }
      }
      for (digest, _) in loose { wanted.remove(digest) }
      places.sort { ($0.pack, $0.frameOffset) < ($1.pack, $1.frameOffset) }
      var frames: [ObjectPlace] = []
      for place in places {
        if let last = frames.last, last.pack == place.pack, last.frameOffset == place.frameOffset {
          continue
        }
        frames.append(place)
        if files[place.pack] == nil {
          files[place.pack] = try OpenFile(folder.pack(project.id, place.pack), .read)
        }
      }
      return PackDownload(frames: frames, files: files, loose: loose, wanted: wanted)
    }
  }
}
