import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One of the process's three standard streams, without a buffer.
package struct StandardStream: Sendable {
  /// The descriptor.
  package let descriptor: Int32

  /// Wraps a descriptor that somebody else closes.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Standard input.
  package static let input = StandardStream(descriptor: 0)
  /// Standard output.
  package static let output = StandardStream(descriptor: 1)
  /// Standard error.
  package static let error = StandardStream(descriptor: 2)

  /// Writes all bytes; a reader that is gone fails with ``Errno/brokenPipe``.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    try writeAll(bytes, to: descriptor)
  }

  /// Writes a text.
  package func write(_ text: String) throws(Errno) {
    var text = text
    var failure: Errno?
    text.withUTF8 { bytes in
      do throws(Errno) { try write(UnsafeRawBufferPointer(bytes)) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Reads what is there, at least one byte; 0 is the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
    return try retrying { readBytes(descriptor, base, buffer.count) }
  }

  /// Reads to the end; more bytes than the limit fail with ``Errno/fileTooLarge``.
  package func readToEnd(limit: Int = .max) throws(Errno) -> [UInt8] {
    var all: [UInt8] = []
    let part = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
    defer { part.deallocate() }
    while true {
      let count = try read(into: part)
      if count == 0 { return all }
      all += part[..<count]
      if all.count > limit { throw .fileTooLarge }
    }
  }

  /// Tells whether the stream is a terminal.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The width of the terminal in columns, if it is one that tells.
  package var terminalWidth: Int? {
    let width = cs_terminal_width(descriptor)
    return width > 0 ? Int(width) : nil
  }
}
