import JSON

/// Something that a client may read.
package struct Resource: Equatable, Sendable {
  package var uri: String
  package var name: String
  package var title: String?
  /// What it is; fixed words, never anything that a project or a remote holds.
  package var description: String?
  package var mimeType: String?

  /// Describes a resource.
  package init(
    uri: String, name: String, title: String? = nil, description: String? = nil,
    mimeType: String? = nil
  ) {
    self.uri = uri
    self.name = name
    self.title = title
    self.description = description
    self.mimeType = mimeType
  }

  /// The resource as it is listed.
  var json: JSONObject {
    var object: JSONObject = ["uri": .string(uri), "name": .string(name)]
    if let title { object.insert("title", .string(title)) }
    if let description { object.insert("description", .string(description)) }
    if let mimeType { object.insert("mimeType", .string(mimeType)) }
    return object
  }
}

/// A family of resources whose addresses have one pattern (RFC 6570).
package struct ResourceTemplate: Equatable, Sendable {
  package var pattern: String
  package var name: String
  package var title: String
  package var description: String
  package var mimeType: String?

  /// Describes a family.
  package init(
    pattern: String, name: String, title: String, description: String, mimeType: String? = nil
  ) {
    self.pattern = pattern
    self.name = name
    self.title = title
    self.description = description
    self.mimeType = mimeType
  }

  /// The family as it is listed.
  var json: JSONValue {
    var object: JSONObject = [
      "uriTemplate": .string(pattern), "name": .string(name), "title": .string(title),
      "description": .string(description),
    ]
    if let mimeType { object.insert("mimeType", .string(mimeType)) }
    return .object(object)
  }
}

/// One content of a resource.
package struct ResourceContent: Equatable, Sendable {
  package var uri: String
  package var mimeType: String
  package var bytes: [UInt8]

  /// Gathers a content.
  package init(uri: String, mimeType: String, bytes: [UInt8]) {
    self.uri = uri
    self.mimeType = mimeType
    self.bytes = bytes
  }

  /// The content as it is sent: as text where it is UTF-8, else in base64.
  var json: JSONValue {
    let text = String(validating: bytes, as: UTF8.self)
    var object: JSONObject = ["uri": .string(uri), "mimeType": .string(mimeType)]
    if let text {
      object.insert("text", .string(text))
    } else {
      object.insert("blob", .string(Base64.encode(bytes)))
    }
    return .object(object)
  }
}

/// The resources of a server.
package struct ResourceShelf: Sendable {
  /// Why a resource is not read.
  package enum Problem: Error, Equatable, Sendable {
    /// There is nothing behind the address; what to do instead, as half a sentence.
    case notFound(String)
    /// It is there and could not be read; why, as half a sentence.
    case unreadable(String)
  }

  /// Lists what is there now; throws ``Problem``.
  package var list: @Sendable (_ call: Call) async throws -> [Resource]
  /// What is found by a pattern.
  package var templates: [ResourceTemplate]
  /// Reads what an address names; throws ``Problem``.
  package var read: @Sendable (_ uri: String, _ call: Call) async throws -> [ResourceContent]

  /// Gathers resources.
  package init(
    list: @escaping @Sendable (_ call: Call) async throws -> [Resource],
    templates: [ResourceTemplate],
    read: @escaping @Sendable (_ uri: String, _ call: Call) async throws -> [ResourceContent]
  ) {
    self.list = list
    self.templates = templates
    self.read = read
  }
}
