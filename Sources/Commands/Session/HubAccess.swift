import CommandLineKit
import HTTPClient
import HubReplica
import Platform
import ProjectConfig
import Replica

/// Makes connections to hubs with the token that belongs to them.
struct HubAccess {
  let context: CommandContext

  init(_ context: CommandContext) {
    self.context = context
  }

  /// The way to a target.
  func connection(
    to target: ProjectConfiguration.Target
  ) throws -> (connection: HubConnection, project: String) {
    switch target.address {
    case .hub(let server, let project):
      guard let origin = Origin(url: server.description) else {
        throw CommandFailure(
          .usage, "bad_url", "'\(target.url)' is not the address of a project on a hub.",
          hint: "it looks like https://HOST:PORT/PROJECT")
      }
      return (try connection(to: origin), project)
    case .mage, .lua, .luaService:
      throw CommandFailure(
        .usage, "unsupported_kind",
        "Target '\(target.name)' is of a kind that this version cannot reach yet.",
        hint: "this version speaks to hubs: https://HOST:PORT/PROJECT")
    }
  }

  /// The project that a target's address names, as it was typed.
  func projectName(of target: ProjectConfiguration.Target) throws -> String {
    try connection(to: target).project
  }

  /// The way to a hub.
  func connection(
    to origin: Origin, token: String? = nil, retry: RetryPolicy? = nil
  ) throws -> HubConnection {
    let client = HTTPClient(
      options: HTTPClient.Options(
        caFile: context.invocation.value(of: Options.caFile).map(context.surroundings.absolute),
        userAgent: "syncline/\(Program.version)"))
    let found = try token ?? CredentialFile(context.surroundings).token(for: origin)
    return try HubConnection(
      origin: origin, credential: found.map { HubCredential(token: $0, origin: origin) },
      environment: HubConnection.Environment(
        transport: client, clock: context.surroundings.clock,
        randomness: context.surroundings.randomness,
        retry: retry ?? context.surroundings.retry,
        allowsPlainHTTP: context.invocation.has(Options.plainHTTP)))
  }
}
