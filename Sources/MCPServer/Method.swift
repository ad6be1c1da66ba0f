/// The requests that are understood.
enum Method: String, CaseIterable, Sendable {
  case initialize
  case discover = "server/discover"
  case ping
  case listTools = "tools/list"
  case callTool = "tools/call"
  case listResources = "resources/list"
  case listTemplates = "resources/templates/list"
  case readResource = "resources/read"
  case listPrompts = "prompts/list"
  case getPrompt = "prompts/get"
  case listen = "subscriptions/listen"

  /// Whether a revision knows the request.
  func isKnown(in revision: ProtocolRevision) -> Bool {
    switch self {
    case .initialize, .ping: !revision.isStateless
    case .discover, .listen: revision.isStateless
    case .listTools, .callTool, .listResources, .listTemplates, .readResource, .listPrompts,
      .getPrompt:
      true
    }
  }

  /// For how many milliseconds a client may keep the result; nothing where it is not to be kept.
  ///
  /// Most lists are fixed as long as the server runs; resources may be others a moment later.
  var freshness: Int64? {
    switch self {
    case .discover, .listTools, .listTemplates, .listPrompts: 300_000
    case .listResources, .readResource: 0
    case .initialize, .ping, .callTool, .getPrompt, .listen: nil
    }
  }

  /// Whether the answer may take long: it comes as a stream, by which a client that goes away is
  /// noticed.
  var isLong: Bool {
    switch self {
    case .callTool, .listen, .listResources, .readResource: true
    case .initialize, .discover, .ping, .listTools, .listTemplates, .listPrompts, .getPrompt: false
    }
  }

  /// The parameter that a stateless request over HTTP repeats in `Mcp-Name`.
  var mirroredParameter: String? {
    switch self {
    case .callTool, .getPrompt: "name"
    case .readResource: "uri"
    case .initialize, .discover, .ping, .listTools, .listResources, .listTemplates, .listPrompts,
      .listen:
      nil
    }
  }
}
