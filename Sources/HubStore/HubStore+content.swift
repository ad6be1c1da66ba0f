import Crypto
import HubProtocol
package import SyncModel
import Zstd

/// A content that is ready to be read in any part.
package final class StoredContent: Sendable {
  private enum Source: Sendable {
    case memory([UInt8])
    case file(OpenFile)
  }

  private let source: Source
  /// The length in bytes.
  package let size: UInt64

  init(memory: [UInt8]) {
    source = .memory(memory)
    size = UInt64(memory.count)
  }

  init(file: OpenFile, size: UInt64) {
    source = .file(file)
    self.size = size
  }

  /// Reads bytes from an offset and says how many; 0 is the end.
  package func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard offset < size else { return 0 }
    let count = Int(min(UInt64(buffer.count), size - offset))
    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    switch source {
    case .memory(let bytes):
      part.copyBytes(from: bytes[Int(offset)..<Int(offset) + count])
      return count
    case .file(let file):
      guard try file.read(at: offset, into: part) == count else {
        throw HubStoreError.notAHub(path: file.path)
      }
      return count
    }
  }

  /// All bytes, where they are no more than a limit.
  package func bytes(limit: Int) throws -> [UInt8] {
    guard size <= UInt64(limit) else { throw HubStoreError.tooLarge(limit: UInt64(limit)) }
    switch source {
    case .memory(let bytes): return bytes
    case .file(let file): return try file.bytes(at: 0, count: Int(size))
    }
  }
}

extension HubStore {
  /// Opens a content.
  ///
  /// - Throws: `noSuchContent`, or `purged` for one that was removed for good.
  package func content(_ digest: Digest, in project: HubProject) throws -> StoredContent {
    try reading { connection in
      guard let place = try place(of: digest, in: project, connection) else {
        if try isPurged(digest, in: project, connection) { throw HubStoreError.purged(digest) }
        throw HubStoreError.noSuchContent(digest)
      }
      return try open(place, in: project)
    }
  }

  /// Opens the content at a place; the answer stays readable whatever happens to the place.
  func open(_ place: ObjectPlace, in project: HubProject) throws -> StoredContent {
    if place.pack == 0 {
      let path = folder.larges(project.id) + "/" + place.digest.hex
      let file = try OpenFile(path, .read)
      guard try file.size() == place.size else { throw HubStoreError.notAHub(path: path) }
      return StoredContent(file: file, size: place.size)
    }
    let file = try OpenFile(folder.pack(project.id, place.pack), .read)
    let frame = try HubStore.frame(at: place, in: file)
    let contents: [UInt8]
    do throws(PackError) {
      contents = try frame.contents(ZstdDecompressor())
    } catch {
      throw HubStoreError.notAHub(path: file.path)
    }
    let end = place.rawOffset + place.size
    guard end <= UInt64(contents.count) else { throw HubStoreError.notAHub(path: file.path) }
    return StoredContent(memory: Array(contents[Int(place.rawOffset)..<Int(end)]))
  }
}
