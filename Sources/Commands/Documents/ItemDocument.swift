import JSON
import Replica
import SyncCore
import SyncModel

extension Item {
  /// The item as scripts read it.
  var document: JSONObject {
    var object = JSONObject()
    object.insert("path", .string(path.key))
    object.insert("state", .string(state.rawValue))
    object.insert("change", change.map { .string($0.rawValue) } ?? .null)
    object.insert("reason", reasonWord.map { .string($0) } ?? .null)
    object.insert("local", local?.document ?? .null)
    object.insert("remote", remote?.document ?? .null)
    object.insert("base", base?.document ?? .null)
    if conflict == .kind {
      object.insert(
        "members",
        .array(
          differing.map { member in
            [
              "path": .string(member.path.key), "local": member.local?.document ?? .null,
              "remote": member.remote?.document ?? .null, "base": member.base?.document ?? .null,
            ]
          }))
    }
    return object
  }

  /// The conflict's kind, or why the path is blocked.
  private var reasonWord: String? { reason?.code ?? conflict?.rawValue }
}

extension TreeEntry {
  /// What a side shows at a path, as scripts read it.
  var document: JSONValue {
    switch state {
    case .blocked: return .null
    case .node(let node):
      return .object(node.document(modified: modified, editor: editor))
    }
  }
}

extension BaseRow {
  /// What both sides agreed on, as scripts read it.
  var document: JSONValue { .object(node.document(modified: nil, editor: nil)) }
}

extension Node {
  /// A file or link as scripts read it.
  func document(modified: Timestamp?, editor: String?) -> JSONObject {
    var object = JSONObject()
    switch self {
    case .file(let file):
      object.insert("digest", .string(file.digest.description))
      object.insert("size", .integer(Int64(clamping: file.size)))
      object.insert(
        "modified", modified.map { .string(ISO8601.string(nanoseconds: $0.nanoseconds)) } ?? .null)
      if let isExecutable = file.isExecutable {
        object.insert("executable", .bool(isExecutable))
      }
    case .link(let target):
      object.insert("link", .string(target))
    }
    if let editor { object.insert("editor", .string(editor)) }
    return object
  }
}

extension UnnameableEntry {
  /// An entry without a valid path, as scripts read it.
  func document(on side: Side) -> JSONObject {
    var object = JSONObject()
    object.insert("path", .string(String(decoding: bytes, as: UTF8.self)))
    object.insert("path_bytes", .string(Base64.encode(bytes)))
    object.insert("state", .string(PathState.blocked.rawValue))
    object.insert("change", .null)
    object.insert("reason", .string(reason.code))
    for name in ["local", "remote", "base"] { object.insert(name, .null) }
    object.insert("side", .string(side.rawValue))
    return object
  }
}
