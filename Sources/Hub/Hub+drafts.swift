import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

extension Hub {
  func listDrafts(_ call: Call) throws -> HTTPResponse {
    let drafts = try store.drafts(in: try call.project)
    return .value(200, ["drafts": .array(drafts.map { .object(Hub.draft($0)) })])
  }

  func showDraft(_ call: Call) throws -> HTTPResponse {
    let project = try call.project
    let draft = try store.draft(at: try call.path(), in: project)
    var object = Hub.draft(draft)
    let bytes = try store.content(draft.digest, in: project)
      .bytes(limit: configuration.limits.largeContent)
    object["content"] = .string(Base64.encode(bytes))
    return .value(200, .object(object))
  }

  func saveDraft(_ call: Call) throws -> HTTPResponse {
    let object = try call.object()
    guard let text = object["content"]?.stringValue, let bytes = Base64.decode(text) else {
      throw Refusal.malformed("content is not base64")
    }
    guard bytes.count <= configuration.limits.largeContent else {
      throw Refusal.tooLarge(limit: configuration.limits.largeContent)
    }
    let expected: Digest?
    switch object["expected"] {
    case .null?: expected = nil
    case .string(let text)?:
      guard text.hasPrefix("sha256:"), let digest = Digest(text: text) else {
        throw Refusal.malformed("expected is not a digest")
      }
      expected = digest
    case nil, .bool?, .integer?, .number?, .array?, .object?:
      throw Refusal.malformed("expected is a digest or null")
    }
    let draft = try store.saveDraft(
      bytes, at: try call.path(), expected: expected, author: call.actor, in: try call.project)
    return .value(200, .object(Hub.draft(draft)))
  }

  func deleteDraft(_ call: Call) throws -> HTTPResponse {
    try store.deleteDraft(at: try call.path(), by: call.actor, in: try call.project)
    return .value(200, ["deleted": true])
  }

  func publishDraft(_ call: Call) throws -> HTTPResponse {
    let object = try call.object()
    guard let expected = object["expected"] else {
      throw Refusal.malformed("the field expected is missing")
    }
    let message: String?
    switch object["message"] {
    case nil, .null?: message = nil
    case .string(let text)? where text.utf8.count <= CommitRequest.maximumMessageBytes:
      message = text
    default: throw Refusal.malformed("message is a text or null")
    }
    let node = try Hub.node(expected)
    let path = try call.path()
    return try finish(call) {
      try store.publishDraft(
        at: path, message: message, expected: node, author: call.actor, in: $0)
    }
  }

  func showCurrent(_ call: Call) throws -> HTTPResponse {
    Hub.current(try store.current(at: try call.path(), in: try call.project))
  }

  func deploy(_ call: Call) throws -> HTTPResponse {
    guard let number = try call.object()["revision"]?.int64Value, number >= 0 else {
      throw Refusal.malformed("revision is a whole number")
    }
    return Hub.current(
      try store.deploy(
        try call.path(), revision: UInt64(number), by: call.actor, in: try call.project))
  }

  private static func current(_ version: CurrentVersion) -> HTTPResponse {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("revision")
    writer.value(version.revision)
    writer.key("node")
    version.node.encode(to: &writer)
    writer.endObject()
    return .json(200, writer.bytes)
  }

  /// A node, or nothing for `null`, from a value that was parsed already.
  private static func node(_ value: JSONValue) throws -> Node? {
    try value.bytes().withUnsafeBytes { bytes in
      do {
        var reader = try JSONReader(bytes)
        return try Node.decodeOptional(from: &reader)
      } catch let error as JSONError {
        throw MessageError.json(error)
      }
    }
  }

  private static func draft(_ draft: Draft) -> JSONObject {
    [
      "path": .string(draft.path.key), "digest": .string(draft.digest.description),
      "size": .integer(Int64(draft.size)),
      "modified": .string(ISO8601.string(nanoseconds: draft.modified.nanoseconds)),
      "author": .string(draft.author),
    ]
  }
}
