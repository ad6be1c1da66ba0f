import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An error number of the operating system.
package struct Errno: Error, RawRepresentable, Hashable, Sendable {
  /// The number, as `errno` has it.
  package let rawValue: Int32

  /// Wraps an error number.
  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The error of the last failed call on this thread.
  package static var last: Errno { Errno(rawValue: errno) }

  /// No such file or folder.
  package static let notFound = Errno(rawValue: ENOENT)
  /// The name is taken.
  package static let exists = Errno(rawValue: EEXIST)
  /// Permission denied.
  package static let accessDenied = Errno(rawValue: EACCES)
  /// The operation is not permitted.
  package static let notPermitted = Errno(rawValue: EPERM)
  /// A file stands where a folder was expected.
  package static let notDirectory = Errno(rawValue: ENOTDIR)
  /// A folder stands where a file was expected.
  package static let isDirectory = Errno(rawValue: EISDIR)
  /// The folder still holds something.
  package static let notEmpty = Errno(rawValue: ENOTEMPTY)
  /// A link stands where none may be followed.
  package static let linkLoop = Errno(rawValue: ELOOP)
  /// The disk is full.
  package static let noSpace = Errno(rawValue: ENOSPC)
  /// The file is larger than it may be.
  package static let fileTooLarge = Errno(rawValue: EFBIG)
  /// The user's quota is used up.
  package static let quotaExceeded = Errno(rawValue: EDQUOT)
  /// The device failed.
  package static let inputOutput = Errno(rawValue: EIO)
  /// The file system is mounted read-only.
  package static let readOnly = Errno(rawValue: EROFS)
  /// The two names lie on different file systems.
  package static let crossDevice = Errno(rawValue: EXDEV)
  /// The file system does not know the operation.
  package static let notSupported = Errno(rawValue: ENOTSUP)
  /// An argument is invalid.
  package static let invalidArgument = Errno(rawValue: EINVAL)
  /// The name is too long for the file system.
  package static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
  /// The process has too many open files.
  package static let tooManyOpenFiles = Errno(rawValue: EMFILE)
  /// The reader of a pipe is gone.
  package static let brokenPipe = Errno(rawValue: EPIPE)
  /// The call would have to wait.
  package static let wouldBlock = Errno(rawValue: EAGAIN)
  /// The call was interrupted by a signal.
  package static let interrupted = Errno(rawValue: EINTR)

  /// Tells whether the error means that the disk cannot take more.
  package var meansFull: Bool { self == .noSpace || self == .quotaExceeded }
}

extension Errno: CustomStringConvertible {
  /// The operating system's words, in English unless the process chose a locale.
  package var description: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(rawValue, &buffer, buffer.count) == 0 else { return "error \(rawValue)" }
    return buffer.withUnsafeBufferPointer { text in
      text.baseAddress.map { String(cString: $0) } ?? ""
    }
  }
}

/// Turns a returned error number into a thrown one.
func check(_ number: Int32) throws(Errno) {
  if number != 0 { throw Errno(rawValue: number) }
}

/// Repeats a call that a signal interrupted, and throws what else went wrong.
@discardableResult
func retrying<Value: SignedInteger>(_ call: () -> Value) throws(Errno) -> Value {
  while true {
    let result = call()
    if result >= 0 { return result }
    let error = Errno.last
    if error != .interrupted { throw error }
  }
}
