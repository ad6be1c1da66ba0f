import Crypto
package import JSON
package import SyncModel

/// Changes to a project that are to be applied together or not at all.
package struct CommitRequest: Hashable, Sendable {
  /// One change of a commit.
  package struct Item: Hashable, Sendable {
    /// The path.
    package var path: SyncPath
    /// How the client spells the path, where that differs from the key.
    package var spelling: String?
    /// What the head must hold there; nothing if the path must be free.
    package var expected: Node?
    /// What it shall hold; nothing to delete it.
    package var new: Node?
    /// When it was edited, as the client records it.
    package var edited: Timestamp?
    /// The content of `new`, where it travels in the commit itself.
    ///
    /// Its length has been compared with `new`; its digest has not.
    package var content: [UInt8]?

    /// Describes a change.
    package init(
      path: SyncPath, spelling: String? = nil, expected: Node?, new: Node?,
      edited: Timestamp? = nil, content: [UInt8]? = nil
    ) {
      self.path = path
      self.spelling = spelling
      self.expected = expected
      self.new = new
      self.edited = edited
      self.content = content
    }
  }

  /// The longest commit id in bytes.
  package static let maximumIDBytes = 128
  /// The longest message in bytes.
  package static let maximumMessageBytes = 64 << 10

  /// Names the commit: the run and a counter.
  package var id: String
  /// What the user says about it.
  package var message: String?
  /// The changes, each path once.
  package var changes: [Item]

  /// Describes a commit.
  package init(id: String, message: String?, changes: [Item]) {
    self.id = id
    self.message = message
    self.changes = changes
  }

  /// A digest of what the commit would change, whatever the order of its changes.
  ///
  /// Message and edit times are no part of it: a client that lost an answer may send the same
  /// changes again with others.
  package var changesDigest: Digest {
    var writer = JSONWriter()
    for item in changes.sorted(by: { $0.path < $1.path }) {
      writer.beginArray()
      writer.value(item.path.key)
      Node.encode(item.expected, to: &writer)
      Node.encode(item.new, to: &writer)
      writer.endArray()
      writer.endLine()
    }
    return SHA256.hash(writer.bytes)
  }
}

extension CommitRequest {
  /// The commit as a JSON document.
  package var json: [UInt8] {
    var writer = CommitRequestWriter(id: id, message: message, count: changes.count)
    for item in changes { writer.append(item) }
    return writer.finish()
  }

  /// Reads a commit of an untrusted peer, of so many changes and bytes of content at most.
  package static func decode(
    _ bytes: UnsafeRawBufferPointer, maximumChanges: Int, maximumInline: Int
  ) throws(MessageError) -> CommitRequest {
    try decodeDocument(bytes, limits: JSONLimits(depth: 16)) {
      try CommitRequest(
        from: &$0, maximumChanges: maximumChanges, maximumInline: maximumInline)
    }
  }

  /// Reads a commit of an untrusted peer.
  package static func decode(
    _ bytes: [UInt8], maximumChanges: Int, maximumInline: Int
  ) throws(MessageError) -> CommitRequest {
    try decodeDocument(bytes, limits: JSONLimits(depth: 16)) {
      try CommitRequest(
        from: &$0, maximumChanges: maximumChanges, maximumInline: maximumInline)
    }
  }

  private init(from reader: inout JSONReader, maximumChanges: Int, maximumInline: Int) throws {
    var id: String?
    var message: String?
    var changes: [Item]?
    var inline = 0
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "commit": id = try reader.string("commit", atMost: Self.maximumIDBytes)
      case "message":
        message = try reader.optionalString("message", atMost: Self.maximumMessageBytes)
      case "changes":
        guard changes == nil else { throw MessageError.repeated(field: "changes") }
        changes = try reader.array("changes", atMost: maximumChanges) { reader in
          let item = try Item(from: &reader)
          inline += item.content?.count ?? 0
          guard inline <= maximumInline else {
            throw MessageError.tooMany(field: "content", limit: maximumInline)
          }
          return item
        }
      default: try reader.skipValue()
      }
    }
    self.id = try required(id, "commit")
    guard !self.id.isEmpty, self.id.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw MessageError.invalid(field: "commit")
    }
    self.message = message
    self.changes = try required(changes, "changes")
    var seen: Set<SyncPath> = []
    seen.reserveCapacity(self.changes.count)
    for item in self.changes where !seen.insert(item.path).inserted {
      throw MessageError.repeated(field: item.path.key)
    }
  }
}

extension CommitRequest.Item: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("path")
    writer.value(spelling ?? path.key)
    writer.key("expected")
    Node.encode(expected, to: &writer)
    writer.key("new")
    Node.encode(new, to: &writer)
    if let edited {
      writer.key("edited")
      writer.value(edited)
    }
    if let content {
      writer.key("content")
      writer.value(Base64.encode(content))
    }
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var path: SyncPath?
    var spelling: String?
    var expected: Node??
    var new: Node??
    var edited: Timestamp?
    var content: [UInt8]?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "path":
        let text = try reader.string()
        do throws(PathProblem) {
          let valid = try SyncPath(validating: text)
          if !valid.key.utf8.elementsEqual(text.utf8) { spelling = text }
          path = valid
        } catch {
          throw MessageError.path(text, error)
        }
      // A field that is left out is a mistake, never an absence.
      case "expected": expected = .some(try Node.decodeOptional(from: &reader))
      case "new": new = .some(try Node.decodeOptional(from: &reader))
      case "edited": edited = try reader.optionalTime("edited")
      case "content":
        guard try !reader.nullIfPresent() else { continue }
        content = Base64.decode(try reader.string())
        if content == nil { throw MessageError.invalid(field: "content") }
      default: try reader.skipValue()
      }
    }
    guard let expected else { throw MessageError.missing(field: "expected") }
    guard let new else { throw MessageError.missing(field: "new") }
    if let content {
      guard let file = new?.file, UInt64(content.count) == file.size else {
        throw MessageError.invalid(field: "content")
      }
    }
    self.init(
      path: try required(path, "path"), spelling: spelling, expected: expected, new: new,
      edited: edited, content: content)
  }
}
