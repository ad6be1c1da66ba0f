/// Why a command could not do what it was asked: what happened, why, and what to do next.
struct CommandFailure: Error {
  /// How the program ends.
  var exit: ExitCode
  /// A stable word for scripts.
  var code: String
  /// What happened and why, as a sentence.
  var message: String
  /// What to do next, as a sentence.
  var hint: String?

  init(_ exit: ExitCode, _ code: String, _ message: String, hint: String? = nil) {
    self.exit = exit
    self.code = code
    self.message = message
    self.hint = hint
  }
}
