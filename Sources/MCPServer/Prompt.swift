import JSON

/// Words that a person may have put before the model by choosing them.
package struct Prompt: Sendable {
  /// A blank in the words.
  package struct Argument: Equatable, Sendable {
    package var name: String
    package var description: String
    package var isRequired: Bool

    /// Describes a blank.
    package init(_ name: String, _ description: String, isRequired: Bool = false) {
      self.name = name
      self.description = description
      self.isRequired = isRequired
    }
  }

  package var name: String
  package var title: String
  package var description: String
  package var arguments: [Argument]
  /// Makes the words from the arguments that were given.
  package var text: @Sendable ([String: String]) -> String

  /// Describes a prompt.
  package init(
    name: String, title: String, description: String, arguments: [Argument],
    text: @escaping @Sendable ([String: String]) -> String
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.arguments = arguments
    self.text = text
  }

  /// The longest argument in bytes.
  static let longestArgument = 4096

  /// The prompt as it is listed.
  var json: JSONValue {
    [
      "name": .string(name), "title": .string(title), "description": .string(description),
      "arguments": .array(
        arguments.map {
          [
            "name": .string($0.name), "description": .string($0.description),
            "required": .bool($0.isRequired),
          ]
        }),
    ]
  }

  /// The words for arguments as a client sends them.
  func filled(_ given: JSONObject) throws(RPCError) -> JSONObject {
    var values: [String: String] = [:]
    for member in given.members {
      guard arguments.contains(where: { $0.name == member.key }) else {
        throw RPCError(.invalidParams, "the prompt knows no '\(String(member.key.prefix(64)))'")
      }
      guard let text = member.value.stringValue, text.utf8.count <= Prompt.longestArgument else {
        throw RPCError(.invalidParams, "'\(member.key)' is not a text of at most 4096 bytes")
      }
      values[member.key] = text
    }
    if let missing = arguments.first(where: { $0.isRequired && values[$0.name] == nil }) {
      throw RPCError(.invalidParams, "the prompt needs '\(missing.name)'")
    }
    return [
      "description": .string(description),
      "messages": [
        ["role": "user", "content": ["type": "text", "text": .string(text(values))]]
      ],
    ]
  }
}
