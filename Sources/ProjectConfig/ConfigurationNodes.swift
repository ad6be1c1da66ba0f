import IgnoreRules
import SyncModel
import YAML

/// Reading of single nodes, with errors that say what is due.
enum ConfigurationNodes {
  /// A pair with the node of its key.
  typealias Pair = (name: String, value: YAMLNode, place: YAMLNode)

  /// The pairs of a mapping whose keys are texts.
  static func pairs(_ node: YAMLNode, _ key: String) throws(ConfigurationError) -> [Pair] {
    guard let mapping = node.mapping, isPlain(node) else {
      throw failure(.wrongKind, node, key, expected: ["mapping"])
    }
    var pairs: [Pair] = []
    for pair in mapping {
      pairs.append((try text(pair.key, key), pair.value, pair.key))
    }
    return pairs
  }

  /// A text; numbers and truth values are taken as they are written.
  static func text(_ node: YAMLNode, _ key: String) throws(ConfigurationError) -> String {
    guard let text = node.text, isPlain(node), !node.isNull else {
      throw failure(.wrongKind, node, key, expected: ["text"])
    }
    return text
  }

  /// A list of texts, or one text for a list of one.
  static func texts(_ node: YAMLNode, _ key: String) throws(ConfigurationError) -> [String] {
    if node.isNull { return [] }
    guard node.mapping == nil, isPlain(node) else {
      throw failure(.wrongKind, node, key, expected: ["list"])
    }
    var texts: [String] = []
    for element in elements(node) { texts.append(try text(element, key)) }
    return texts
  }

  /// The nodes of a list, or the node itself.
  static func elements(_ node: YAMLNode) -> [YAMLNode] {
    node.isNull ? [] : node.sequence ?? [node]
  }

  /// A truth value.
  static func bool(_ node: YAMLNode, _ key: String) throws(ConfigurationError) -> Bool {
    guard let value = node.bool else {
      throw failure(
        .unknownValue, node, key, value: node.text, expected: ["true", "false"])
    }
    return value
  }

  /// One of several words.
  static func choice<Value: RawRepresentable<String>>(
    _ node: YAMLNode, _ key: String, _ choices: [Value]
  ) throws(ConfigurationError) -> Value {
    let text = try text(node, key)
    guard let value = choices.first(where: { $0.rawValue == text }) else {
      throw failure(
        .unknownValue, node, key, value: text, expected: choices.map(\.rawValue))
    }
    return value
  }

  /// A glob; its letters are composed as those of paths are.
  static func glob(
    _ text: String, _ node: YAMLNode, _ key: String
  ) throws(ConfigurationError) -> Glob {
    do throws(GlobError) {
      return try Glob(PathName.canonical(text))
    } catch {
      throw failure(.badGlob, node, key, value: text, detail: error.code.rawValue)
    }
  }

  /// An error at a node.
  static func failure(
    _ code: ConfigurationError.Code, _ node: YAMLNode, _ key: String, value: String? = nil,
    expected: [String] = [], detail: String? = nil
  ) -> ConfigurationError {
    ConfigurationError(
      code, line: node.start.line, column: node.start.column, key: key, value: value,
      expected: expected, detail: detail)
  }

  /// Tells whether no tag of somebody's own gives the node another meaning.
  private static func isPlain(_ node: YAMLNode) -> Bool {
    guard let tag = node.tag else { return true }
    return tag == "!" || tag.hasPrefix("tag:yaml.org,2002:")
  }
}
