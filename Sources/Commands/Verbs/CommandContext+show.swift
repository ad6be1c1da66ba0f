import ProjectConfig
import HubProtocol
import CommandLineKit
import Engine
import JSON
import Platform
import ProjectState
import Replica
import SyncModel

extension CommandContext {
  /// `show`: writes one content to standard output, unchanged.
  func show() async throws -> ExitCode {
    guard let word = invocation.value(of: CommandContext.shownPath) else {
      throw CommandFailure(.usage, "missing_argument", "No path is named.")
    }
    let location = try ProjectLocation.find(surroundings)
    let folder = try location.folder(surroundings)
    // A file whose name holds an '@' is meant by its name.
    if let path = try? location.path(of: word, surroundings),
      try folder.root.statusIfPresent(at: path) != nil
    {
      try await showLocal(path, word, folder)
      return .success
    }
    guard let (name, version) = ShownVersion.split(word) else {
      _ = try location.path(of: word, surroundings)
      throw CommandFailure(
        .usage, "no_such_path", "There is no file '\(word)' here.",
        hint: "other versions are PATH@REV, PATH@base and PATH@remote")
    }
    let path = try location.path(of: name, surroundings)
    let session = try await ProjectSession.open(self, mode: .looking)
    let shown = try await content(of: path, version, session)
    try await write(shown, name: word, session)
    return .success
  }

  private static let shownPath = Argument("path", "")

  /// A file as it is on this machine now.
  private func showLocal(_ path: SyncPath, _ word: String, _ folder: ProjectFolder) async throws {
    let (parent, name) = try folder.root.place(of: path)
    let status = try parent.status(of: name)
    switch status.kind {
    case .link:
      let target = try parent.readLink(name)
      guard console.isJSON else { return try console.write(target + [UInt8(ascii: "\n")]) }
      try document(path, "local", nil, .link(String(decoding: target, as: UTF8.self)), target)
    case .file:
      guard console.isJSON else { return try copy(try parent.openFile(name)) }
      try checkSize(status.size, word)
      let bytes = try parent.readFile(name, limit: ContentPeek.maximumBytes)
      try document(path, "local", nil, .file(isExecutable: status.isExecutable), bytes)
    case .directory:
      throw CommandFailure(
        .usage, "not_a_file", "'\(word)' is a folder.", hint: "name a file in it")
    case .special, .unknown:
      throw CommandFailure(
        .usage, "not_a_file", "'\(word)' is a socket, pipe or device.", hint: "name a file")
    }
  }

