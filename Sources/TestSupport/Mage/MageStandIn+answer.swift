import Crypto
package import HTTPServing
import JSON
import Platform
import SyncModel

extension MageStandIn {
  /// Answers one request.
  package func answer(_ request: HTTPRequest) -> HTTPResponse {
    let made = state.withLock { state in
      state.requests.append(request.method + " " + request.rawPath)
      return state.faults.answer
    }
    if let made { return HTTPResponse(status: made.status, body: .bytes(made.body)) }
    let segments = request.segments
    guard segments.first == "api", segments.count >= 2 else { return HTTPResponse(status: 404) }
    let body = try? JSONValue.parse(request.body.bytes)
    if segments[1] == "sessions" { return signIn(body) }
    if segments[1] != "status", let refusal = refusalWithoutToken(request) { return refusal }
    let path = segments.count > 2 ? MageStandIn.decoded(segments[2]) : ""
    guard !path.contains("..") else {
      return HTTPResponse(status: 400, body: .bytes(Array("Error: Invalid path".utf8)))
    }
    let name = path.hasPrefix("demo/") ? String(path.dropFirst(5)) : path
    switch (kind, request.method, segments[1]) {
    case (_, "GET", "status"): return tagged(status, request)
    case (.openSource, "GET", "files"):
      if segments.last == "file_versions" {
        let code = state.withLock { state in
          state.faults.refusedVersions.isEmpty ? nil : state.faults.refusedVersions.removeFirst()
        }
        if let code { return MageStandIn.error(code, "no versions") }
        return tagged(versions(of: name), request)
      }
      let answer = tagged(listing, request)
      let work = state.withLock { state in
        defer { state.faults.afterListing = nil }
        return state.faults.afterListing
      }
      work?(self)
      return answer
    case (.openSource, "GET", "file_contents"):
      if let code = state.withLock({ $0.faults.unreadable[name] }) {
        return MageStandIn.error(code, "File at path is not in the project directory.")
      }
      return tagged(reading(of: name), request)
    case (.openSource, "PUT", "file_contents"):
      return write(name, Array((body?["file_content"]?["content"]?.stringValue ?? "").utf8))
    case (.openSource, "POST", "files"): return create(request)
    case (.openSource, "DELETE", "files"): return delete(name)
    case (.openSource, "PUT", "folders"):
      return move(name, to: body?["folder"])
    case (.openSource, "GET", "browser_items"):
      return MageStandIn.json(["browser_items": .array(browsed(request.query("directory") ?? ""))])
    case (.pro, "POST", "browser_items"): return browse(request, body?["browser_item"])
    default: return MageStandIn.error(500, "Item.__init__() missing 1 required argument: 'path'")
    }
  }

  /// An error as the real server answers it.
  package static func error(_ code: Int, _ message: String) -> HTTPResponse {
    let value: JSONValue = [
      "error": ["code": .integer(Int64(code)), "message": .string(message), "type": "x"],
      "status": 200,
    ]
    return HTTPResponse(status: 200, body: .bytes(value.bytes()))
  }

  static func json(_ value: JSONValue) -> HTTPResponse {
    HTTPResponse(status: 200, body: .bytes(value.bytes()))
  }

  static func decoded(_ text: String) -> String {
    HTTPTarget("/" + text)?.segments.joined(separator: "/") ?? text
  }

  private func tagged(_ value: JSONValue, _ request: HTTPRequest) -> HTTPResponse {
    let bytes = value.bytes()
    let tag = "\"" + SHA256.hash(bytes).hex + "\""
    if request.headers["If-None-Match"] == tag {
      return HTTPResponse(status: 304, headers: ["ETag": tag])
    }
    return HTTPResponse(status: 200, headers: ["ETag": tag], body: .bytes(bytes))
  }

  private func signIn(_ body: JSONValue?) -> HTTPResponse {
    guard let wanted = state.withLock({ $0.password }),
      body?["session"]?["password"]?.stringValue == wanted
    else { return MageStandIn.error(404, "Email/username and/or password invalid.") }
    return MageStandIn.json(["session": ["token": .string(MageStandIn.token)]])
  }

