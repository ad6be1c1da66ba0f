import HTTPClient
import JSON
import Platform
import Replica
import SyncModel

/// The open-source server: a flat listing, files as text in JSON, creation by multipart.
struct OpenSourceDialect: MageDialect {
  static let name = "open_source"

  let connection: MageConnection
  var createsExclusively: Bool { true }
  var hidesLineEnds: Bool { false }

  /// Seconds that a listing may take: the server walks its disk for each.
  private static let listingTimeout: Double = 120

  func list(
    _ project: MageProject, since tag: String?, _ cancellation: CancellationFlag
  ) throws -> ListingAnswer {
    // The pattern that excludes nothing: the server's own one, applied to the absolute path, hides
    // every file of a project below a folder whose name starts with a dot.
    var request = MageRequest(path: "/api/files?flatten=true&exclude_pattern=%28%3F%21%29")
    request.maximumAnswer = 256 << 20
    request.timeout = OpenSourceDialect.listingTimeout
    if let tag { request.headers.append(("If-None-Match", tag)) }
    let answer = try connection.send(request, cancellation)
    guard let body = answer.body else {
      guard tag != nil else { throw connection.notUnderstood("it says 304 to a first question") }
      return .unchanged
    }
    guard let rows = body["files"]?.arrayValue else {
      throw connection.notUnderstood("its listing has no files")
    }
    var listed = ListingAnswer.ListedFiles(files: [], tag: answer.tag)
    listed.files.reserveCapacity(rows.count)
    for row in rows {
      guard let path = row["path"]?.stringValue else {
        throw connection.notUnderstood("its listing names a file without a path")
      }
      // A directory, or a link that leads nowhere, has no size.
      guard let size = row["size"]?.int64Value, size >= 0,
        let modified = row["modified_timestamp"]?.doubleValue
      else { continue }
      switch project.read(listed: path, below: project.name) {
      case .file(let file), .hidden(let file?):
        listed.files.append(
          ListedFile(file: file, size: UInt64(size), modified: MageTime.rounded(modified)))
      case .unnameable(let text, let problem): listed.unnameable.append((text, problem))
      case .hidden(nil): continue
      case .outside: listed.outside += 1
      }
    }
    return .files(listed)
  }

  func read(
    _ file: MageFile, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> MageReading {
    try read(segment: project.segment(file), cancellation)
  }

  func read(
    version: String, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> MageReading {
    try read(segment: project.segment(folder: version), cancellation)
  }

  private func read(segment: String, _ cancellation: CancellationFlag) throws -> MageReading {
    let answer = try connection.send(
      MageRequest(path: "/api/file_contents/" + segment), cancellation)
    guard let file = answer.body?["file_content"]?.objectValue else {
      throw connection.notUnderstood("its answer to a read holds no file")
    }
    // The server answers a missing file with an empty text; what tells is that it has no size.
    if let size = file["size"], size.isNull { return .missing }
    guard let size = file["size"]?.intValue, size >= 0,
      let modified = file["modified_timestamp"]?.doubleValue,
      let time = answer.time
    else { throw connection.notUnderstood("its answer to a read has no size or time") }
    return .file(
      MageReading.Text(
        content: file["content"]?.stringValue, size: size, modified: modified, time: time))
  }

  func create(
    _ file: MageFile, _ bytes: [UInt8], in project: MageProject, _ cancellation: CancellationFlag
  ) throws -> CreateAnswer {
    let form = MultipartForm(
      settings: ["file": ["dir_path": .string(file.folder), "overwrite": false]],
      fileName: file.name, content: bytes)
    let request = MageRequest(
      method: "POST", path: "/api/files", body: form.body, contentType: form.contentType,
      repetition: .afterALook)
    do {
      _ = try connection.send(request, cancellation)
      return .written
    } catch let refusal as MageRefusal where refusal.code == 400 {
      guard refusal.message.hasSuffix("already exists.") else { throw refusal }
      return .exists
    }
  }

  func replace(
    _ file: MageFile, _ bytes: [UInt8], in project: MageProject, _ cancellation: CancellationFlag
  ) throws {
    let body: JSONValue = [
      "file_content": ["content": .string(String(decoding: bytes, as: UTF8.self))]
    ]
    _ = try connection.send(
      MageRequest(
        method: "PUT", path: "/api/file_contents/" + project.segment(file), body: body.bytes(),
        repetition: .afterALook), cancellation)
  }

  func delete(
    _ file: MageFile, in project: MageProject, _ cancellation: CancellationFlag
  ) throws {
    do {
      _ = try connection.send(
        MageRequest(
          method: "DELETE", path: "/api/files/" + project.segment(file), repetition: .afterALook),
        cancellation)
    } catch let refusal as MageRefusal where refusal.isMissing {
      return
    }
  }

  func versions(
    of file: MageFile, in project: MageProject, _ cancellation: CancellationFlag
  ) throws -> [String] {
    let answer = try connection.send(
      MageRequest(path: "/api/files/" + project.segment(file) + "/file_versions"), cancellation)
    guard let versions = answer.body?["file_versions"]?.arrayValue else {
      throw connection.notUnderstood("its list of versions has none")
    }
    return versions.compactMap { $0["path"]?.stringValue }.filter {
      $0.hasPrefix(".file_versions/") && !$0.split(separator: "/").contains("..")
    }
  }

  func clear(
    _ file: MageFile, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> ClearAnswer {
    let mark = connection.environment.randomness.number()
    let hidden = ".syncline-emptied-" + String(mark, radix: 36)
    do {
      // Deleting a folder takes everything with it, what came in a moment ago as well; moving it
      // loses nothing.
      try move(project.segment(file), to: hidden, in: "", cancellation)
    } catch is MageRefusal {
      // Whether there is room now is what the next attempt shows.
      return .cleared
    }
    do {
      guard try holdsFiles(hidden, of: project, cancellation) else { return .cleared }
      // Moving something over a file would replace that one.
      guard case .missing = try read(file, of: project, cancellation) else {
        return .stranded(hidden)
      }
      try move(project.segment(folder: hidden), to: file.name, in: file.folder, cancellation)
      return .restored
    } catch is MageRefusal {
      return .stranded(hidden)
    }
  }

  private func move(
    _ segment: String, to name: String, in folder: String, _ cancellation: CancellationFlag
  ) throws {
    let body: JSONValue = ["folder": ["path": .string(folder), "name": .string(name)]]
    _ = try connection.send(
      MageRequest(
        method: "PUT", path: "/api/folders/" + segment, body: body.bytes(),
        repetition: .afterALook), cancellation)
  }

  /// Whether what was moved is a file, or a folder with files in it.
  private func holdsFiles(
    _ moved: String, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> Bool {
    guard case .missing = try read(version: moved, of: project, cancellation) else { return true }
    let folder = percentEncode(segment: project.root + "/" + moved)
    let answer = try connection.send(
      MageRequest(
        path: "/api/browser_items?exclude_pattern=%28%3F%21%29&directory=" + folder),
      cancellation)
    guard let items = answer.body?["browser_items"]?.arrayValue else {
      throw connection.notUnderstood("its listing of a folder has no items")
    }
    return !items.isEmpty
  }
}
