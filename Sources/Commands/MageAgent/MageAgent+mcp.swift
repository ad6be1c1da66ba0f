import CommandLineKit
import MCPServer

extension MageAgent {
  /// `mcp`: serves an assistant on standard input and output.
  func serve() async throws -> MageAgentAnswer? {
    var surroundings = surroundings
    surroundings.given = try MageAgent.project(
      try MageAgentConfigFile(context).required(), context)
    let serving = CommandContext(
      invocation: invocation, surroundings: surroundings, console: console)
    _ = try await serving.mcp()
    return nil
  }
}
