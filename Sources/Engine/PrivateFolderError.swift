package import Platform

/// Something in the private folder of a project that cannot be used.
package struct PrivateFolderError: Error, Hashable, Sendable {
  /// What it is, from the root of the project.
  package var file: String
  /// Why.
  package var cause: Errno

  /// Says what cannot be used; the folder itself where no name is given.
  init(_ name: String?, _ cause: Errno) {
    file = ProjectFolder.privateName + (name.map { "/" + $0 } ?? "")
    self.cause = cause
  }

  /// Names what a step works on, should it fail.
  static func naming<Value>(
    _ name: String?, _ body: () throws(Errno) -> Value
  ) throws(PrivateFolderError) -> Value {
    do { return try body() } catch { throw PrivateFolderError(name, error) }
  }
}
