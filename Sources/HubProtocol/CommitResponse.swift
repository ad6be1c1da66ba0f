package import JSON

/// Where a project stands after a commit.
package struct CommitResponse: Hashable, Sendable {
  /// The revision that the commit made.
  package var revision: UInt64
  /// The digest of the tree at that revision.
  package var treeDigest: TreeDigest
  /// Whether the commit had been applied by an earlier request.
  package var isRepeated: Bool

  /// Describes the outcome of a commit.
  package init(revision: UInt64, treeDigest: TreeDigest, isRepeated: Bool) {
    self.revision = revision
    self.treeDigest = treeDigest
    self.isRepeated = isRepeated
  }
}

extension CommitResponse: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("revision")
    writer.value(revision)
    writer.key("tree_digest")
    writer.value(treeDigest.hex)
    writer.key("repeated")
    writer.value(isRepeated)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var revision: UInt64?
    var treeDigest: TreeDigest?
    var isRepeated: Bool?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "revision": revision = try reader.unsigned("revision")
      case "tree_digest":
        treeDigest = TreeDigest(hex: try reader.string("tree_digest", atMost: 64))
        if treeDigest == nil { throw MessageError.invalid(field: "tree_digest") }
      case "repeated": isRepeated = try reader.bool()
      default: try reader.skipValue()
      }
    }
    self.init(
      revision: try required(revision, "revision"),
      treeDigest: try required(treeDigest, "tree_digest"),
      isRepeated: try required(isRepeated, "repeated"))
  }
}
