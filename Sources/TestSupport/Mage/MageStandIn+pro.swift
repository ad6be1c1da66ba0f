import HTTPServing
import JSON
import Platform

extension MageStandIn {
  /// The one endpoint of the commercial server.
  func browse(_ request: HTTPRequest, _ item: JSONValue?) -> HTTPResponse {
    func relative(_ key: String) -> String {
      String((item?[key]?.stringValue ?? "").dropFirst(MageStandIn.root.count + 1))
    }
    let content = Array((item?["content"]?.stringValue ?? "").utf8)
    let failure = state.withLock { state in
      state.faults.failingBrowse.isEmpty ? nil : state.faults.failingBrowse.removeFirst()
    }
    if let failure { return MageStandIn.error(500, failure) }
    switch request.query("_operation") {
    case "detail":
      let name = relative("_pk")
      guard let file = state.withLock({ $0.files[name] }) else {
        return MageStandIn.error(404, "not found")
      }
      let isText = String(validating: file.bytes, as: UTF8.self) != nil
      return MageStandIn.json([
        "browser_item": [
          "content": isText ? .string(MageStandIn.text(file.bytes)) : .null,
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
      return MageStandIn.json([
        "browser_item": ["items": .array(folders.flatMap { children(of: $0.stringValue ?? "") })]
      ])
    default: return MageStandIn.error(400, "no such operation")
    }
  }

  private func children(of folder: String) -> [JSONValue] {
    let state = self.state.withLock { $0 }
    let prefix = folder + "/"
    var seen: Set<String> = []
    return state.files.sorted { $0.key < $1.key }.compactMap { name, file -> JSONValue? in
      let whole = MageStandIn.root + "/" + name
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
}
