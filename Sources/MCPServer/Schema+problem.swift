package import JSON

extension Schema {
  /// What is wrong with a value, as half a sentence; nothing where it has the shape.
  ///
  /// `name` is how the value is called in the sentence.
  package func problem(in value: JSONValue, named name: String) -> String? {
    switch self {
    case .object(let properties, let isOpen):
      guard let object = value.objectValue else { return "\(name) must be an object" }
      return Schema.problem(in: object, properties, isOpen: isOpen)
    case .text(let limit):
      guard let text = value.stringValue else { return "\(name) must be a text" }
      return text.utf8.count <= limit ? nil : "\(name) may have at most \(limit) bytes"
    case .word(let words):
      guard let text = value.stringValue, words.contains(text) else {
        return "\(name) must be one of: \(words.joined(separator: ", "))"
      }
      return nil
    case .integer(let range):
      guard let number = value.int64Value else { return "\(name) must be a whole number" }
      guard range.contains(number) else {
        return "\(name) must be from \(range.lowerBound) to \(range.upperBound)"
      }
      return nil
    case .flag: return value.boolValue == nil ? "\(name) must be true or false" : nil
    case .list(let element, let limit):
      guard let list = value.arrayValue else { return "\(name) must be a list" }
      guard list.count <= limit else { return "\(name) may have at most \(limit) elements" }
      for (index, value) in list.enumerated() {
        if let problem = element.problem(in: value, named: "\(name)[\(index)]") { return problem }
      }
      return nil
    case .nullable(let schema): return value.isNull ? nil : schema.problem(in: value, named: name)
    }
  }

  private static func problem(
    in object: JSONObject, _ properties: [Property], isOpen: Bool
  ) -> String? {
    for property in properties {
      guard let value = object[property.name] else {
        if property.isRequired { return "'\(property.name)' is missing" }
        continue
      }
      if let problem = property.schema.problem(in: value, named: "'\(property.name)'") {
        return problem
      }
    }
    guard !isOpen else { return nil }
    let strange = object.keys.first { key in !properties.contains { $0.name == key } }
    return strange.map { "'\(String($0.prefix(64)))' is not known here" }
  }
}
