package import JSON
package import SyncModel

/// What a hub says about one project.
package struct ProjectInfo: Hashable, Sendable {
  /// The name, which may change.
  package var name: String
  /// The id: unique, never reused.
  package var id: String
  /// The revision of the head.
  package var revision: UInt64
  /// How many entries the head's tree has.
  package var entries: Int
  /// The digest of the head's tree; left out in lists.
  package var treeDigest: TreeDigest?
  /// When the project was created; left out in lists.
  package var created: Timestamp?

  /// The longest name in bytes.
  package static let maximumNameBytes = 128
  /// The longest id in bytes.
  package static let maximumIDBytes = 128

  /// Describes a project.
  package init(
    name: String, id: String, revision: UInt64, entries: Int, treeDigest: TreeDigest? = nil,
    created: Timestamp? = nil
  ) {
    self.name = name
    self.id = id
    self.revision = revision
    self.entries = entries
    self.treeDigest = treeDigest
    self.created = created
  }
}

extension ProjectInfo {
  /// Tells whether a hub may call a project so: one name, and nothing that steers a terminal.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".."
      && text.unicodeScalars.allSatisfy { $0 != "/" && isPrintable($0) }
  }

  /// Tells whether a text can be a project's id: printable ASCII without spaces.
  static func isID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
      .privateUse:
      false
    default: true
    }
  }
}

extension ProjectInfo: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(name)
    writer.key("id")
    writer.value(id)
    writer.key("revision")
    writer.value(revision)
    if let treeDigest {
      writer.key("tree_digest")
      writer.value(treeDigest.hex)
    }
    writer.key("entries")
    writer.value(entries)
    if let created {
      writer.key("created")
      writer.value(created)
    }
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var name: String?
    var id: String?
    var revision: UInt64?
    var entries: Int?
    var treeDigest: TreeDigest?
    var created: Timestamp?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "name": name = try reader.string("name", atMost: ProjectInfo.maximumNameBytes)
      case "id": id = try reader.string("id", atMost: ProjectInfo.maximumIDBytes)
      case "revision": revision = try reader.unsigned("revision")
      case "entries": entries = try reader.count("entries")
      case "tree_digest":
        treeDigest = TreeDigest(hex: try reader.string("tree_digest", atMost: 64))
        if treeDigest == nil { throw MessageError.invalid(field: "tree_digest") }
      case "created": created = try reader.optionalTime("created")
      default: try reader.skipValue()
      }
    }
    self.init(
      name: try required(name, "name"), id: try required(id, "id"),
      revision: try required(revision, "revision"), entries: try required(entries, "entries"),
      treeDigest: treeDigest, created: created)
    guard ProjectInfo.isName(self.name) else { throw MessageError.invalid(field: "name") }
    guard ProjectInfo.isID(self.id) else { throw MessageError.invalid(field: "id") }
  }
}

/// The projects that a token may see.
package struct ProjectList: Hashable, Sendable {
  /// The projects.
  package var projects: [ProjectInfo]

  /// Lists projects.
  package init(_ projects: [ProjectInfo]) {
    self.projects = projects
  }
}

extension ProjectList: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("projects")
    writer.array(projects) { $1.encode(to: &$0) }
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var projects: [ProjectInfo]?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "projects":
        projects = try reader.array("projects", atMost: 100_000) { try ProjectInfo(from: &$0) }
      default: try reader.skipValue()
      }
    }
    self.init(try required(projects, "projects"))
  }
}

/// A name that is given to a project.
package struct ProjectName: Hashable, Sendable {
  /// The name.
  package var name: String

  /// Gives a name.
  package init(_ name: String) {
    self.name = name
  }
}

extension ProjectName: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(name)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var name: String?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "name": name = try reader.string("name", atMost: ProjectInfo.maximumNameBytes)
      default: try reader.skipValue()
      }
    }
    self.init(try required(name, "name"))
  }
}
