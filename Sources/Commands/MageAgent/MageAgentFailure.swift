import CommandLineKit
import JSON
import Platform
import SyncCore

/// Why a command of `mage-agent` ended, by the codes that its users' scripts know.
struct MageAgentFailure: Error, Equatable {
  /// The documented codes, and two for what the other tool does not know.
  enum Code: String {
    case configuration = "CONFIG_INVALID"
    case signInRequired = "AUTH_REQUIRED"
    case signInExpired = "AUTH_EXPIRED"
    case api = "API_ERROR"
    case internalError = "INTERNAL_ERROR"
    /// A safety rule, or a state that cannot be used, stopped the run before any write.
    case stopped = "SYNC_STOPPED"
    /// Another run works in the folder.
    case locked = "SYNC_LOCKED"
  }

  let code: Code
  let message: String
  let hint: String?

  init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  /// What an error means to the users of this program.
  init(of error: any Error, wasSignedIn: Bool) {
    guard let failure = error as? MageAgentFailure else {
      self.init(Explanation.explain(error), wasSignedIn: wasSignedIn)
      return
    }
    self = failure
  }

  /// The same failure as `syncline` tells it; who had signed in has to do so again.
  init(_ failure: CommandFailure, wasSignedIn: Bool) {
    let code: Code =
      switch failure.exit {
      case .notAllowed: wasSignedIn ? .signInExpired : .signInRequired
      case .unreachable, .partial, .conflicts: .api
      case .usage: .configuration
      case .stopped: .stopped
      case .locked: .locked
      case .internalError, .interrupted, .differences, .success: .internalError
      }
    self.init(code, failure.message, hint: MageAgentFailure.hint(for: failure))
  }

  /// A run that a safety rule stopped.
  init(_ brake: BrakeTrip) {
    let hint =
      switch brake {
      case .identity: MageAgentFailure.otherProject
      case .rewound: MageAgentFailure.startAnew
      case .massChange:
        "look with `mage-agent sync-status`; if that is meant: --allow-mass-change"
      case .emptied, .deletions, .incompleteListing, .disk, .clockSkew, .sharedState, .branch:
        brake.hint
      }
    self.init(
      .stopped, "A safety rule stopped the run, and nothing was written: \(brake.words).",
      hint: hint)
  }

  static let otherProject =
    "sign in to the right server, or name another folder with --local-project-dir; where the same "
    + "server has a new address: remove .syncline in the local folder, nothing is deleted then"
  private static let startAnew =
    "remove .syncline in the local folder and run `mage-agent sync`: nothing is deleted then, "
    + "and what differs is a conflict"

  /// What to do next, in the words of this program: it has no `syncline.yaml`.
  private static func hint(for failure: CommandFailure) -> String? {
    switch failure.code {
    case "not_allowed": "run `mage-agent login`"
    case "unreachable":
      "check that the server runs, and `cluster_url` in ~/.mage-agent/config.json; nothing is lost"
    case "unusable_state", "damaged_state", "state_error": startAnew
    case "no_such_run": "list them with `mage-agent runs`"
    case "plain_http":
      "use https, or `mage-agent login --allow-plain-http` where the network is your own"
    case "identity": otherProject
    default: failure.hint.flatMap { $0.contains("syncline ") ? nil : $0 }
    }
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

  /// Ends the command: the failure is told on standard error, and 1 is the only code for it.
  func end(_ console: Console, asJSON: Bool) -> ExitCode {
    // Where nobody can be told, there is nobody to tell.
    try? console.error.write(line(asJSON: asJSON))
    return .differences
  }

  /// Ends after a command line that cannot be understood.
  static func end(_ error: UsageError, _ surroundings: Surroundings) -> ExitCode {
    MageAgentFailure(.configuration, error.message, hint: error.hint).end(
      Console(surroundings, isJSON: false),
      asJSON: !surroundings.arguments.contains { $0 == "human" || $0.hasSuffix("=human") })
  }
}
