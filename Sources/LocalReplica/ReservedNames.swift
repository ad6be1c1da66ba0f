import SyncModel

/// Names at the root of a project that belong to the program itself.
enum ReservedNames {
  /// Tells whether a name at the root is never synced, however a file system may spell it.
  static func isReservedAtRoot(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = name.first else { return false }
    // Cheap refusal first: almost no name starts with `.` or `s`.
    guard first == UInt8(ascii: ".") || first | 0x20 == UInt8(ascii: "s") else { return false }
    let text = String(decoding: name, as: UTF8.self)
    return isReserved(text)
  }

  /// Tells whether a path is never written.
  static func isReserved(_ path: SyncPath) -> Bool {
    path.parent == nil && isReserved(path.key)
  }

  private static func isReserved(_ name: String) -> Bool {
    let folded = name.lowercased()
    return folded == ".syncline" || folded == "syncline.yaml"
  }
}
