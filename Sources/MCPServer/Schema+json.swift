package import JSON

extension Schema {
  /// The shape in JSON Schema 2020-12, which clients take where no dialect is named.
  package var json: JSONObject {
    switch self {
    case .object(let properties, let isOpen):
      var described = JSONObject()
      for property in properties {
        var schema = property.schema.json
        if let description = property.description {
          schema.insert("description", .string(description))
        }
        described.insert(property.name, .object(schema))
      }
      var object: JSONObject = ["type": "object", "properties": .object(described)]
      let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
      if !required.isEmpty { object.insert("required", .array(required)) }
      object.insert("additionalProperties", .bool(isOpen))
      return object
    case .text: return ["type": "string"]
    case .word(let words):
      return ["type": "string", "enum": .array(words.map { .string($0) })]
    case .integer(let range):
      var object: JSONObject = ["type": "integer"]
      if range.lowerBound > .min { object.insert("minimum", .integer(range.lowerBound)) }
      // Larger bounds than a double holds exactly are no bounds to most readers.
      if range.upperBound < 1 << 53 { object.insert("maximum", .integer(range.upperBound)) }
      return object
    case .flag: return ["type": "boolean"]
    case .list(let element, let limit):
      return [
        "type": "array", "items": .object(element.json), "maxItems": .integer(Int64(limit)),
      ]
    case .nullable(let schema):
      return ["anyOf": [.object(schema.json), ["type": "null"]]]
    }
  }
}
