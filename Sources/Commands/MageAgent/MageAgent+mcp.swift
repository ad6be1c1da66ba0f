import CommandLineKit
import MCPServer

extension MageAgent {
  /// `mcp`: serves an assistant on standard input and output.
  func serve() async throws -> MageAgentAnswer? {
    let config = try MageAgentConfigFile(context).required()
    var surroundings = surroundings
    surroundings.given = try MageAgent.project(config, context)
    let serving = CommandContext(
      invocation: invocation, surroundings: surroundings, console: console)
    var surface = AssistantSurface(name: MageAgentTable.name, title: MageAgentTable.name)
    let wasSignedIn = config.token != nil
    surface.explain = { error in
      let failure = MageAgentFailure(of: error, wasSignedIn: wasSignedIn)
      return (failure.code.rawValue, failure.message, failure.hint)
    }
    _ = try await serving.mcp(as: surface)
    return nil
  }
}
