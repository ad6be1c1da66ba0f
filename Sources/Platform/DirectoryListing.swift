/// The names of one directory, packed so that a name costs no allocation.
///
/// A listing is filled again and again by one scan, and keeps its memory.
package struct DirectoryListing: Sendable {
  /// One name of a listing.
  package struct Entry: Sendable {
    /// Where the name starts in the packed bytes.
    package var offset: UInt32
    /// The length of the name in bytes.
    package var length: UInt16
    /// What the listing says it is; possibly ``FileKind/unknown``.
    package var kind: FileKind
    /// The number of the file on its device.
    package var inode: UInt64
  }

  /// The names in the order of the directory, without `.` and `..`.
  package private(set) var entries: [Entry] = []
  private var names: [UInt8] = []

  /// Makes an empty listing.
  package init() {}

  /// Drops the names and keeps the memory.
  package mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
  }

  /// Adds a name.
  package mutating func append(
    name: UnsafeBufferPointer<UInt8>, kind: FileKind, inode: UInt64
  ) {
    entries.append(
      Entry(
        offset: UInt32(names.count), length: UInt16(name.count), kind: kind, inode: inode))
    names.append(contentsOf: name)
    names.append(0)
  }

  /// Calls a closure with a name, which is valid only during the call.
  package func withName<Result, Failure: Error>(
    of entry: Entry, _ body: (EntryName) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withNames { (all) throws(Failure) in try body(all.name(of: entry)) }
  }

  /// All names, valid only during one call.
  package struct Names {
    let base: UnsafePointer<UInt8>

    /// The name of an entry.
    package func name(of entry: Entry) -> EntryName {
      EntryName(
        unchecked: UnsafeRawPointer(base + Int(entry.offset)).assumingMemoryBound(to: CChar.self),
        count: Int(entry.length))
    }
  }

  /// Calls a closure with all names, which are valid only during the call.
  package func withNames<Result, Failure: Error>(
    _ body: (Names) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try names.withUnsafeBufferPointer { (buffer) throws(Failure) in
      guard let base = buffer.baseAddress else {
        return try withUnsafePointer(to: UInt8(0)) { (zero) throws(Failure) in
          try body(Names(base: zero))
        }
      }
      return try body(Names(base: base))
    }
  }

  /// The names as bytes; for tests and small listings.
  package var byteNames: [[UInt8]] {
    entries.map { entry in
      Array(names[Int(entry.offset)..<(Int(entry.offset) + Int(entry.length))])
    }
  }
}
