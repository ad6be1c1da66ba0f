/// The header fields of a response, in order, looked up without regard to case.
package struct HTTPFields: Sendable, Equatable {
  /// One field; its name is in lowercase.
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  package private(set) var fields: [Field] = []

  /// Makes an empty list.
  package init() {}

  /// The first value of that name (any case), or nil.
  package subscript(name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name == wanted }?.value
  }

  /// All values of that name (any case), in order.
  package func all(_ name: String) -> [String] {
    let wanted = name.lowercased()
    return fields.filter { $0.name == wanted }.map(\.value)
  }

  /// Adds a field.
  package mutating func add(name: String, value: String) {
    fields.append(Field(name: name.lowercased(), value: value))
  }
}
