import CommandLineKit
import MCPServer

extension MageAgent {
  /// `mcp`: serves an assistant on standard input and output.
  func serve() async throws -> MageAgentAnswer? {
    do { _ = try MageAgentConfigFile(context).required() } catch let failure as MageAgentFailure {
      // Every call says so too; whoever signs in meanwhile is served.
      let words = [failure.message, failure.hint.map { "Hint: \($0)." }].compactMap { $0 }
      try console.warning("warning: " + words.joined(separator: " "))
    }
    _ = try await context.mcp(as: MageAgent.surface(context))
    return nil
  }

  /// What the program is to assistants.
  ///
  /// The configuration is read for every call: whoever signs in meanwhile need not start it again.
  static func surface(_ context: CommandContext) -> AssistantSurface {
    var surface = AssistantSurface(name: MageAgentTable.name, title: MageAgentTable.name)
    surface.standardFolder = MageAgentTable.standardFolder
    surface.prepare = { command in
      var surroundings = command.surroundings
      surroundings.given = try project(MageAgentConfigFile(command).required(), command)
      return CommandContext(
        invocation: command.invocation, surroundings: surroundings, console: command.console,
        onProgress: command.onProgress)
    }
    surface.explain = { error in
      let failure = MageAgentFailure(of: error, wasSignedIn: isSignedIn(context))
      return (failure.code.rawValue, failure.message, failure.hint)
    }
    surface.stopped = MageAgentFailure.Code.stopped.rawValue
    surface.wayPast = { MageAgentFailure($0).hint ?? $0.hint }
    surface.tell = { $0.mageAgentWords }
    return surface
  }

  /// Whether the configuration holds a token.
  static func isSignedIn(_ context: CommandContext) -> Bool {
    (try? MageAgentConfigFile(context).read())?.token != nil
  }
}
