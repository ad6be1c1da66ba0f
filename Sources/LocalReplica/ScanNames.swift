import Platform
import SyncModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One name of a folder that takes part in a sync, by its key.
struct ScanName {
  /// Where the name as the file system has it stands in the listing.
  var entry: DirectoryListing.Entry
  /// The key, where it differs from the bytes on disk.
  var key: [UInt8]?
  /// Whether it is a folder.
  var isDirectory: Bool
}

extension DirectoryListing.Names {
  /// Calls a closure with the key of a name.
  func withKey<Result>(
    of name: ScanName, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if let key = name.key { return key.withUnsafeBufferPointer(body) }
    return body(self.name(of: name.entry).bytes)
  }

  /// Tells whether one key comes before another in a tree.
  func isOrdered(_ left: ScanName, _ right: ScanName) -> Bool {
    withKey(of: left) { left in
      withKey(of: right) { right in ScanBytes.isOrdered(left, right) }
    }
  }
}

/// Comparisons of keys as bytes, in the order of a tree.
enum ScanBytes {
  /// Compares: negative, zero or positive as the left is before, equal or after.
  static func order(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Int {
    let shared = min(left.count, right.count)
    var index = 0
    while index < shared, left[index] == right[index] { index += 1 }
    if index == shared { return left.count - right.count }
    return SyncPath.rank(left[index]) - SyncPath.rank(right[index])
  }

  /// Tells whether one name comes before another; a name holds no slash.
  static func isOrdered(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let shared = min(left.count, right.count)
    guard shared > 0, let leftStart = left.baseAddress, let rightStart = right.baseAddress else {
      return left.count < right.count
    }
    let order = memcmp(leftStart, rightStart, shared)
    return order == 0 ? left.count < right.count : order < 0
  }

  /// Compares a stored key with bytes.
  static func order(_ key: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    withBytes(of: key) { order($0, bytes) }
  }

  /// Calls a closure with the bytes of a stored key.
  static func withBytes<Result>(
    of key: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if let result = key.utf8.withContiguousStorageIfAvailable(body) { return result }
    return Array(key.utf8).withUnsafeBufferPointer(body)
  }

  /// Tells whether one name comes before another.
  static func precedes(_ name: String, _ other: ArraySlice<UInt8>) -> Bool {
    var name = name
    return name.withUTF8 { left in other.withUnsafeBufferPointer { isOrdered(left, $0) } }
  }

  /// The key of a name: nothing if the bytes are the key already.
  ///
  /// Bytes that are no UTF-8 have none.
  static func key(of name: some Collection<UInt8>) -> [UInt8]? {
    guard name.contains(where: { $0 >= 0x80 }), String(validating: name, as: UTF8.self) != nil
    else { return nil }
    let key = PathName.canonical(String(decoding: name, as: UTF8.self))
    return key.utf8.elementsEqual(name) ? nil : Array(key.utf8)
  }
}
