import Platform

extension CommandFailure {
  /// A folder that cannot be used: the mistake of who named it, unless the system or its disk failed.
  ///
  /// `sentence` says so up to the reason.
  static func noFolder(_ sentence: String, _ error: Errno, hint: String) -> CommandFailure {
    let message = "\(sentence): \(ErrnoWords.text(error.rawValue))."
    let ofTheSystem: [Errno] = [
      .inputOutput, .tooManyOpenFiles, .noSpace, .quotaExceeded, .readOnly,
    ]
    guard ofTheSystem.contains(error) else {
      return CommandFailure(.usage, "no_folder", message, hint: hint)
    }
    return CommandFailure(
      .stopped, "file_error", message, hint: "look at the disk it is on, then run again")
  }
}
