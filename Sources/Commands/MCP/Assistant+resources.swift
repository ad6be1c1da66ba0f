import CommandLineKit
import Engine
import JSON
import MCPServer
import Replica
import SyncCore
import SyncModel

extension Assistant {
  /// The longest content in bytes that is given out.
  static let largestContent: UInt64 = 1 << 20

  /// How many files are listed; all others are found by their address.
  static let listedFiles = 500

  /// The contents of both sides, of what they agreed on, and of conflicts.
  ///
  /// Only what is synced can be read: nothing that the rules leave out, no link, no folder.
  var resources: ResourceShelf {
    ResourceShelf(
      list: { call in try await explained { try await list(call) } },
      templates: Assistant.templates,
      read: { uri, call in
        guard let address = ResourceAddress(uri) else {
          throw ResourceShelf.Problem.notFound(
            "addresses look like syncline://local/PATH; see the templates")
        }
        return try await explained { try await read(address, call) }
      })
  }

  /// Turns every error into one of the shelf's own, in words.
  private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let problem as ResourceShelf.Problem {
      throw problem
    } catch {
      try Task.checkCancellation()
      let failure = surface.explain(error)
      throw ResourceShelf.Problem.unreadable(
        failure.message + (failure.hint.map { " Hint: \($0)." } ?? ""))
    }
  }

  /// The conflicts and the first files of every project that calls without a folder mean, and of
  /// every root that is one.
  private func list(_ call: Call) async throws -> [Resource] {
    // Where a program has a folder of its own, the roots hold projects without being any.
    let folders: [String?] = surface.standardFolder == nil ? roots.map(\.path) : [nil]
    var resources: [Resource] = []
    for folder in folders {
      let context: CommandContext
      do { context = try self.context(for: folder, call).command } catch let failure
        as CommandFailure
      {
        // A root may hold projects without being one, and the program's own folder may be new.
        let mayBeNone =
          failure.code == "no_project" && roots.count > 1
          || failure.code == "no_folder" && folder == nil
        guard mayBeNone else { throw failure }
        continue
      }
      resources += try await listed(in: context)
    }
    return resources
  }

  private func listed(in context: CommandContext) async throws -> [Resource] {
    let (session, observation) = try await context.look(at: [])
    let folder = session.folder.path
    let conflicts = observation.reconciliation.items.filter { $0.state == .conflict }
    let files = observation.local.tree.entries.lazy.filter { $0.node?.file != nil }
      .prefix(Assistant.listedFiles).map { entry in
        Resource(
          uri: ResourceAddress(side: .local, path: entry.path, folder: folder).uri,
          name: entry.path.key)
      }
    return conflicts.conflictLinks(in: folder) + files
  }

  private static let templates = [
    ResourceTemplate(
      pattern: ResourceAddress.pattern(.local), name: "local", title: "Local file",
      description: "A file of the project as it is on this machine."),
    ResourceTemplate(
      pattern: ResourceAddress.pattern(.remote), name: "remote", title: "Remote file",
      description: "A file of the project as the remote has it now."),
    ResourceTemplate(
      pattern: ResourceAddress.pattern(.base), name: "base", title: "Agreed file",
      description: "A file of the project as both sides agreed on it last."),
    ResourceTemplate(
      pattern: ResourceAddress.pattern(.conflict), name: "conflict", title: "Conflict",
      description: "A path that changed on both sides: the facts, then the contents that there are."
    ),
  ]

  private func read(_ address: ResourceAddress, _ call: Call) async throws -> [ResourceContent] {
    let context = try context(for: address.folder, call).command
    let (session, observation) = try await context.look(at: [])
    let reader = ResourceReader(
      address: address, observation: observation, peek: try session.engine.peek())
    return address.side == .conflict
      ? try await reader.conflict() : [try await reader.content(address.side)]
  }
}

/// Reads the contents of one path, after a look at both sides.
private struct ResourceReader {
  let address: ResourceAddress
  let observation: Observation
  let peek: ContentPeek

  /// The content of one side.
  func content(_ side: ResourceAddress.Side) async throws -> ResourceContent {
    let name = address.path.key
    guard let file = node(side)?.file else {
      throw ResourceShelf.Problem.notFound("there is no synced file '\(name)' on that side")
    }
    guard file.size <= Assistant.largestContent else {
      throw ResourceShelf.Problem.unreadable(
        "'\(name)' has \(ByteSize.text(file.size)); at most "
          + "\(ByteSize.text(Assistant.largestContent)) are given out")
    }
    guard let bytes = try await bytes(side) else {
      throw ResourceShelf.Problem.unreadable("the content of '\(name)' cannot be had now")
    }
    return ResourceContent(
      uri: ResourceAddress(side: side, path: address.path, folder: address.folder).uri,
      mimeType: MediaType.of(address.path, bytes), bytes: bytes)
  }

  /// The facts of a conflict, then the contents of its sides.
  func conflict() async throws -> [ResourceContent] {
    let items = observation.reconciliation.items
    guard let item = items.first(where: { $0.path == address.path && $0.state == .conflict }) else {
      throw ResourceShelf.Problem.notFound("'\(address.path.key)' is not in conflict")
    }
    var contents = [
      ResourceContent(
        uri: address.uri, mimeType: "application/json",
        bytes: JSONValue.object(item.document).bytes())
    ]
    for side in [ResourceAddress.Side.local, .base, .remote] {
      guard let file = node(side)?.file, file.size <= Assistant.largestContent / 3 else { continue }
      contents.append(try await content(side))
    }
    return contents
  }

  private func node(_ side: ResourceAddress.Side) -> Node? {
    switch side {
    case .local: observation.local.tree[address.path]?.node
    case .remote: observation.remote.tree[address.path]?.node
    case .base, .conflict: observation.base[address.path]?.node
    }
  }

  private func bytes(_ side: ResourceAddress.Side) async throws -> [UInt8]? {
    switch side {
    case .local:
      try await peek.content(of: observation.local.tree[address.path], on: .local)
    case .remote:
      try await peek.content(of: observation.remote.tree[address.path], on: .remote)
    case .base, .conflict: try await peek.base(observation.base[address.path])
    }
  }
}

/// What kind of content a file is taken for.
private enum MediaType {
  private static let byExtension = [
    "json": "application/json", "yaml": "application/yaml", "yml": "application/yaml",
    "toml": "application/toml", "md": "text/markdown", "csv": "text/csv", "py": "text/x-python",
    "sql": "application/sql",
  ]

  /// The type by the name's ending where the content is text; pages and scripts are plain text.
  static func of(_ path: SyncPath, _ bytes: [UInt8]) -> String {
    guard String(validating: bytes, as: UTF8.self) != nil else { return "application/octet-stream" }
    let name = path.name
    guard let dot = name.lastIndex(of: ".") else { return "text/plain" }
    return byExtension[name[name.index(after: dot)...].lowercased()] ?? "text/plain"
  }
}
