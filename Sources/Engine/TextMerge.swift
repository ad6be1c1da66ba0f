import Git
import JSON
package import SyncModel
import TOML
import YAML

/// Merges three versions of a text, by the rules of the project.
///
/// A change of line endings alone is no change; the local side's line endings and final newline
/// are kept. A structured text whose versions parse must parse after the merge.
package enum TextMerge {
  /// The longest content in bytes that is merged.
  package static let maximumBytes = 1 << 20

  /// What a merge came to.
  package enum Outcome: Sendable {
    case clean([UInt8])
    /// They changed the same lines; the text shows both with diff3 markers.
    case conflicting(marked: [UInt8])
    /// The contents are not texts that can be merged.
    case notText
    /// The merged text would no longer parse.
    case wouldNotParse
  }

  /// Tells whether a content can take part in a merge.
  package static func isText(_ bytes: [UInt8]) -> Bool {
    bytes.count <= maximumBytes && !bytes.contains(0)
      && String(validating: bytes, as: UTF8.self) != nil
  }

  /// Tells whether a text shows two versions between the markers that a merge here makes.
  package static func isMarked(_ bytes: [UInt8]) -> Bool {
    let marks = ["<<<<<<< local", ">>>>>>> remote"].map { Array($0.utf8) }
    // A merge of odd line ends may end its markers in more than one carriage return.
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
      line.prefix { $0 != UInt8(ascii: "\r") }
    }
    return marks.allSatisfy { mark in lines.contains { $0.elementsEqual(mark) } }
  }

  /// Merges three versions.
  package static func merge(
    path: SyncPath, base: [UInt8], local: [UInt8], remote: [UInt8]
  ) throws -> Outcome {
    guard isText(base), isText(local), isText(remote) else { return .notText }
    let style = LineEndings(of: local)
    // Where the local side mixes both kinds there is no one style to bring back: bytes it is.
    let sides =
      style.isMixed
      ? (base, local, remote)
      : (
        LineEndings.normalized(base), LineEndings.normalized(local),
        LineEndings.normalized(remote)
      )
    // Equal but for line endings: the other side's change is the only one.
    if sides.1 == sides.0 { return .clean(style.applied(to: sides.2)) }
    if sides.2 == sides.0 || sides.2 == sides.1 { return .clean(local) }
    let merged = try Merge.threeWay(
      base: sides.0, local: sides.1, remote: sides.2,
      labels: Merge.Labels(base: "base", local: "local", remote: "remote"))
    guard merged.isClean else { return .conflicting(marked: style.applied(to: merged.bytes)) }
    let format = StructuredFormat(path: path)
    if let format, format.parses(base), format.parses(local), format.parses(remote),
      !format.parses(merged.bytes)
    {
      return .wouldNotParse
    }
    return .clean(style.applied(to: merged.bytes))
  }
}

/// The line endings of a text: the kind that most of its lines have.
struct LineEndings {
  /// True when lines end in both ways.
  let isMixed: Bool
  private let usesCRLF: Bool
  private let endsWithNewline: Bool
  private let isEmpty: Bool

  /// Finds the line endings of a text.
  init(of bytes: [UInt8]) {
    var crlf = 0
    var plain = 0
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        if previous == UInt8(ascii: "\r") { crlf += 1 } else { plain += 1 }
      }
      previous = byte
    }
    isMixed = crlf > 0 && plain > 0
    usesCRLF = crlf > 0 && plain == 0
    endsWithNewline = bytes.last == UInt8(ascii: "\n")
    isEmpty = bytes.isEmpty
  }

  /// A text with `\n` alone at the end of its lines.
  static func normalized(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isBeforeNewline = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
      if byte == UInt8(ascii: "\r"), isBeforeNewline { continue }
      result.append(byte)
    }
    return result
  }

  /// A normalized text with these line endings and this final newline.
  func applied(to bytes: [UInt8]) -> [UInt8] {
    var text = bytes
    if !isEmpty, !text.isEmpty {
      if endsWithNewline, text.last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
      if !endsWithNewline, text.last == UInt8(ascii: "\n") {
        text.removeLast()
        // A text of mixed line ends was not normalized: the end that goes may be of two bytes.
        if isMixed, text.last == UInt8(ascii: "\r") { text.removeLast() }
      }
    }
    guard usesCRLF else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 20)
    for byte in text {
      if byte == UInt8(ascii: "\n") { result.append(UInt8(ascii: "\r")) }
      result.append(byte)
    }
    return result
  }
}

/// A format whose texts must still parse after a merge.
enum StructuredFormat {
  case json
  case yaml
  case toml

  /// Knows a format by the ending of a name.
  init?(path: SyncPath) {
    let name = path.name.lowercased()
    if name.hasSuffix(".json") {
      self = .json
    } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      self = .yaml
    } else if name.hasSuffix(".toml") {
      self = .toml
    } else {
      return nil
    }
  }

  /// Tells whether a text is well formed.
  func parses(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .json: (try? JSONValue.parse(bytes)) != nil
    case .yaml: (try? YAML.validate(bytes)) != nil
    case .toml: TOML.isWellFormed(bytes)
    }
  }
}
