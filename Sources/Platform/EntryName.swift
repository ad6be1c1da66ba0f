/// One name in a directory, as the system calls take it: bytes with a NUL after them.
///
/// A borrowed view: valid only during the call that it was handed to.
package struct EntryName {
  /// The bytes, followed by a NUL.
  package let pointer: UnsafePointer<CChar>
  /// How many bytes, without the NUL.
  package let count: Int

  /// Takes bytes that are known to hold no `/` and no NUL, such as a listing's.
  package init(unchecked pointer: UnsafePointer<CChar>, count: Int) {
    self.pointer = pointer
    self.count = count
  }

  /// The bytes without the NUL.
  package var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// Calls a closure with a name, if it is a single name.
  ///
  /// Fails with ``Errno/invalidArgument`` for an empty name, `.`, `..`, or one with `/` or NUL.
  package static func with<Result>(
    _ name: some StringProtocol, _ body: (EntryName) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    try with(bytes: name.utf8, body)
  }

  /// Calls a closure with a name given as bytes, if it is a single name.
  package static func with<Result>(
    bytes: some Collection<UInt8>, _ body: (EntryName) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    let count = bytes.count
    return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 1) {
      (buffer) throws(Errno) -> Result in
      _ = buffer.initialize(from: bytes)
      buffer[count] = 0
      let name = UnsafeBufferPointer(rebasing: buffer[..<count])
      guard isSingle(name), let base = buffer.baseAddress else { throw .invalidArgument }
      return try body(
        EntryName(
          unchecked: UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self), count: count))
    }
  }

  private static func isSingle(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let dot = UInt8(ascii: ".")
    guard let first = name.first else { return false }
    if first == dot, name.count == 1 || (name.count == 2 && name[1] == dot) { return false }
    return !name.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
  }
}
