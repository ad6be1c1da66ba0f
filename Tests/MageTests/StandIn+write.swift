import HTTPServing
import JSON
import Platform

extension StandIn {
  /// Writes over a file, as `PUT file_contents` does.
  func write(_ name: String, _ bytes: [UInt8]) -> HTTPResponse {
    let hook = state.withLock { $0.faults.beforeWrite.removeValue(forKey: name) }
    hook?(self)
    let fault = state.withLock { state in
      let fault = state.faults.failingWrites.removeValue(forKey: name)
      let written: [UInt8]
      switch fault {
      case .notBegun: return fault
      case .emptied: written = []
      case .halfDone: written = Array(bytes.prefix(bytes.count / 2))
      case .done, nil: written = bytes
      }
      let time = StandIn.time(state)
      state.files[name] = File(bytes: written, modified: time)
      // The version is written after the file.
      if fault == nil || fault == .done {
        let second = Int64(time.rounded(.toNearestOrEven))
        state.versions[".file_versions/\(name)/\(second)"] = bytes
      }
      return fault
    }
    if fault != nil { return StandIn.error(500, "Traceback (most recent call last)") }
    return StandIn.json(["file_content": ["content": "", "size": .null]])
  }

  /// Makes a file that must not exist, from a form, as `POST files` does.
  func create(_ request: HTTPRequest) -> HTTPResponse {
    guard let type = request.headers["Content-Type"],
      let boundary = type.split(separator: "=").last,
      let form = StandIn.form(request.body.bytes, boundary: String(boundary))
    else { return StandIn.error(500, "no form") }
    let folder = form.settings["file"]?["dir_path"]?.stringValue ?? ""
    let name = folder.isEmpty ? form.name : folder + "/" + form.name
    let isFolder = state.withLock { state in
      state.folders.contains(name) || state.files.keys.contains { $0.hasPrefix(name + "/") }
    }
    if isFolder { return StandIn.error(500, "[Errno 21] Is a directory: '\(name)'") }
    guard bytes(name) == nil || form.settings["file"]?["overwrite"]?.boolValue != false else {
      return StandIn.error(400, "File at \(StandIn.root)/\(name) already exists.")
    }
    return write(name, form.content)
  }

  /// Deletes a file and leaves its folder, empty or not.
  func delete(_ name: String) -> HTTPResponse {
    let hook = state.withLock { $0.faults.beforeWrite.removeValue(forKey: name) }
    hook?(self)
    let wasThere = state.withLock { state in
      if let slash = name.lastIndex(of: "/") { state.folders.insert(String(name[..<slash])) }
      return state.files.removeValue(forKey: name) != nil
    }
    return wasThere
      ? StandIn.json(["file": ["name": .string(name)]])
      : StandIn.error(404, "File at \(name) cannot be found.")
  }

  /// Moves a folder with everything in it, or a file.
  func move(_ folder: String, to place: JSONValue?) -> HTTPResponse {
    let hook = state.withLock { $0.faults.beforeMove.removeValue(forKey: folder) }
    hook?(self)
    let parent = place?["path"]?.stringValue ?? ""
    let name = (parent.isEmpty ? "" : parent + "/") + (place?["name"]?.stringValue ?? "")
    state.withLock { state in
      if let file = state.files.removeValue(forKey: folder) { state.files[name] = file }
      state.folders.remove(folder)
      state.folders.insert(name)
      for (path, file) in state.files where path.hasPrefix(folder + "/") {
        state.files[path] = nil
        state.files[name + path.dropFirst(folder.count)] = file
      }
    }
    return StandIn.json(["folder": ["path": .string(name)]])
  }

  /// The one endpoint of the commercial server.
  func browse(_ request: HTTPRequest, _ item: JSONValue?) -> HTTPResponse {
    func relative(_ key: String) -> String {
      String((item?[key]?.stringValue ?? "").dropFirst(StandIn.root.count + 1))
    }
    let content = Array((item?["content"]?.stringValue ?? "").utf8)
    let failure = state.withLock { state in
      state.faults.failingBrowse.isEmpty ? nil : state.faults.failingBrowse.removeFirst()
    }
    if let failure { return StandIn.error(500, failure) }
    switch request.query("_operation") {
    case "detail":
      let name = relative("_pk")
      guard let file = state.withLock({ $0.files[name] }) else {
        return StandIn.error(404, "not found")
      }
      let isText = String(validating: file.bytes, as: UTF8.self) != nil
      return StandIn.json([
        "browser_item": [
          "content": isText ? .string(StandIn.text(file.bytes)) : .null,
          "modified_timestamp": .integer(Int64(file.modified)),
        ]
      ])
    case "update": return write(relative("_pk"), content)
    case "delete": return delete(relative("_pk"))
    case nil:
      guard let folders = item?["folders"]?.arrayValue else {
        // No content is known to be taken along.
        let answer = write(relative("path"), [])
        state.withLock { $0.faults.afterCreate.removeValue(forKey: relative("path")) }?(self)
        return answer
      }
      return StandIn.json([
        "browser_item": ["items": .array(folders.flatMap { children(of: $0.stringValue ?? "") })]
      ])
    default: return StandIn.error(400, "no such operation")
    }
  }

  private func children(of folder: String) -> [JSONValue] {
    let state = self.state.withLock { $0 }
    let prefix = folder + "/"
    var seen: Set<String> = []
    return state.files.compactMap { name, file -> JSONValue? in
      let whole = StandIn.root + "/" + name
      guard whole.hasPrefix(prefix), !state.faults.unlisted.contains(name) else { return nil }
      let rest = whole.dropFirst(prefix.count)
      guard let slash = rest.firstIndex(of: "/") else {
        return [
          "path": .string(whole), "folder": false,
          "modified_timestamp": state.faults.timeless.contains(name)
            ? .null : .integer(Int64(file.modified)),
        ]
      }
      let inner = prefix + rest[..<slash]
      guard seen.insert(inner).inserted else { return nil }
      return ["path": .string(inner), "folder": true, "modified_timestamp": 0]
    }
  }

  /// Takes a form apart: the settings, the file's name and its bytes.
  private static func form(
    _ body: [UInt8], boundary: String
  ) -> (settings: JSONValue, name: String, content: [UInt8])? {
    let parts = split(body, at: Array(("--" + boundary).utf8)).dropFirst().dropLast()
    guard parts.count == 2, let first = parts.first, let last = parts.last else { return nil }
    let headEnd = Array("\r\n\r\n".utf8)
    guard let settings = try? JSONValue.parse(Array(split(first, at: headEnd)[1].dropLast(2))),
      let head = split(last, at: headEnd).first
    else { return nil }
    let text = String(decoding: head, as: UTF8.self)
    guard let start = text.range(of: "filename=\"") else { return nil }
    let name = String(text[start.upperBound...].prefix { $0 != "\"" })
    return (settings, name, Array(last.dropFirst(head.count + headEnd.count).dropLast(2)))
  }

  private static func split(_ bytes: [UInt8], at mark: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var index = 0
    while index < bytes.count {
      if bytes[index...].starts(with: mark) {
        parts.append([])
        index += mark.count
      } else {
        parts[parts.count - 1].append(bytes[index])
        index += 1
      }
    }
    return parts
  }
}

extension String {
  /// Where a text first stands in this one.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    ranges(of: text).first
  }
}
