import JSON
package import SyncModel

/// Digests that are asked for, or that are missing.
package struct DigestList: Hashable, Sendable {
  /// What the list says, which is the name of its field.
  package enum Meaning: Sendable {
    /// Contents that are asked about or asked for: `digests`.
    case asked
    /// Contents that the hub does not have: `missing`.
    case missing
  }

  /// The digests.
  package var digests: [Digest]

  /// Lists digests.
  package init(_ digests: [Digest]) {
    self.digests = digests
  }

  /// The list as a JSON document.
  package func json(_ meaning: Meaning) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    switch meaning {
    case .asked: writer.key("digests")
    case .missing: writer.key("missing")
    }
    writer.array(digests) { $0.value($1) }
    writer.endObject()
    return writer.bytes
  }

  /// Reads a list of an untrusted peer.
  package static func decode(
    _ bytes: [UInt8], as meaning: Meaning, atMost limit: Int = Wire.maximumDigests
  ) throws(MessageError) -> DigestList {
    try decodeDocument(bytes, limits: JSONLimits(depth: 8, bytes: 64 << 20)) { reader in
      var digests: [Digest]?
      try reader.beginObject()
      while let key = try reader.nextKey() {
        let isWanted =
          switch meaning {
          case .asked: key == "digests"
          case .missing: key == "missing"
          }
        guard isWanted else {
          try reader.skipValue()
          continue
        }
        digests = try reader.array("digests", atMost: limit) { try $0.digest("digests") }
      }
      switch meaning {
      case .asked: return DigestList(try required(digests, "digests"))
      case .missing: return DigestList(try required(digests, "missing"))
      }
    }
  }
}
