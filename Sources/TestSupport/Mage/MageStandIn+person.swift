package import HTTPServing
import JSON
import Platform

extension MageStandIn {
  /// Writes or deletes a file as a person does in the server's pages: empty folders give way, and
  /// a version is kept where the server keeps any.
  package func edit(_ path: String, _ bytes: [UInt8]?) {
    guard let bytes else {
      _ = delete(path)
      return
    }
    state.withLock { state in
      state.folders = state.folders.filter { $0 != path && !$0.hasPrefix(path + "/") }
    }
    _ = write(path, bytes)
  }

  /// The file that a request is to write or delete; nothing for a mere question.
  package func fileWritten(by request: HTTPRequest) -> String? {
    func named(_ text: String?, below prefix: String) -> String? {
      guard let text, text.hasPrefix(prefix + "/") else { return nil }
      return String(text.dropFirst(prefix.count + 1))
    }
    let segments = request.segments
    guard segments.count >= 2 else { return nil }
    switch (kind, request.method, segments[1]) {
    case (.openSource, "PUT", "file_contents"), (.openSource, "DELETE", "files"):
      return named(segments.count > 2 ? MageStandIn.decoded(segments[2]) : nil, below: "demo")
    case (.openSource, "POST", "files"):
      return MageStandIn.form(of: request)?.path
    case (.pro, "POST", "browser_items"):
      let item = (try? JSONValue.parse(request.body.bytes))?["browser_item"]
      switch request.query("_operation") {
      case "update", "delete": return named(item?["_pk"]?.stringValue, below: MageStandIn.root)
      case nil: return named(item?["path"]?.stringValue, below: MageStandIn.root)
      default: return nil
      }
    default: return nil
    }
  }

  /// How a text of the project comes to its readers; bytes that do not come at all stay as they are.
  ///
  /// The open-source server tells the size on disk, by which `\r\n` can be told from `\n`.
  package func shown(_ bytes: [UInt8]) -> [UInt8] {
    guard String(validating: bytes, as: UTF8.self) != nil else { return bytes }
    let text = Array(MageStandIn.text(bytes).utf8)
    return kind == .pro || text.count == bytes.count ? text : bytes
  }
}
