/// The header fields of a message in their order, looked up without regard to case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// One header field as it was written.
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  /// All fields, in order; a name may come more than once.
  package private(set) var fields: [Field] = []

  /// Creates an empty list.
  package init() {}

  /// Creates a list from name and value pairs.
  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// Adds one more field, also where the name is there already.
  package mutating func add(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// Replaces every field of that name by one.
  package mutating func set(_ name: String, _ value: String) {
    fields.removeAll { asciiEqual($0.name, name) }
    add(name, value)
  }

  /// The first value of that name, or nil.
  package subscript(name: String) -> String? {
    fields.first { asciiEqual($0.name, name) }?.value
  }

  /// All values of that name, in order.
  package func all(_ name: String) -> [String] {
    fields.filter { asciiEqual($0.name, name) }.map(\.value)
  }
}

/// Says whether two header names are equal, ASCII letters folded.
func asciiEqual(_ left: String, _ right: String) -> Bool {
  left.utf8.elementsEqual(right.utf8) { asciiLowercase($0) == asciiLowercase($1) }
}

private func asciiLowercase(_ byte: UInt8) -> UInt8 {
  byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
}
