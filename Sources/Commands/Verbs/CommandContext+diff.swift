import Replica
import CommandLineKit
import Engine
import Git
import JSON
import SyncCore
import SyncModel

extension CommandContext {
  /// `diff`: shows the differences line by line.
  ///
  /// A local change is shown from the base to the local text, a remote change from the base to the
  /// remote one, a conflict from the remote to the local one. What is blocked is only told.
  func diff() async throws -> ExitCode {
    let (session, observation) = try await look(at: invocation.values(of: Arguments.what))
    let peek = try session.engine.peek()
    var documents: [JSONValue] = []
    for item in observation.reconciliation.items {
      try Task.checkCancellation()
      guard item.state != .blocked else {
        documents.append(CommandContext.withoutPatch(item.document))
        continue
      }
      if console.isJSON {
        var document = item.document
        let patch = try await DiffPair.patch(of: item, peek)
        document.insert("patch", patch.map { .string($0) } ?? .null)
        documents.append(.object(document))
        continue
      }
      for part in item.differing {
        let change = try await DiffPair.of(part, peek)
        if invocation.has(Options.stat) {
          try console.line(change.stat)
        } else {
          try console.block(try change.text(console.outputColor) + "\n")
        }
      }
    }
    if console.isJSON {
      documents += observation.unnameable.map {
        CommandContext.withoutPatch($0.entry.document(on: $0.side))
      }
      var counts = observation.reconciliation.counts
      counts.blocked += observation.unnameable.count
      try console.document(
        StatusDocument(
          schema: "syncline/diff/1", target: session.targetDocument,
          revision: observation.remote.cursor?.revision, counts: counts, items: documents,
          isRewound: observation.isRewound
        ).value)
    }
    let blocked = observation.reconciliation.counts.blocked + observation.unnameable.count
    if blocked > 0 { try console.note("note: \(blocked) blocked; see 'syncline status'") }
    let differs = !observation.reconciliation.items.isEmpty || !observation.unnameable.isEmpty
    return differs && invocation.has(Options.exitCode) ? .differences : .success
  }

  /// An item of which no difference is shown, as scripts read it.
  private static func withoutPatch(_ document: JSONObject) -> JSONValue {
    var document = document
    document.insert("patch", .null)
    return .object(document)
  }
}

extension Item {
  /// What a difference shows: of a kind conflict, every path that is not the same on both sides.
  var differing: [Item] {
    guard conflict == .kind else { return [self] }
    return members.filter { $0.node(.local) != $0.node(.remote) }.map { member in
      var item = member
      item.state = .conflict
      return item
    }
  }
}

/// The two versions that a difference is shown between.
struct DiffPair {
  let item: Item
  let oldName: String
  let newName: String
  let old: [UInt8]?
  let new: [UInt8]?
  /// True when a content could not be had, so that there is nothing to show but the fact.
  let isUnavailable: Bool

  /// The whole difference of an item as a patch; nothing when a part of it cannot be shown as text.
  static func patch(of item: Item, _ peek: ContentPeek) async throws -> String? {
    var patches = ""
    for part in item.differing {
      try Task.checkCancellation()
      guard let patch = try await of(part, peek).patch else { return nil }
      patches += patch
    }
    return patches
  }

  /// Fetches the two versions of an item.
  static func of(_ item: Item, _ peek: ContentPeek) async throws -> DiffPair {
    switch item.state {
    case .localToRemote:
      return try await pair(item, ("base", item.base?.node), ("local", item.local?.node)) {
        (try await peek.base(item.base), try await peek.content(of: item.local, on: .local))
      }
    case .remoteToLocal:
      return try await pair(item, ("base", item.base?.node), ("remote", item.remote?.node)) {
        (try await peek.base(item.base), try await peek.content(of: item.remote, on: .remote))
      }
    case .conflict, .blocked, .inSync:
      return try await pair(item, ("remote", item.remote?.node), ("local", item.local?.node)) {
        (
          try await peek.content(of: item.remote, on: .remote),
          try await peek.content(of: item.local, on: .local)
        )
      }
    }
  }

  private static func pair(
    _ item: Item, _ old: (name: String, node: Node?), _ new: (name: String, node: Node?),
    _ fetch: () async throws -> ([UInt8]?, [UInt8]?)
  ) async throws -> DiffPair {
    var contents = try await fetch()
    contents.0 = contents.0 ?? link(old.node)
    contents.1 = contents.1 ?? link(new.node)
    let isUnavailable =
      (old.node != nil && contents.0 == nil) || (new.node != nil && contents.1 == nil)
    return DiffPair(
      item: item, oldName: old.name, newName: new.name, old: contents.0, new: contents.1,
      isUnavailable: isUnavailable)
  }

  /// A link is shown as the text of its target.
  private static func link(_ node: Node?) -> [UInt8]? {
    guard case .link(let target)? = node else { return nil }
    return Array("link to \(target)\n".utf8)
  }

  /// The difference for people.
  func text(_ color: ColorMode) throws -> String {
    let name = TerminalText.escaped(item.path.key)
    if isUnavailable {
      return "\(name): the contents cannot be had now, or are too large to show"
    }
    if old == new { return "\(name): \(modeWords)" }
    let text = try DiffWords.text(
      path: item.path, old: old, new: new, oldName: oldName, newName: newName, color: color)
    return modesDiffer ? text + "\n\(name): the executable bit differs too" : text
  }

  /// Whether the two versions that are shown differ in their executable bits as well.
  private var modesDiffer: Bool {
    let nodes = [oldName, newName].map { name in
      switch name {
      case "base": item.base?.node
      case "local": item.local?.node
      default: item.remote?.node
      }
    }
    guard let first = nodes[0]?.file?.isExecutable, let second = nodes[1]?.file?.isExecutable else {
      return false
    }
    return first != second
  }

  private var modeWords: String {
    item.change == .mode ? "the executable bit differs" : "the contents are equal"
  }

  /// The difference as a patch; nothing when it cannot be shown as text.
  var patch: String? {
    guard !isUnavailable, let diff = unified else { return nil }
    return String(validating: diff.patch(), as: UTF8.self)
  }

  /// One line with the counts of changed lines.
  var stat: String {
    let name = TerminalText.escaped(item.path.key)
    guard !isUnavailable, let diff = unified else { return "\(name) | binary or not at hand" }
    return "\(name) | +\(diff.insertions) -\(diff.deletions)"
  }

  private var unified: UnifiedDiff? {
    try? Diff.unified(
      old: old ?? [], new: new ?? [], oldName: old == nil ? nil : "\(oldName)/\(item.path.key)",
      newName: new == nil ? nil : "\(newName)/\(item.path.key)")
  }
}
