package import JSON
package import SyncModel

/// What a token may do; each includes those before it.
package enum TokenScope: String, Hashable, Sendable, Comparable, CaseIterable {
  case read, write, admin

  package static func < (left: TokenScope, right: TokenScope) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .read: 0
    case .write: 1
    case .admin: 2
    }
  }
}

/// Whose token it is, and what it may do.
package struct WhoAmI: Hashable, Sendable {
  /// The token's name, which is the author of its commits.
  package var name: String
  /// What it may do.
  package var scopes: [TokenScope]
  /// The one project that it is for; nothing for all.
  package var project: String?
  /// When it ends; nothing for never.
  package var expires: Timestamp?

  /// Describes a token's holder.
  package init(name: String, scopes: [TokenScope], project: String?, expires: Timestamp?) {
    self.name = name
    self.scopes = scopes
    self.project = project
    self.expires = expires
  }
}

extension WhoAmI: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(name)
    writer.key("scopes")
    writer.array(scopes) { $0.value($1.rawValue) }
    writer.key("project")
    writer.value(project)
    writer.key("expires")
    writer.value(expires)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var name: String?
    var scopes: [TokenScope]?
    var project: String?
    var expires: Timestamp?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "name": name = try reader.string("name", atMost: 256)
      case "scopes":
        let words = try reader.array("scopes", atMost: 100) { try $0.string("scope", atMost: 64) }
        scopes = words.compactMap { TokenScope(rawValue: $0) }
      case "project": project = try reader.optionalString("project", atMost: 1024)
      case "expires": expires = try reader.optionalTime("expires")
      default: try reader.skipValue()
      }
    }
    self.init(
      name: try required(name, "name"), scopes: try required(scopes, "scopes"),
      project: project, expires: expires)
  }
}

/// What is asked for when a token is made.
package struct TokenRequest: Hashable, Sendable {
  /// The name of the token's holder.
  package var name: String
  /// The one project that it is for; nothing for all.
  package var project: String?
  /// What it may do.
  package var scope: TokenScope
  /// When it ends; nothing for never.
  package var expires: Timestamp?

  /// Asks for a token.
  package init(name: String, project: String?, scope: TokenScope, expires: Timestamp?) {
    self.name = name
    self.project = project
    self.scope = scope
    self.expires = expires
  }
}

extension TokenRequest: WireMessage {
  package func encode(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(name)
    writer.key("project")
    writer.value(project)
    writer.key("scope")
    writer.value(scope.rawValue)
    writer.key("expires")
    writer.value(expires)
    writer.endObject()
  }

  package init(from reader: inout JSONReader) throws {
    var name: String?
    var project: String?
    var scope: TokenScope?
    var expires: Timestamp?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "name": name = try reader.string("name", atMost: 256)
      case "project": project = try reader.optionalString("project", atMost: 1024)
      case "scope":
        scope = TokenScope(rawValue: try reader.string("scope", atMost: 64))
        if scope == nil { throw MessageError.invalid(field: "scope") }
      case "expires": expires = try reader.optionalTime("expires")
      default: try reader.skipValue()
      }
    }
    self.init(
      name: try required(name, "name"), project: project, scope: try required(scope, "scope"),
      expires: expires)
    guard !self.name.isEmpty else { throw MessageError.invalid(field: "name") }
  }
}
