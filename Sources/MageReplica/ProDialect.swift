import HTTPClient
import JSON
import Platform
import Replica
import SyncModel

/// The commercial server: folders in batches, files by their place on disk.
///
/// Follows what its own sync program asks. Held against a stand-in only: no such server was at hand.
struct ProDialect: MageDialect {
  static let name = "pro"

  let connection: MageConnection
  /// What the server said of the project's own folder when it was asked whether it understands; the
  /// next listing begins with it.
  private let begun = Locked<JSONObject?>(nil)
  /// Whether a text has come with its size: the server's own program reads none.
  private let tellsSizes = Locked(false)
  var createsExclusively: Bool { false }
  var hidesLineEnds: Bool { !tellsSizes.withLock { $0 } }

  /// Speaks to a server over a connection.
  init(connection: MageConnection) { self.connection = connection }

  /// The most folders in one question.
  private static let foldersAtOnce = 20
  /// The most folders of a project.
  private static let maximumFolders = 100_000

  /// Whether the server answers this dialect's question.
  func isUnderstood(_ project: MageProject, _ cancellation: CancellationFlag) throws -> Bool {
    do {
      let answer = try ask(nil, ["folders": [.string(project.root)]], cancellation)
      guard answer["items"]?.arrayValue != nil else { return false }
      begun.withLock { $0 = answer }
      return true
    } catch let refusal as MageRefusal {
      // A failure that is not the other server's own one may pass, and says nothing.
      guard refusal.isFailure, !refusal.message.contains("__init__() missing") else { return false }
      throw refusal
    }
  }

  func list(
    _ project: MageProject, since tag: String?, _ cancellation: CancellationFlag
  ) throws -> ListingAnswer {
    var listed = ListingAnswer.ListedFiles(files: [])
    var open = [project.root]
    var visited: Set<String> = [project.root]
    var seen: Set<String> = []
    while !open.isEmpty {
      let batch = open.suffix(ProDialect.foldersAtOnce)
      open.removeLast(batch.count)
      let answer =
        try begun.withLock { $0.take() }
        ?? ask(nil, ["folders": .array(batch.map { .string($0) })], cancellation)
      var items = answer["items"]?.arrayValue ?? []
      guard answer["items"]?.arrayValue != nil else {
        throw connection.notUnderstood("its listing of folders has no items")
      }
      while let item = items.popLast() {
        items += item["items"]?.arrayValue ?? []
        guard let path = item["path"]?.stringValue, seen.insert(path).inserted else { continue }
        guard item["folder"]?.boolValue == true else {
          take(item, path, project, &listed)
          continue
        }
        guard case .file = project.read(listed: path, below: project.root) else { continue }
        if visited.insert(path).inserted { open.append(path) }
        guard visited.count <= ProDialect.maximumFolders else {
          throw connection.notUnderstood("its project has more than \(visited.count) folders")
        }
      }
    }
    return .files(listed)
  }

  private func take(
    _ item: JSONValue, _ path: String, _ project: MageProject,
    _ listed: inout ListingAnswer.ListedFiles
  ) {
    switch project.read(listed: path, below: project.root) {
    case .file(let file), .hidden(let file?):
      listed.files.append(
        ListedFile(
          file: file, size: item["size"]?.int64Value.flatMap { UInt64(exactly: $0) },
          modified: item["modified_timestamp"]?.doubleValue.map { MageTime.rounded($0) }
            ?? ListedFile.noTime))
    case .unnameable(let text, let problem): listed.unnameable.append((text, problem))
    case .hidden(nil): break
    case .outside: listed.outside += 1
    }
  }

  func read(
    _ file: MageFile, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> MageReading {
    try read(at: project.absolute(file), cancellation)
  }

  func read(
    version: String, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> MageReading {
    try read(at: project.root + "/" + version, cancellation)
  }

  private func read(at place: String, _ cancellation: CancellationFlag) throws -> MageReading {
    let answer: MageAnswer
    do {
      answer = try send("detail", ["_pk": .string(place)], cancellation)
    } catch let refusal as MageRefusal where refusal.isMissing {
      return .missing
    }
    guard let item = answer.body?["browser_item"]?.objectValue else {
      throw connection.notUnderstood("its answer to a read holds no file")
    }
    // Nothing but a plain 404 is an absence.
    guard let modified = item["modified_timestamp"]?.doubleValue, let time = answer.time else {
      throw connection.notUnderstood("its answer to a read has no time")
    }
    let size = item["size"]?.intValue
    tellsSizes.withLock { $0 = size != nil }
    return .file(
      MageReading.Text(
        content: item["content"]?.stringValue, size: size, modified: modified, time: time))
  }

  func create(
    _ file: MageFile, _ bytes: [UInt8], in project: MageProject, _ cancellation: CancellationFlag
  ) throws -> CreateAnswer {
    // The server's own program sends no content here: what became of one is not known.
    _ = try send(nil, ["path": .string(project.absolute(file))], cancellation, .afterALook)
    return .empty
  }

  func replace(
    _ file: MageFile, _ bytes: [UInt8], in project: MageProject, _ cancellation: CancellationFlag
  ) throws {
    _ = try send(
      "update",
      [
        "_pk": .string(project.absolute(file)),
        "content": .string(String(decoding: bytes, as: UTF8.self)),
      ], cancellation, .afterALook)
  }

  func delete(
    _ file: MageFile, in project: MageProject, _ cancellation: CancellationFlag
  ) throws {
    do {
      _ = try send("delete", ["_pk": .string(project.absolute(file))], cancellation, .afterALook)
    } catch let refusal as MageRefusal where refusal.isMissing {
      return
    }
  }

  func versions(
    of file: MageFile, in project: MageProject, _ cancellation: CancellationFlag
  ) throws -> [String] { [] }

  func clear(
    _ file: MageFile, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> ClearAnswer { .cleared }

  private func ask(
    _ operation: String?, _ item: JSONObject, _ cancellation: CancellationFlag
  ) throws -> JSONObject {
    try send(operation, item, cancellation).body?["browser_item"]?.objectValue ?? JSONObject()
  }

  private func send(
    _ operation: String?, _ item: JSONObject, _ cancellation: CancellationFlag,
    _ repetition: MageRequest.Repetition = .free
  ) throws -> MageAnswer {
    let body: JSONValue = [
      "browser_item": .object(item), "api_key": .string(connection.apiKey),
    ]
    var request = MageRequest(
      method: "POST",
      path: "/api/browser_items" + (operation.map { "?_operation=" + $0 } ?? ""),
      body: body.bytes(), repetition: repetition)
    request.timeout = 120
    return try connection.send(request, cancellation)
  }
}
