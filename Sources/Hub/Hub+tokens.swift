import HTTPServing
import HubProtocol
import HubStore
import JSON
import SyncModel

extension Hub {
  func listTokens(_ call: Call) throws -> HTTPResponse {
    let tokens = try store.tokens().map { token -> JSONValue in
      [
        "id": .string(token.id), "name": .string(token.name),
        "project": Hub.text(token.project?.name), "scope": .string(token.scope.rawValue),
        "created": Hub.time(token.created), "expires": Hub.time(token.expires),
        "revoked": Hub.time(token.revoked), "last_used": Hub.time(token.lastUsed),
      ]
    }
    return .value(200, ["tokens": .array(tokens)])
  }

  func createToken(_ call: Call) throws -> HTTPResponse {
    let wanted = try call.message(TokenRequest.self)
    var project: HubProject?
    if let name = wanted.project {
      project = try store.project(named: name)
      if project == nil { throw Refusal.noProject }
    }
    if let expires = wanted.expires, expires <= environment.now() {
      throw Refusal.malformed("expires lies in the past")
    }
    let made = try store.createToken(
      named: wanted.name, scope: wanted.scope, project: project, expires: wanted.expires,
      by: call.actor)
    return .value(201, ["id": .string(made.id), "token": .string(made.text)])
  }

  func revokeToken(_ call: Call) throws -> HTTPResponse {
    try store.revokeToken(id: try call.parameter("id"), by: call.actor)
    return .value(200, ["revoked": true])
  }

  func audit(_ call: Call) throws -> HTTPResponse {
    let limit = try call.limit(default: 100, atMost: 1000)
    let before = try call.number("before").map { Int64($0) }
    let entries = try store.audit(before: before, limit: limit + 1)
    let shown = entries.prefix(limit).map { entry -> JSONValue in
      [
        "id": .integer(entry.id), "time": Hub.time(entry.time), "actor": .string(entry.actor),
        "action": .string(entry.action), "project": Hub.text(entry.project),
        "detail": Hub.text(entry.detail),
      ]
    }
    return .value(200, ["entries": .array(shown), "more": .bool(entries.count > limit)])
  }

  private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  private static func time(_ time: Timestamp?) -> JSONValue {
    time.map { .string(ISO8601.string(nanoseconds: $0.nanoseconds)) } ?? .null
  }
}
