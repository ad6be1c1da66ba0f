/// Why a name or a path cannot take part in a sync.
///
/// The rules hold on every platform, so that a tree that one machine accepts is never refused by
/// the next. They follow the name rules of Windows and the protected names of git's own checks.
package enum PathProblem: String, Error, Hashable, Sendable, CaseIterable {
  /// The path or one of its names is empty.
  case empty
  /// A name is `.` or `..`, or the path starts with `/`.
  case traversal
  /// The bytes are not UTF-8.
  case notUTF8 = "not_utf8"
  /// A name holds a control character (newline included), DEL or NUL.
  case controlCharacter = "control_character"
  /// A name holds `\` or `:`, which some file systems read as structure.
  case reservedCharacter = "reserved_character"
  /// A name ends with a dot or a space, which some file systems drop.
  case trailingDotOrSpace = "trailing_dot_or_space"
  /// A name is a device on Windows (`CON`, `NUL`, `COM1`…), with or without an extension.
  case deviceName = "device_name"
  /// A name is, or looks to some file system like, a folder that a sync must never write.
  case protectedName = "protected_name"
  /// A name is longer than 255 bytes.
  case nameTooLong = "name_too_long"
  /// The path is longer than 4096 bytes.
  case pathTooLong = "path_too_long"
  /// The path has more than 128 names.
  case tooDeep = "too_deep"
}
