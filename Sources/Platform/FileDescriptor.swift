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

  deinit {
    // Nothing can be done about an error here: writers that care wait for the device first.
    _ = close(number)
  }
}
