import CZstd

/// Why bytes could not be compressed or decompressed: a code of libzstd, or one of ours below 0.
package struct ZstdError: Error, RawRepresentable, Hashable, Sendable {
  /// The code.
  package var rawValue: Int32

  /// Creates an error from its code.
  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The content is, or says that it is, larger than allowed.
  package static let tooLarge = ZstdError(rawValue: -1)
  /// The content has another size than was promised.
  package static let wrongSize = ZstdError(rawValue: -2)
  /// The bytes end in the middle of a frame, or there is no frame at all.
  package static let truncated = ZstdError(rawValue: -3)
  /// The frame asks for a larger window, that is for more memory, than allowed.
  package static let windowTooLarge = library(ZSTD_error_frameParameter_windowTooLarge)
  /// The bytes are no frame.
  package static let notAFrame = library(ZSTD_error_prefix_unknown)
  /// The content does not match the frame's checksum.
  package static let wrongChecksum = library(ZSTD_error_checksum_wrong)
  /// The frame is damaged.
  package static let damaged = library(ZSTD_error_corruption_detected)

  private static func library(_ code: ZSTD_ErrorCode) -> ZstdError {
    ZstdError(rawValue: Int32(code.rawValue))
  }

  /// Returns a result of libzstd, or throws the error that it stands for.
  static func check(_ result: Int) throws(ZstdError) -> Int {
    guard ZSTD_isError(result) == 0 else { throw library(ZSTD_getErrorCode(result)) }
    return result
  }
}

extension ZstdError: CustomStringConvertible {
  /// What libzstd calls the error, or our own short name for it.
  package var description: String {
    switch self {
    case .tooLarge: "content too large"
    case .wrongSize: "content of another size than promised"
    case .truncated: "truncated frame"
    default: String(cString: ZSTD_getErrorString(ZSTD_ErrorCode(UInt32(max(rawValue, 0)))))
    }
  }
}
