/// A list as it was read from the database, still to be decoded, which any thread may do.
package struct Stored<Value: Sendable>: Sendable {
  private let decode: @Sendable () throws -> Value
  private let decodeTogether: @Sendable () async throws -> Value

  /// Takes what decodes the whole.
  init(_ decode: @escaping @Sendable () throws -> Value) {
    self.decode = decode
    decodeTogether = { try decode() }
  }

  /// Takes what decodes two halves, and what makes the whole of the first by adding the second.
  init<Half: Sendable>(
    halves: @escaping @Sendable (_ isFirst: Bool) throws -> Half,
    join: @escaping @Sendable (inout Half, Half) throws -> Value
  ) {
    decode = {
      var first = try halves(true)
      return try join(&first, halves(false))
    }
    decodeTogether = {
      async let second = halves(false)
      var first = try halves(true)
      return try await join(&first, second)
    }
  }

  /// Decodes the list; fails with ``StateError/damaged(table:)``.
  package func decoded() throws -> Value { try decode() }

  /// Decodes the list on two threads of the executor that the task prefers.
  package func decodedTogether() async throws -> Value { try await decodeTogether() }
}
