package import JSON
package import SyncModel

/// What a hub shows at one path, or that nothing is there any more.
package struct FeedEntry: Hashable, Sendable {
  /// The path.
  package var path: SyncPath
  /// How the hub spells the path, where that differs from the key.
  package var spelling: String?
  /// The node; nothing if the path is gone.
  package var node: Node?
  /// When it was last edited, or else committed.
  package var modified: Timestamp?
  /// Who committed it last.
  package var author: String?
  /// The revision that brought it.
  package var revision: UInt64

  /// Describes what a hub shows at a path.
  package init(
    path: SyncPath, spelling: String? = nil, node: Node?, modified: Timestamp?, author: String?,
    revision: UInt64
  ) {
    self.path = path
    self.spelling = spelling
    self.node = node
    self.modified = modified
    self.author = author
    self.revision = revision
  }

  /// The entry of a tree; nothing if the path is gone.
  package var treeEntry: TreeEntry? {
    node.map {
      TreeEntry(
        path: path, state: .node($0), modified: modified, spelling: spelling, editor: author)
    }
  }
}

extension FeedEntry: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("path")
    writer.value(spelling ?? path.key)
    writer.key("node")
    Node.encode(node, to: &writer)
    writer.key("modified")
    writer.value(modified)
    writer.key("author")
    writer.value(author)
    writer.key("revision")
    writer.value(revision)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var memory = FeedMemory()
    try self.init(from: &reader, memory: &memory)
  }

  /// Reads an entry, and makes values that entries share only once.
  init(from reader: inout JSONReader, memory: inout FeedMemory) throws {
    var path: SyncPath?
    var spelling: String?
    var node: Node??
    var modified: Timestamp?
    var author: String?
    var revision: UInt64?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "path":
        let text = try reader.string()
        do throws(PathProblem) {
          let valid = try SyncPath(validating: text)
          if SyncPath.order(valid.key, text) != 0 { spelling = text }
          path = valid
        } catch {
          throw MessageError.path(text, error)
        }
      case "node": node = .some(try Node.decodeOptional(from: &reader))
      case "modified":
        modified = try reader.nullIfPresent() ? nil : try memory.time(reader.text())
      case "author":
        author = try reader.nullIfPresent() ? nil : try memory.author(reader.text())
      case "revision": revision = try reader.unsigned("revision")
      default: try reader.skipValue()
      }
    }
    guard let node else { throw MessageError.missing(field: "node") }
    self.init(
      path: try required(path, "path"), spelling: spelling, node: node, modified: modified,
      author: author, revision: try required(revision, "revision"))
  }
}
