import HTTPServing
import JSON
import Platform

extension MageStandIn {
  /// Writes over a file, as `PUT file_contents` does.
  func write(_ name: String, _ bytes: [UInt8]) -> HTTPResponse {
    let hook = state.withLock { $0.faults.beforeWrite.removeValue(forKey: name) }
    hook?(self)
    if let obstacle = obstacle(at: name) { return obstacle }
    let time = time
    let fault = state.withLock { state in
      let fault = state.faults.failingWrites.removeValue(forKey: name)
      let written: [UInt8]
      switch fault {
      case .notBegun: return fault
      case .emptied: written = []
      case .halfDone: written = Array(bytes.prefix(bytes.count / 2))
      case .done, nil: written = bytes
      }
      state.files[name] = File(bytes: written, modified: time)
      // The version is written after the file.
      if kind == .openSource, fault == nil || fault == .done {
        let second = Int64(time.rounded(.toNearestOrEven))
        state.versions[".file_versions/\(name)/\(second)"] = bytes
      }
      return fault
    }
    if fault != nil { return MageStandIn.error(500, "Traceback (most recent call last)") }
    return MageStandIn.json(["file_content": ["content": "", "size": .null]])
  }

  /// Why no file can stand at a path: a file stands above it, or a folder in its place.
  private func obstacle(at name: String) -> HTTPResponse? {
    state.withLock { state in
      let names = name.split(separator: "/")
      for count in 1..<max(1, names.count) {
        let above = names[..<count].joined(separator: "/")
        if state.files[above] != nil {
          return MageStandIn.error(500, "[Errno 20] Not a directory: '\(above)'")
        }
      }
      // What the commercial server does with an empty folder is not known: here it gives way.
      let isFolder =
        state.files.keys.contains { $0.hasPrefix(name + "/") }
        || kind == .openSource && state.folders.contains(name)
      return isFolder ? MageStandIn.error(500, "[Errno 21] Is a directory: '\(name)'") : nil
    }
  }

  /// Makes a file that must not exist, from a form, as `POST files` does.
  func create(_ request: HTTPRequest) -> HTTPResponse {
    guard let form = MageStandIn.form(of: request) else { return MageStandIn.error(500, "no form") }
    let name = form.path
    if let obstacle = obstacle(at: name) { return obstacle }
    guard bytes(name) == nil || form.overwrites else {
      return MageStandIn.error(400, "File at \(MageStandIn.root)/\(name) already exists.")
    }
    return write(name, form.content)
  }

  /// Deletes a file and leaves its folder, empty or not.
  func delete(_ name: String) -> HTTPResponse {
    let hook = state.withLock { $0.faults.beforeWrite.removeValue(forKey: name) }
    hook?(self)
    let wasThere = state.withLock { state in
      guard state.files.removeValue(forKey: name) != nil else { return false }
      let names = name.split(separator: "/")
      for count in 1..<max(1, names.count) {
        state.folders.insert(names[..<count].joined(separator: "/"))
      }
      return true
    }
    return wasThere
      ? MageStandIn.json(["file": ["name": .string(name)]])
      : MageStandIn.error(404, "File at \(name) cannot be found.")
  }

  /// Moves a folder with everything in it, or a file.
  func move(_ folder: String, to place: JSONValue?) -> HTTPResponse {
    let hook = state.withLock { $0.faults.beforeMove.removeValue(forKey: folder) }
    hook?(self)
    let parent = place?["path"]?.stringValue ?? ""
    let name = (parent.isEmpty ? "" : parent + "/") + (place?["name"]?.stringValue ?? "")
    state.withLock { state in
      if let file = state.files.removeValue(forKey: folder) { state.files[name] = file }
      state.folders.insert(name)
      for inner in state.folders where inner == folder || inner.hasPrefix(folder + "/") {
        state.folders.remove(inner)
        state.folders.insert(name + inner.dropFirst(folder.count))
      }
      for (path, file) in state.files where path.hasPrefix(folder + "/") {
        state.files[path] = nil
        state.files[name + path.dropFirst(folder.count)] = file
      }
    }
    return MageStandIn.json(["folder": ["path": .string(name)]])
  }
}
