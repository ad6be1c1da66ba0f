import CommandLineKit
import JSON
import Platform

/// What a command of `mage-agent` answers.
struct MageAgentAnswer {
  /// What happened, in a sentence.
  var message: String?
  /// The facts.
  var data: JSONObject?
  /// The same for people.
  var table = Table()
  /// What sums up the table, for people.
  var summary: String?
  /// What went wrong beside it, or ended it half-way.
  var failure: (any Error)?

  /// Writes the answer to standard output.
  ///
  /// What failed in part is no success, whatever was done beside it.
  func write(to console: Console, asJSON: Bool) throws {
    guard asJSON else {
      if let message { try console.line(message) }
      try console.block(table.text(console.outputColor))
      if let summary { try console.line(summary) }
      return
    }
    var members = JSONObject()
    members.insert("status", failure == nil ? "ok" : "error")
    if let message { members.insert("message", .string(message)) }
    if let data { members.insert("data", .object(data)) }
    try console.write(JSONValue.object(members).bytes() + [UInt8(ascii: "\n")])
  }
}

extension CommandContext {
  /// Runs a command of `mage-agent` and turns what happens into its answer and exit code.
  func mageAgent(_ body: (MageAgent) async throws -> MageAgentAnswer?) async -> ExitCode {
    let isJSON = invocation.value(of: MageAgentTable.format) != "human"
    var console = console
    func end(_ failure: MageAgentFailure) -> ExitCode {
      console.trouble.tell()
      return failure.end(console, asJSON: isJSON)
    }
    // An answer that nobody got is no success.
    func endAnswered() -> ExitCode {
      guard let lost = console.trouble.failure else { return .success }
      return end(MageAgentFailure(.internalError, lost.message, hint: lost.hint))
    }
    do {
      try MageAgentLogLevel(invocation, surroundings).adjust(&console)
      let agent = MageAgent(
        context: CommandContext(
          invocation: invocation, surroundings: surroundings, console: console))
      guard let answer = try await body(agent) else { return endAnswered() }
      try answer.write(to: console, asJSON: isJSON)
      if let failure = answer.failure { throw failure }
      return endAnswered()
    } catch let failure as MageAgentFailure {
      return end(failure)
    } catch is OutputEnded {
      return endAnswered()
    } catch {
      let failure = Explanation.explain(error)
      if failure.exit == .interrupted { return .interrupted }
      return end(MageAgentFailure(failure, wasSignedIn: MageAgent.isSignedIn(self)))
    }
  }
}
