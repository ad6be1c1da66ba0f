import CommandLineKit
import Git
import SyncModel

/// Differences as text, in color where that is wanted.
enum DiffWords {
  /// Describes how one content differs from another; nothing stands for an absent one.
  static func text(
    path: SyncPath, old: [UInt8]?, new: [UInt8]?, oldName: String, newName: String,
    color: ColorMode
  ) throws -> String {
    let name = TerminalText.escaped(path.key)
    if [old, new].contains(where: { $0.map { Git.isBinary($0) || $0.contains(0) } ?? false }) {
      return "Binary contents of \(name) differ: "
        + "\(oldName) \(size(old)), \(newName) \(size(new))"
    }
    let diff = try Diff.unified(
      old: old ?? [], new: new ?? [], oldName: old == nil ? nil : "\(oldName)/\(path.key)",
      newName: new == nil ? nil : "\(newName)/\(path.key)")
    var lines: [String] = [
      Style.bold.apply(to: "--- \(old == nil ? "/dev/null" : "\(oldName)/\(name)")", color),
      Style.bold.apply(to: "+++ \(new == nil ? "/dev/null" : "\(newName)/\(name)")", color),
    ]
    for hunk in diff.hunks {
      lines.append(Style.cyan.apply(to: escaped(Array(hunk.header.utf8)), color))
      for line in hunk.lines { lines += render(line, color) }
    }
    return lines.joined(separator: "\n")
  }

  private static func render(_ line: UnifiedDiff.Line, _ color: ColorMode) -> [String] {
    let sign = String(decoding: [line.origin.rawValue], as: UTF8.self)
    let text = sign + escaped(line.bytes)
    let style: Style? =
      switch line.origin {
      case .deletion: .red
      case .insertion: .green
      case .context: nil
      }
    let shown = style?.apply(to: text, color) ?? text
    return line.lacksLineFeed ? [shown, "\\ No newline at end of file"] : [shown]
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    var bytes = bytes
    while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return TerminalText.escaped(bytes: bytes)
    }
    return TerminalText.escaped(text, keepingTabs: true)
  }

  private static func size(_ bytes: [UInt8]?) -> String {
    bytes.map { ByteSize.text(UInt64($0.count)) } ?? "absent"
  }
}
