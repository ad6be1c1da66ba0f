import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A descriptor that is closed when its last reference goes.
package final class FileDescriptor: Sendable {
  /// The number.
  package let number: Int32

  /// Takes over a descriptor.
  package init(owning number: Int32) {
    self.number = number
  }

  /// Waits until what was written to a descriptor is on the device, past the device's own cache.
  package static func synchronize(_ number: Int32) throws(Errno) {
    let code = cs_sync_file(number)
    guard code == 0 else { throw Errno(rawValue: code) }
  }

  deinit {
    // Nothing can be done about an error here: writers that care wait for the device first.
    _ = close(number)
  }
}
