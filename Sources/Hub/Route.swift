import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

/// One thing that the hub can be asked: the table of these is the hub's interface.
struct Route: Sendable {
  /// Who may ask.
  enum Access: Sendable {
    /// Anybody.
    case open
    /// Any valid token.
    case token
    /// A token of a scope that is not bound to a project.
    case hub(TokenScope)
    /// A token of a scope for the project that the path names.
    case project(TokenScope)
  }

  /// One segment of a path.
  enum Segment: Hashable, Sendable {
    case literal(String)
    case parameter(String)
  }

  /// How large a request's body may be.
  enum BodyLimit: Sendable {
    case none, small, digests, commit, pack, part, draft

    func bytes(_ limits: HubInfo.Limits) -> Int {
      switch self {
      case .none: 0
      case .small: 64 << 10
      case .digests: Wire.maximumDigests * 80 + 4096
      case .commit: Int(clamping: limits.body)
      case .pack: limits.pack
      case .part: limits.part
      case .draft: limits.largeContent / 3 * 4 + 4096
      }
    }
  }

  let method: String
  /// The path below the host, such as `/api/v1/projects/{project}`.
  let pattern: String
  let access: Access
  let bodyLimit: BodyLimit
  let operation: Operation
  let handler: @Sendable (Hub, Call) throws -> HTTPResponse
  let segments: [Segment]

  init(
    _ method: String, _ pattern: String, _ access: Access, body bodyLimit: BodyLimit = .none,
    _ operation: Operation, handler: @escaping @Sendable (Hub, Call) throws -> HTTPResponse
  ) {
    self.method = method
    self.pattern = pattern
    self.access = access
    self.bodyLimit = bodyLimit
    self.operation = operation
    self.handler = handler
    segments = pattern.split(separator: "/").map { part in
      part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .literal(String(part))
    }
  }

  /// The parameters of a path that has this route's form, or nothing.
  func match(_ path: [String]) -> [String: String]? {
    guard path.count == segments.count else { return nil }
    var parameters: [String: String] = [:]
    for (segment, text) in zip(segments, path) {
      switch segment {
      case .literal(let literal): guard literal == text else { return nil }
      case .parameter(let name):
        guard !text.isEmpty else { return nil }
        parameters[name] = text
      }
    }
    return parameters
  }
}

/// One request on its way through a handler, with everything that was found out about it.
struct Call: Sendable {
  let request: HTTPRequest
  let parameters: [String: String]
  let token: HubToken?
  let found: HubProject?

  /// The name that the token's doings are recorded under.
  var actor: String { token?.name ?? "-" }

  /// The project that the path names.
  var project: HubProject {
    get throws {
      guard let found else { throw Refusal.noProject }
      return found
    }
  }

  /// A parameter of the path.
  func parameter(_ name: String) throws -> String {
    guard let text = parameters[name] else { throw Refusal.malformed("no \(name) in the path") }
    return text
  }

  /// The path parameter as a valid path.
  func path() throws -> SyncPath {
    try Call.path(try parameter("path"))
  }

  static func path(_ text: String) throws -> SyncPath {
    do throws(PathProblem) {
      return try SyncPath(validating: text)
    } catch {
      throw Refusal.invalidPath(text)
    }
  }

  /// The digest parameter of the path.
  func digest() throws -> Digest {
    let text = try parameter("digest")
    guard text.hasPrefix("sha256:"), let digest = Digest(text: text) else {
      throw Refusal.malformed("not a digest")
    }
    return digest
  }

  /// A whole number of the query; nothing where it is not there.
  func number(_ name: String) throws -> UInt64? {
    guard let text = request.query(name) else { return nil }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text),
      number <= UInt64(Int64.max)
    else { throw Refusal.malformed("\(name) is not a whole number") }
    return number
  }

  /// A whole number of the query that must be there.
  func requiredNumber(_ name: String) throws -> UInt64 {
    guard let number = try number(name) else { throw Refusal.malformed("\(name) is missing") }
    return number
  }

  /// A limit of the query, within its bounds.
  func limit(default normal: Int, atMost most: Int) throws -> Int {
    guard let number = try number("limit") else { return normal }
    guard number >= 1 else { throw Refusal.malformed("limit is not positive") }
    return Int(min(number, UInt64(most)))
  }

  /// The body as a message.
  func message<Message: WireMessage>(_ type: Message.Type) throws -> Message {
    let limits = JSONLimits(depth: 16)
    return try request.body.withBytes { try Message.decode($0, limits: limits) }
  }

  /// The body as a JSON object.
  func object() throws -> JSONObject {
    do {
      let value = try request.body.withBytes {
        try JSONValue.parse($0, limits: JSONLimits(depth: 16))
      }
      guard let object = value.objectValue else { throw Refusal.malformed("not a JSON object") }
      return object
    } catch is JSONError {
      throw Refusal.malformed("not valid JSON")
    }
  }
}

extension HTTPResponse {
  /// An answer with a JSON document.
  static func json(_ status: Int = 200, _ bytes: [UInt8], headers: HTTPHeaders = [:])
    -> HTTPResponse
  {
    var headers = headers
    headers.set("Content-Type", Wire.MediaType.json)
    return HTTPResponse(status: status, headers: headers, body: .bytes(bytes))
  }

  /// An answer with a message.
  static func message(_ message: some WireMessage, status: Int = 200) -> HTTPResponse {
    json(status, message.json)
  }

  /// An answer with a JSON value.
  static func value(_ status: Int = 200, _ value: JSONValue) -> HTTPResponse {
    json(status, value.bytes())
  }
}