  private func refusalWithoutToken(_ request: HTTPRequest) -> HTTPResponse? {
    guard state.withLock({ $0.password }) != nil else { return nil }
    guard request.headers["X-API-KEY"] != nil else {
      return HTTPResponse(status: 401, body: .bytes(Array(#"{"error":"Invalid API key."}"#.utf8)))
    }
    switch request.headers["OAUTH-TOKEN"] {
    case "inner-token": return nil
    case nil: return MageStandIn.error(403, "Private access for detail only, invalid scope.")
    default: return HTTPResponse(status: 401)
    }
  }

  private var status: JSONValue {
    let (id, needsToken, isTold) = state.withLock {
      ($0.projectID, $0.password != nil, $0.tellsSignIn)
    }
    return [
      "statuses": [
        [
          "repo_path": .string(MageStandIn.root), "repo_path_relative": "demo",
          "project_uuid": id.map { .string($0) } ?? .null,
          "require_user_authentication": isTold ? .bool(needsToken) : .null,
        ]
      ]
    ]
  }

  /// The files below a folder on disk, hidden or not; names in it that are hidden are left out.
  private func browsed(_ folder: String) -> [JSONValue] {
    let prefix = folder.dropFirst(MageStandIn.root.count + 1) + "/"
    return state.withLock { $0.files.keys }.sorted().filter { name in
      name.hasPrefix(prefix)
        && !name.dropFirst(prefix.count).split(separator: "/").contains { $0.hasPrefix(".") }
    }.map { ["path": .string(MageStandIn.root + "/" + $0)] }
  }

  private var listing: JSONValue {
    let state = self.state.withLock { $0 }
    guard !state.faults.listsNothing else { return ["files": []] }
    let shown = state.files.filter { name, _ in
      !name.split(separator: "/").contains { $0.hasPrefix(".") }
        && !state.faults.unlisted.contains(name)
    }
    let rows = shown.sorted { $0.key < $1.key }.map { name, file -> JSONValue in
      [
        "path": .string("demo/" + name), "size": .integer(Int64(file.bytes.count)),
        "modified_timestamp": .integer(Int64(file.modified.rounded(.toNearestOrEven))),
      ]
    }
    let foreign = state.faults.foreign.map { path -> JSONValue in
      ["path": .string(path), "size": 1, "modified_timestamp": 1000]
    }
    return ["files": .array(rows + foreign)]
  }

  private func reading(of name: String) -> JSONValue {
    let odd = state.withLock { state -> JSONValue? in
      guard state.faults.oddFiles[name]?.isEmpty == false else { return nil }
      return state.faults.oddFiles[name]?.removeFirst()
    }
    if let odd { return ["file_content": odd] }
    let (file, made) = state.withLock { state in
      let stored =
        state.files[name] ?? state.versions[name].map { File(bytes: $0, modified: 0) }
      guard var readings = state.faults.readings[name], !readings.isEmpty else {
        return (stored, nil as MadeReading?)
      }
      let first = readings.removeFirst()
      state.faults.readings[name] = readings
      return (stored, first)
    }
    guard let file else {
      return ["file_content": ["content": "", "size": .null, "modified_timestamp": .null]]
    }
    return [
      "file_content": [
        "content": .string(made?.content ?? MageStandIn.text(file.bytes)),
        "size": .integer(Int64(made.map { $0.size ?? file.bytes.count } ?? file.bytes.count)),
        "modified_timestamp": .number(file.modified),
      ]
    ]
  }

  /// What a program that reads texts makes of bytes.
  package static func text(_ bytes: [UInt8]) -> String {
    guard String(validating: bytes, as: UTF8.self) != nil else { return "" }
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D { continue }
      result.append(byte == 0x0D ? 0x0A : byte)
    }
    return String(decoding: result, as: UTF8.self)
  }

  private func versions(of name: String) -> JSONValue {
    let found = state.withLock { state in
      state.versions.keys.filter { $0.hasPrefix(".file_versions/\(name)/") }.sorted()
    }
    return ["file_versions": .array(found.map { ["path": .string($0)] })]
  }
}