  private func copy(_ file: any File) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      try Task.checkCancellation()
      let count = try file.read(into: buffer)
      if count == 0 { return }
      try console.stream(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private func content(
    of path: SyncPath, _ version: ShownVersion, _ session: ProjectSession
  ) async throws -> ShownContent {
    switch version {
    case .base:
      let target = try session.state.target(named: session.target.name)
      guard let row = try target.flatMap({ try session.state.base(of: $0)[path] }) else {
        throw CommandFailure(
          .usage, "no_such_path",
          "'\(path)' is nothing that both sides agreed on at the last sync.",
          hint: "list the paths with 'syncline status --all'")
      }
      return ShownContent(path: path, version: "base", node: row.node)
    case .remote:
      guard let entry = try await session.remoteEntry(at: path, revision: nil),
        let node = entry.node
      else {
        throw CommandFailure(
          .usage, "no_such_path", "There is no '\(path)' on the remote now.",
          hint: "see its history with 'syncline log \(path)'")
      }
      return ShownContent(
        path: path, version: "remote", revision: entry.revision, node: node)
    case .revision(let revision):
      guard let entry = try await session.remoteEntry(at: path, revision: revision),
        let node = entry.node
      else {
        throw CommandFailure(
          .usage, "no_such_path", "There was no '\(path)' at revision \(revision).",
          hint: "see its history with 'syncline log \(path)'")
      }
      return ShownContent(path: path, version: "\(revision)", revision: revision, node: node)
    }
  }

  private func write(
    _ shown: ShownContent, name: String, _ session: ProjectSession
  ) async throws {
    switch shown.node {
    case .link(let target):
      let bytes = Array(target.utf8)
      guard console.isJSON else { return try console.write(bytes + [UInt8(ascii: "\n")]) }
      try document(shown.path, shown.version, shown.revision, .link(target), bytes)
    case .file(let file):
      let row = BaseRow(path: shown.path, node: shown.node)
      if file.size <= UInt64(ContentPeek.maximumBytes) {
        guard let bytes = try await bytes(of: row, file, session) else {
          throw CommandFailure(
            .partial, "content_missing", "The content of '\(name)' is no longer to be had.",
            hint: "it may have been purged; 'syncline log' shows the history")
        }
        guard console.isJSON else { return try console.write(bytes) }
        return try document(
          shown.path, shown.version, shown.revision, .file(isExecutable: file.isExecutable),
          bytes, file.digest)
      }
      if console.isJSON { try checkSize(file.size, name) }
      let wanted = WantedContent(path: shown.path, digest: file.digest, size: file.size)
      let missing = try await session.engine.remoteContents(
        [wanted], into: StreamSink(console))
      guard missing.isEmpty else { throw ContentError.missing(shown.path) }
    }
  }

  /// A content from this folder's own store, else from the remote.
  private func bytes(
    of row: BaseRow, _ file: Node.File, _ session: ProjectSession
  ) async throws -> [UInt8]? {
    if let kept = try await session.engine.peek().base(row) { return kept }
    let sink = MemorySink()
    _ = try await session.engine.remoteContents(
      [WantedContent(path: row.path, digest: file.digest, size: file.size)], into: sink)
    return sink.contents[file.digest]
  }

  private func checkSize(_ size: UInt64, _ name: String) throws {
    guard size > UInt64(ContentPeek.maximumBytes) else { return }
    throw CommandFailure(
      .usage, "too_large",
      "'\(name)' has \(ByteSize.text(size)), too much for one JSON document.",
      hint: "leave --json out and write the bytes to a file")
  }

  /// What kind of thing is shown.
  private enum Kind {
    case file(isExecutable: Bool?)
    case link(String)
  }

  private func document(
    _ path: SyncPath, _ version: String, _ revision: UInt64?, _ kind: Kind, _ bytes: [UInt8],
    _ digest: Digest? = nil
  ) throws {
    var object = JSONObject()
    object.insert("schema", "syncline/show/1")
    object.insert("path", .string(path.key))
    object.insert("version", .string(version))
    object.insert("revision", revision.map { .integer(Int64(clamping: $0)) } ?? .null)
    switch kind {
    case .file(let isExecutable):
      let digest = digest ?? ContentDigest.of(bytes)
      object.insert("digest", .string(digest.description))
      if let isExecutable { object.insert("executable", .bool(isExecutable)) }
    case .link(let target):
      object.insert("link", .string(target))
    }
    object.insert("size", .integer(Int64(bytes.count)))
    object.insert("content", .string(Base64.encode(bytes)))
    try console.document(.object(object))
  }
}

/// One version of a path that is to be shown.
private struct ShownContent {
  var path: SyncPath
  var version: String
  var revision: UInt64?
  var node: Node
}

/// Which version of a path is meant.
enum ShownVersion: Equatable {
  case base
  case remote
  case revision(UInt64)

  /// Splits `PATH@REV`, `PATH@base` and `PATH@remote` at the last sign; nothing else.
  static func split(_ word: String) -> (path: String, version: ShownVersion)? {
    guard let sign = word.lastIndex(of: "@"), sign != word.startIndex else { return nil }
    let path = String(word[..<sign])
    switch word[word.index(after: sign)...] {
    case "base": return (path, .base)
    case "remote": return (path, .remote)
    case let text where !text.isEmpty && text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }):
      return UInt64(text).map { (path, .revision($0)) }
    default: return nil
    }
  }
}
