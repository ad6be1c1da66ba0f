import Crypto
import Platform
package import SyncModel

extension ObjectStore {
  /// The length of the pack in bytes.
  package func size() throws -> UInt64 {
    try folder.statusIfPresent(of: name)?.size ?? 0
  }

  /// About how much of the pack contents take, in bytes.
  package func share(of live: Set<Digest>) -> UInt64 {
    places(of: live).reduce(0) { sum, row in
      guard row.place.raw > 0 else { return sum }
      return sum + row.place.size * UInt64(row.place.stored) / UInt64(row.place.raw)
    }
  }

  /// Writes the next pack, with some of the contents only, and waits until it is on the disk.
  ///
  /// This pack stays: which of the two counts is for the state database to say. A content that is
  /// damaged is left out, as it is a cache.
  package func copy(
    of live: Set<Digest>
  ) throws -> (store: ObjectStore, rows: [(digest: Digest, place: ObjectPlace)]) {
    let store = ObjectStore(folder: folder, number: number + 1, index: [:])
    // What a copy that was cut short has left.
    try store.remove()
    do { return (store, try store.take(live, from: self)) } catch {
      // What stays is litter that the next attempt removes; the trouble before it is what counts.
      try? store.remove()
      throw error
    }
  }

  private func take(
    _ live: Set<Digest>, from earlier: ObjectStore
  ) throws -> [(digest: Digest, place: ObjectPlace)] {
    var current: (start: UInt64, raw: [UInt8])?
    for (digest, place) in earlier.places(of: live) {
      try Task.checkCancellation()
      if current?.start != place.frame {
        current = (try? earlier.frame(at: place)).map { (place.frame, $0) }
      }
      let start = Int(place.offset)
      let end = start + Int(place.size)
      guard let raw = current?.raw, current?.start == place.frame, end <= raw.count else {
        continue
      }
      try raw.withUnsafeBytes { raw in
        let bytes = UnsafeRawBufferPointer(rebasing: raw[start..<end])
        if SHA256.hash(bytes) == digest { try add(digest, bytes) }
      }
    }
    let rows = try flush()
    if try folder.statusIfPresent(of: name) != nil {
      try folder.openFileForUpdate(name).synchronize()
      try folder.synchronize()
    }
    return rows
  }

  /// Removes packs beside the one that counts: what an attempt to write it anew left behind that
  /// was cut short, before or after its end.
  package func removeOthers() throws {
    var listing = DirectoryListing()
    try folder.list(into: &listing)
    let names = listing.withNames { all in
      listing.entries.map { String(decoding: all.name(of: $0).bytes, as: UTF8.self) }
    }
    for other in names where other.hasPrefix("base") && other.hasSuffix(".pack") && other != name {
      try folder.removeFile(other)
    }
  }

  /// Removes the pack, if there is one.
  package func remove() throws {
    if try folder.statusIfPresent(of: name) != nil { try folder.removeFile(name) }
  }
}
