import CommandLineKit
import HTTPClient
import HubReplica
import MageReplica
import Platform
import ProjectConfig
import Replica

/// Makes connections to remotes with the token that belongs to them.
struct RemoteAccess {
  let context: CommandContext

  init(_ context: CommandContext) {
    self.context = context
  }

  /// The way to a target.
  func remote(
    of target: ProjectConfiguration.Target, retry: RetryPolicy? = nil
  ) throws -> TargetRemote {
    switch target.address {
    case .hub(let server, let project):
      return .hub(
        try connection(to: try origin(server, target), retry: retry), project: project)
    case .mage(let server, let base):
      let address = MageAddress(origin: try origin(server, target), base: base)
      return .mage(try mage(at: address, retry: retry))
    case .lua, .luaService:
      throw CommandFailure(
        .usage, "unsupported_kind",
        "Target '\(target.name)' is of a kind that this version cannot reach yet.",
        hint: "this version speaks to hubs and to Mage: https://HOST:PORT/PROJECT, "
          + "mage+https://HOST:PORT")
    }
  }

  private func origin(
    _ server: ServerOrigin, _ target: ProjectConfiguration.Target
  ) throws -> Origin {
    guard let origin = Origin(url: server.description) else {
      throw CommandFailure(
        .usage, "bad_url", "'\(target.url)' is not the address of a project.",
        hint: "it looks like https://HOST:PORT/PROJECT or mage+https://HOST:PORT")
    }
    return origin
  }

  /// The way to a Mage server.
  func mage(
    at address: MageAddress, token: String? = nil, retry: RetryPolicy? = nil
  ) throws -> MageConnection {
    let found = try token ?? self.token(for: address.origin)
    return try MageConnection(
      address: address,
      credential: found.map { MageCredential(token: $0, origin: address.origin) },
      apiKey: context.surroundings.given?.apiKey,
      environment: MageConnection.Environment(
        transport: try client, clock: context.surroundings.clock,
        randomness: context.surroundings.randomness,
        retry: retry ?? context.surroundings.retry,
        allowsPlainHTTP: allowsPlainHTTP))
  }

  /// The token for an origin: the one that came with the project, else one that is kept.
  private func token(for origin: Origin) throws -> String? {
    if let given = context.surroundings.given {
      return given.isFor(origin) ? given.token : nil
    }
    return try CredentialFile(context.surroundings).token(for: origin)
  }

  /// Whether a server on another machine may be reached without TLS.
  private var allowsPlainHTTP: Bool {
    context.invocation.has(Options.plainHTTP)
      || context.surroundings.given?.allowsPlainHTTP ?? false
  }

  /// Carries requests to a server of any kind.
  private var client: HTTPClient {
    get throws {
      let file = context.invocation.value(of: Options.caFile)
      let client = HTTPClient(
        options: HTTPClient.Options(
          caFile: file.map(context.surroundings.absolute),
          userAgent: "syncline/\(Program.version)"))
      // A mistake in the command line is told as one, not as a server that is out of reach.
      guard let file, let problem = client.rootsProblem else { return client }
      let words =
        switch problem {
        case .unreadable(let error): "cannot be read: \(ErrnoWords.text(error.rawValue))"
        case .noCertificate: "holds no certificate"
        }
      throw CommandFailure(
        .usage, "bad_ca_file", "'\(file)' \(words).",
        hint: "name a PEM file of certificates that this user may read with --ca-file")
    }
  }

  /// The way to a hub.
  func connection(
    to origin: Origin, token: String? = nil, retry: RetryPolicy? = nil
  ) throws -> HubConnection {
    let found = try token ?? self.token(for: origin)
    return try HubConnection(
      origin: origin, credential: found.map { HubCredential(token: $0, origin: origin) },
      environment: HubConnection.Environment(
        transport: try client, clock: context.surroundings.clock,
        randomness: context.surroundings.randomness,
        retry: retry ?? context.surroundings.retry,
        allowsPlainHTTP: allowsPlainHTTP))
  }
}
