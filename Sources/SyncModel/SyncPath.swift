/// A path inside a project: relative, `/`-separated, UTF-8 in normalization form C, and safe.
///
/// Only the validating initializers make one from outside data. The key is what trees are sorted
/// and compared by; how a file system spells the path may differ and is kept beside it.
package struct SyncPath: Hashable, Sendable {
  /// The path in normalization form C.
  package let key: String

  /// The longest path in bytes.
  package static let maximumBytes = 4096
  /// The most names in a path.
  package static let maximumDepth = 128

  /// Takes a key that is known to be valid: one that the program stored itself after validation.
  package init(trusted key: String) {
    self.key = key
  }

  /// Validates a path and brings it to normalization form C.
  package init(validating text: String) throws(PathProblem) {
    guard !text.isEmpty else { throw .empty }
    guard text.utf8.count <= SyncPath.maximumBytes else { throw .pathTooLong }
    var copy = text
    let problem = copy.withUTF8 { SyncPath.problem(in: $0) }
    if let problem { throw problem }
    let key = PathName.canonical(copy)
    guard key.utf8.count <= SyncPath.maximumBytes else { throw .pathTooLong }
    self.key = key
  }

  /// Validates the bytes of a path.
  package init(validating bytes: some Collection<UInt8>) throws(PathProblem) {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    try self.init(validating: text)
  }

  private static func problem(in bytes: UnsafeBufferPointer<UInt8>) -> PathProblem? {
    var start = 0
    var depth = 0
    for index in 0...bytes.count {
      guard index == bytes.count || bytes[index] == UInt8(ascii: "/") else { continue }
      if index == start { return start == 0 ? .traversal : .empty }
      depth += 1
      if depth > maximumDepth { return .tooDeep }
      let name = UnsafeBufferPointer(rebasing: bytes[start..<index])
      if let problem = PathName.problem(in: name) { return problem }
      start = index + 1
    }
    return nil
  }

  /// The names of the path, from the root down.
  package var names: [Substring] { SyncPath.names(in: key[...]) }

  /// Splits a text at its slashes, by bytes: a slash that a combining mark follows is none to a
  /// search for characters.
  package static func names(in text: Substring) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map(Substring.init)
  }

  /// The last name.
  package var name: Substring {
    guard let slash = key.utf8.lastIndex(of: UInt8(ascii: "/")) else { return key[...] }
    return key[key.utf8.index(after: slash)...]
  }

  /// The folder that holds the path, or nothing at the root.
  package var parent: SyncPath? {
    guard let slash = key.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return SyncPath(trusted: String(key[..<slash]))
  }

  /// The folders above the path, nearest first.
  package var ancestors: [SyncPath] {
    var found: [SyncPath] = []
    var next = parent
    while let folder = next {
      found.append(folder)
      next = folder.parent
    }
    return found
  }

  /// The path of a name below this one; the name must have passed ``PathName/problem(in:)``.
  package func appending(_ name: some StringProtocol) -> SyncPath {
    SyncPath(trusted: key + "/" + name)
  }

  /// Tells whether the path lies below a folder.
  package func isBelow(_ folder: SyncPath) -> Bool {
    let length = folder.key.utf8.count
    guard key.utf8.count > length else { return false }
    let result = key.utf8.withContiguousStorageIfAvailable { own in
      folder.key.utf8.withContiguousStorageIfAvailable { prefix in
        guard own[length] == UInt8(ascii: "/") else { return false }
        var index = SyncPath.commonPrefix(own, prefix, length)
        while index < length, own[index] == prefix[index] { index += 1 }
        return index == length
      }
    }
    if let result, let result { return result }
    return key.utf8.starts(with: folder.key.utf8)
      && key.utf8.dropFirst(length).first == UInt8(ascii: "/")
  }

  /// The key as a case-insensitive file system compares it.
  package var folded: String {
    var key = self.key
    let needsWork = key.withUTF8 { bytes in
      bytes.contains { $0 >= 0x80 || (0x41...0x5A).contains($0) }
    }
    guard needsWork else { return key }
    // Upper before lower, so that letters with several lower forms (ſ and s) fold together.
    return PathName.canonical(key.uppercased().lowercased())
  }
}

extension SyncPath: Comparable {
  /// Orders by bytes, with `/` below every other byte, so that `a/b` follows `a` directly.
  package static func < (left: SyncPath, right: SyncPath) -> Bool {
    SyncPath.order(left.key, right.key) < 0
  }

  /// Compares two keys: negative, zero or positive as the left is before, equal or after.
  package static func order(_ left: String, _ right: String) -> Int {
    let result = left.utf8.withContiguousStorageIfAvailable { leftBytes in
      right.utf8.withContiguousStorageIfAvailable { rightBytes in
        order(leftBytes, rightBytes)
      }
    }
    if let result, let result { return result }
    return Array(left.utf8).withUnsafeBufferPointer { leftBytes in
      Array(right.utf8).withUnsafeBufferPointer { order(leftBytes, $0) }
    }
  }

  private static func order(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let shared = min(left.count, right.count)
    var index = commonPrefix(left, right, shared)
    while index < shared, left[index] == right[index] { index += 1 }
    if index == shared { return left.count - right.count }
    return rank(left[index]) - rank(right[index])
  }

  /// Where a byte stands in the order of paths: the slash below every other.
  package static func rank(_ byte: UInt8) -> Int {
    byte == UInt8(ascii: "/") ? 0 : Int(byte)
  }

  /// Counts the equal bytes at the start of two buffers, in whole words.
  private static func commonPrefix(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>, _ limit: Int
  ) -> Int {
    let (left, right) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
    var index = 0
    while index + 8 <= limit {
      let leftWord = left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard leftWord == right.loadUnaligned(fromByteOffset: index, as: UInt64.self) else { break }
      index += 8
    }
    return index
  }
}

extension SyncPath {
  /// Compares bytes; both keys are in the same normalization form, and bytes are faster.
  package static func == (left: SyncPath, right: SyncPath) -> Bool {
    left.key.utf8.count == right.key.utf8.count && order(left.key, right.key) == 0
  }
}

extension SyncPath: CustomStringConvertible {
  package var description: String { key }
}
