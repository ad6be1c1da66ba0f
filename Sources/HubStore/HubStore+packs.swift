import Crypto
package import HubProtocol
package import SyncModel
import Zstd

extension HubStore {
  /// Which of some contents a project does not have, each once, in their order.
  package func missing(of digests: [Digest], in project: HubProject) throws -> [Digest] {
    try reading { connection in
      var seen: Set<Digest> = []
      return try digests.filter { digest in
        try seen.insert(digest).inserted && place(of: digest, in: project, connection) == nil
      }
    }
  }

  /// Verifies a pack, stores the frames that hold something new, and says how many contents came.
  ///
  /// Every content is compared with its digest before any of them is visible. Repeating is
  /// harmless. Fails with `badPack`, `digestMismatch` or `purged`.
  package func storePack(
    _ bytes: UnsafeRawBufferPointer, limits: PackLimits, in project: HubProject
  ) throws -> Int {
    var frames: [PackFrame] = []
    var reader = PackReader(limits: limits)
    do {
      try reader.push(bytes) { frame, _ in frames.append(frame) }
      try reader.finish()
    } catch PackError.wrongDigest(let digest) {
      throw HubStoreError.digestMismatch([digest])
    } catch is PackError {
      throw HubStoreError.badPack
    }
    try store(frames, in: project)
    return reader.count
  }

  /// Stores verified frames that hold something new.
  func store(_ frames: [PackFrame], in project: HubProject) throws {
    try lock(of: project).holding {
      let fresh = try reading { connection in
        _ = try refreshed(project, connection)
        return try frames.filter { frame in
          let digests = frame.objects.map(\.digest)
          try refusePurged(digests, in: project, connection)
          return try digests.contains {
            try place(of: $0, in: project, connection) == nil
          }
        }
      }
      guard !fresh.isEmpty else { return }
      let appended = try append(fresh, to: project)
      try writing { connection in
        _ = try refreshed(project, connection)
        try index(appended, of: project, connection)
      }
    }
  }

  /// Makes frames of contents whose digests were compared already.
  static func frames(of contents: [(digest: Digest, bytes: [UInt8])]) throws -> [PackFrame] {
    let compressor = ZstdCompressor()
    var bundle = PackBundle()
    var frames: [PackFrame] = []
    for content in contents {
      if !bundle.hasRoom(for: content.bytes.count) {
        frames.append(try bundle.makeFrame(compressor))
      }
      bundle.append(content.digest, content.bytes)
    }
    if !bundle.isEmpty { frames.append(try bundle.makeFrame(compressor)) }
    return frames
  }

  /// Reads the frame that a content stands in.
  static func frame(at place: ObjectPlace, in file: OpenFile) throws -> PackFrame {
    let bytes = try file.bytes(at: place.frameOffset, count: Int(place.frameLength))
    let result = bytes.withUnsafeBytes { buffer -> Result<PackFrame, PackError> in
      do throws(PackError) {
        return .success(try PackFrame(parsing: buffer, maximumObject: .max >> 1))
      } catch {
        return .failure(error)
      }
    }
    guard case .success(let frame) = result else { throw HubStoreError.notAHub(path: file.path) }
    return frame
  }
}
