import JSON
import ProjectConfig
import ProjectState

/// The targets of a folder with what is known of them, as scripts read it.
struct TargetsDocument {
  let targets: [ProjectConfiguration.Target]
  let state: StateDatabase
  /// True when a change was only planned; nothing for a mere list.
  var isDryRun: Bool?

  /// The document.
  func value() throws -> JSONValue {
    let defaultName =
      targets.first(where: \.isDefault)?.name
      ?? (targets.count == 1 ? targets.first?.name : nil)
    var object = JSONObject()
    object.insert("schema", "syncline/targets/1")
    if let isDryRun { object.insert("dry_run", .bool(isDryRun)) }
    object.insert(
      "targets",
      .array(
        try targets.map { target in
          let record = try state.target(named: target.name)
          return [
            "name": .string(target.name), "url": .string(target.url),
            "kind": .string(target.address.kind.rawValue),
            "default": .bool(target.name == defaultName),
            "identity": record.map { .string($0.identity) } ?? .null,
            "revision": record?.revision.map { .integer(Int64(clamping: $0)) } ?? .null,
          ]
        }))
    return .object(object)
  }
}
