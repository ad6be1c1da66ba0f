import JSON
import SyncCore
import SyncModel

/// The versions of the remote that markers have shown: what a user who edits a marked text decides
/// against.
struct MarkedVersions {
  private struct Key: Hashable {
    var target: String
    var path: SyncPath
  }

  private struct Version: Hashable {
    var base: String
    var remote: String
  }

  private var versions: [Key: Version] = [:]

  /// True when nothing was shown.
  var isEmpty: Bool { versions.isEmpty }

  /// Reads what was stored; what cannot be read was never shown.
  init(json: String?) {
    guard let json, let rows = (try? JSONValue.parse(Array(json.utf8)))?.arrayValue else { return }
    for row in rows {
      let texts = (row.arrayValue ?? []).compactMap(\.stringValue)
      guard texts.count == 4, let path = try? SyncPath(validating: texts[1]) else { continue }
      versions[Key(target: texts[0], path: path)] = Version(base: texts[2], remote: texts[3])
    }
  }

  /// What is stored.
  var json: String {
    let rows = versions.sorted { ($0.key.path, $0.key.target) < ($1.key.path, $1.key.target) }
    let value = JSONValue.array(
      rows.map { key, version in
        .array([key.target, key.path.key, version.base, version.remote].map { .string($0) })
      })
    return String(decoding: value.bytes(), as: UTF8.self)
  }

  /// Remembers what a conflict shows now.
  mutating func show(_ item: Item, of target: String) {
    versions[Key(target: target, path: item.path)] = MarkedVersions.version(of: item)
  }

  /// Tells whether the remote of a conflict is another than the one that was shown, in the same
  /// conflict.
  func haveMoved(_ item: Item, of target: String) -> Bool {
    let now = MarkedVersions.version(of: item)
    guard let shown = versions[Key(target: target, path: item.path)], shown.base == now.base else {
      return false
    }
    return shown != now
  }

  /// Forgets what a look has shown to be no conflict any more.
  mutating func keep(_ items: [Item], of target: String, in scope: Scope) {
    versions = versions.filter { key, _ in
      key.target != target || !scope.contains(key.path)
        || items.row(at: key.path)?.state == .conflict
    }
  }

  private static func version(of item: Item) -> Version {
    Version(base: text(item.base?.node), remote: text(item.node(.remote)))
  }

  private static func text(_ node: Node?) -> String {
    switch node {
    case nil: "-"
    case .file(let file)?: file.digest.hex
    case .link(let target)?: "link:" + target
    }
  }
}
