import JSON

/// On what terms a request is answered: the revision that is spoken, and with whom.
struct Terms: Equatable, Sendable {
  var revision: ProtocolRevision
  /// What the client calls itself; nobody vouches for it.
  var client: String?

  /// The members of `_meta` by which a stateless request says what it speaks.
  enum Key {
    static let revision = "io.modelcontextprotocol/protocolVersion"
    static let capabilities = "io.modelcontextprotocol/clientCapabilities"
    static let client = "io.modelcontextprotocol/clientInfo"
    static let server = "io.modelcontextprotocol/serverInfo"
    static let subscription = "io.modelcontextprotocol/subscriptionId"
  }

  /// The terms that a request names for itself; nothing where it relies on a handshake.
  init?(of request: Request) throws(RPCError) {
    guard let asked = request.meta?[Key.revision] else { return nil }
    guard let asked = asked.stringValue, asked.utf8.count <= 64 else {
      throw RPCError(.invalidParams, "'\(Key.revision)' in _meta is not a revision")
    }
    guard let revision = ProtocolRevision(rawValue: asked), revision.isStateless else {
      throw Terms.unsupported(asked)
    }
    guard request.meta?[Key.capabilities]?.objectValue != nil else {
      throw RPCError(.invalidParams, "_meta lacks '\(Key.capabilities)'")
    }
    self.revision = revision
    client = Terms.name(of: request.meta?[Key.client])
  }

  /// The terms that a handshake settles on.
  init(handshake request: Request) {
    revision = .settled(asked: request.params["protocolVersion"]?.stringValue)
    client = Terms.name(of: request.params["clientInfo"])
  }

  /// The error for a revision that is not spoken here, or not in this way.
  static func unsupported(_ asked: String) -> RPCError {
    RPCError(
      .unsupportedVersion, "this server does not speak that revision of the protocol",
      data: ["supported": supported, "requested": .string(asked)])
  }

  /// Every revision that is spoken here, newest first.
  static var supported: JSONValue {
    .array(ProtocolRevision.allCases.sorted(by: >).map { .string($0.rawValue) })
  }

  private static func name(of info: JSONValue?) -> String? {
    guard let name = info?["name"]?.stringValue else { return nil }
    let version = info?["version"]?.stringValue.map { " " + $0 } ?? ""
    return String((name + version).prefix(80))
  }
}
