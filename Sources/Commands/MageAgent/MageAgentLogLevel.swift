import CommandLineKit

/// How much is told on standard error, by the names that Python gives to levels.
enum MageAgentLogLevel {
  case debug
  case info
  case warning

  /// Takes the option's level, else the environment's; a name that is none there is as good as none.
  init(_ invocation: Invocation<Verb>, _ surroundings: Surroundings) throws(MageAgentFailure) {
    if let word = invocation.value(of: MageAgentTable.logLevel) {
      guard let level = MageAgentLogLevel(word) else {
        throw MageAgentFailure(
          .configuration, "'\(word)' is no log level.",
          hint: "the levels are DEBUG, INFO, WARNING and ERROR")
      }
      self = level
    } else {
      self =
        surroundings.variable("MAGE_AGENT_LOG_LEVEL").flatMap { MageAgentLogLevel($0) } ?? .info
    }
  }

  /// Reads a name, in capital letters or small ones.
  init?(_ name: String) {
    switch name.uppercased() {
    case "DEBUG", "NOTSET": self = .debug
    case "INFO": self = .info
    case "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL": self = .warning
    default: return nil
    }
  }

  /// Makes a console as talkative as the level says.
  func adjust(_ console: inout Console) {
    console.isQuiet = console.isQuiet || self == .warning
    console.isVerbose = console.isVerbose || self == .debug
  }
}
