import CommandLineKit
import JSON

/// Why a command of `mage-agent` ended, by the codes that its users' scripts know.
struct MageAgentFailure: Error {
  /// The documented codes.
  enum Code: String {
    case configuration = "CONFIG_INVALID"
    case signInRequired = "AUTH_REQUIRED"
    case signInExpired = "AUTH_EXPIRED"
    case api = "API_ERROR"
    case internalError = "INTERNAL_ERROR"
  }

  let code: Code
  let message: String
  let hint: String?

  init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// The same failure as `syncline` tells it; who had signed in has to do so again.
  init(_ failure: CommandFailure, wasSignedIn: Bool) {
    let code: Code =
      switch failure.exit {
      case .notAllowed: wasSignedIn ? .signInExpired : .signInRequired
      case .unreachable, .partial, .conflicts: .api
      case .usage, .stopped, .locked, .differences, .success: .configuration
      case .internalError, .interrupted: .internalError
      }
    let signIn = code == .signInExpired || code == .signInRequired
    self.init(
      code, failure.message, hint: signIn ? "run `mage-agent login`" : failure.hint)
  }

  /// What is written to standard error.
  func line(asJSON: Bool) -> String {
    let words = hint.map { "\(message) Hint: \($0)\($0.hasSuffix(".") ? "" : ".")" } ?? message
    guard asJSON else { return "Error [\(code.rawValue)]: \(TerminalText.escaped(words))\n" }
    let value: JSONValue = [
      "status": "error",
      "error": ["code": .string(code.rawValue), "message": .string(words)],
    ]
    return String(decoding: value.bytes(), as: UTF8.self) + "\n"
  }
}
