/// The shape of a value: what clients are told, and what arguments are held against.
///
/// One value for both, so that no client is told of a shape that is not the one enforced. Only the
/// limit of a text is not told: it counts bytes, and JSON Schema knows characters.
package indirect enum Schema: Equatable, Sendable {
  /// An object; an open one may hold members besides those that are named.
  case object([Property], isOpen: Bool = false)
  /// A text of at most so many bytes.
  case text(limit: Int = 1 << 16)
  /// One of a few words.
  case word([String])
  /// A whole number.
  case integer(ClosedRange<Int64> = 0...Int64.max)
  /// True or false.
  case flag
  /// A list of at most so many elements.
  case list(Schema, limit: Int = 100_000)
  /// A value that may be null.
  case nullable(Schema)

  /// A member of an object.
  package struct Property: Equatable, Sendable {
    package var name: String
    package var schema: Schema
    /// What it means; fixed words, never anything that a project or a remote holds.
    package var description: String?
    package var isRequired: Bool

    /// Describes a member that must be there.
    package static func required(
      _ name: String, _ schema: Schema, _ description: String? = nil
    ) -> Property {
      Property(name: name, schema: schema, description: description, isRequired: true)
    }

    /// Describes a member that may be left out.
    package static func optional(
      _ name: String, _ schema: Schema, _ description: String? = nil
    ) -> Property {
      Property(name: name, schema: schema, description: description, isRequired: false)
    }
  }
}
