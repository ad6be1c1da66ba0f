import HTTPServing
import HubProtocol
import JSON
import SyncModel
import Testing

@testable import Hub
@testable import HubStore

struct HubOpenAPITests {
  /// Says what in a value is not as a schema wants it; nothing if all is.
  private static func problem(
    _ value: JSONValue, _ schema: JSONValue, _ document: JSONValue, _ place: String = "$"
  ) -> String? {
    if let reference = schema["$ref"]?.stringValue {
      let name = String(reference.split(separator: "/").last ?? "")
      guard let found = document["components"]?["schemas"]?[name] else {
        return "\(place): no schema \(name)"
      }
      return problem(value, found, document, place)
    }
    if let choices = schema["oneOf"]?.arrayValue {
      let fitting = choices.filter { problem(value, $0, document, place) == nil }
      return fitting.count == 1 ? nil : "\(place): fits \(fitting.count) of \(choices.count)"
    }
    if let constant = schema["const"] { return value == constant ? nil : "\(place): not constant" }
    if let words = schema["enum"]?.arrayValue {
      return words.contains(value) ? nil : "\(place): not one of the words"
    }
    switch schema["type"]?.stringValue {
    case "null": return value.isNull ? nil : "\(place): not null"
    case "string": return value.stringValue == nil ? "\(place): not a string" : nil
    case "boolean": return value.boolValue == nil ? "\(place): not a truth value" : nil
    case "integer": return (value.int64Value ?? -1) < 0 ? "\(place): not a number" : nil
    case "array":
      guard let elements = value.arrayValue else { return "\(place): not an array" }
      for (index, element) in elements.enumerated() {
        let found = problem(element, schema["items"] ?? [:], document, "\(place)[\(index)]")
        if let found { return found }
      }
      return nil
    case "object":
      guard let object = value.objectValue else { return "\(place): not an object" }
      for name in schema["required"]?.arrayValue ?? [] {
        guard object[name.stringValue ?? ""] != nil else { return "\(place): no \(name)" }
      }
      guard let properties = schema["properties"]?.objectValue else { return nil }
      for member in object.members {
        guard let property = properties[member.key] else {
          return "\(place): \(member.key) is not described"
        }
        let found = problem(member.value, property, document, "\(place).\(member.key)")
        if let found { return found }
      }
      return nil
    default: return nil
    }
  }

  /// A request for a route, and what it is to answer.
  struct Probe: CustomTestStringConvertible {
    let method: String
    let path: String
    let route: String
    let status: Int
    var body: [UInt8] = []
    var headers: HTTPHeaders = [:]
    var token: String? = "admin"
    var testDescription: String { "\(method) \(path) \(status)" }

    init(
      _ method: String, _ path: String, _ route: String, _ status: Int, json: JSONValue? = nil,
      body: [UInt8] = [], headers: HTTPHeaders = [:], token: String? = "admin"
    ) {
      self.method = method
      self.path = path
      self.route = route
      self.status = status
      self.body = json?.bytes() ?? body
      self.headers = headers
      self.token = token
    }
  }

  /// One probe at least for every route, and for every success and most errors that it documents.
  private static func probes() throws -> [Probe] {
    let p = "/api/v1/projects/{project}"
    let one = "1".digest.description
    let node = HubWorld.node("1")
    let draft: JSONValue = ["content": "eHl6", "expected": nil]
    let stray = "stray".digest.description
    return [
      Probe("GET", "//", "/", 200, token: nil), Probe("GET", "//healthz", "/healthz", 200),
      Probe("GET", "/openapi.json", "/api/v1/openapi.json", 200, token: nil),
      Probe("GET", "/hub", "/api/v1/hub", 200, token: nil),
      Probe("GET", "/hub", "/api/v1/hub", 426, headers: ["Syncline-Protocol": "9"]),
      Probe("GET", "/hub", "/api/v1/hub", 413, body: [1]),
      Probe("GET", "/whoami", "/api/v1/whoami", 200),
      Probe("GET", "/whoami", "/api/v1/whoami", 401, token: nil),
      Probe("GET", "/projects", "/api/v1/projects", 200),
      Probe("POST", "/projects", "/api/v1/projects", 201, json: ["name": "second"]),
      Probe("POST", "/projects", "/api/v1/projects", 409, json: ["name": "demo"]),
      Probe("POST", "/projects", "/api/v1/projects", 400, json: ["name": "a/b"]),
      Probe("POST", "/projects", "/api/v1/projects", 403, json: ["name": "c"], token: "read"),
      Probe("GET", "/projects/demo", p, 200), Probe("GET", "/projects/none", p, 404),
      Probe("GET", "/projects/demo/changes", p + "/changes", 200),
      Probe("GET", "/projects/demo/changes?since=1", p + "/changes", 200),
      Probe("GET", "/projects/demo/changes?since=x", p + "/changes", 400),
      Probe("GET", "/projects/demo/changes?since=99", p + "/changes", 410),
      Probe("GET", "/projects/demo/changes", p + "/changes", 304, headers: ["If-None-Match": "*"]),
      Probe(
        "POST", "/projects/demo/commits", p + "/commits", 200,
        json: [
          "commit": "o.1", "changes": [HubWorld.change("n", expected: nil, new: node)],
        ]),
      Probe(
        "POST", "/projects/demo/commits", p + "/commits", 409,
        json: [
          "commit": "o.2", "changes": [HubWorld.change("a", expected: nil, new: node)],
        ]),
      Probe(
        "POST", "/projects/demo/commits", p + "/commits", 422,
        json: [
          "commit": "o.3", "changes": [HubWorld.change("..", expected: nil, new: node)],
        ]),
      Probe(
        "POST", "/projects/demo/restore", p + "/restore", 200,
        json: ["path": "n", "revision": 3, "commit": "o.4", "expected": node]),
      Probe("GET", "/projects/demo/events", p + "/events", 200),
      Probe(
        "POST", "/projects/demo/missing", p + "/missing", 200,
        json: ["digests": [.string(one), .string(stray)]]),
      Probe("POST", "/projects/demo/missing", p + "/missing", 400, json: ["digests": ["x"]]),
      Probe(
        "POST", "/projects/demo/packs", p + "/packs", 200,
        body: try HubWorld.pack([Array("packed".utf8)])),
      Probe("POST", "/projects/demo/packs", p + "/packs", 422, body: [1, 2, 3]),
      Probe(
        "POST", "/projects/demo/contents", p + "/contents", 200,
        json: ["digests": [.string(one)]]),
      Probe("GET", "/projects/demo/contents/\(one)", p + "/contents/{digest}", 200),
      Probe(
        "GET", "/projects/demo/contents/\(one)", p + "/contents/{digest}", 206,
        headers: ["Range": "bytes=0-"]),
      Probe(
        "GET", "/projects/demo/contents/\(one)", p + "/contents/{digest}", 416,
        headers: ["Range": "bytes=1-"]),
      Probe(
        "GET", "/projects/demo/contents/\(one)", p + "/contents/{digest}", 304,
        headers: ["If-None-Match": "\"\(one)\""]),
      Probe("GET", "/projects/demo/contents/\(stray)", p + "/contents/{digest}", 404),
      Probe("GET", "/projects/demo/uploads/\(stray)", p + "/uploads/{digest}", 404),
      Probe(
        "PUT", "/projects/demo/uploads/\(stray)?offset=0&size=5", p + "/uploads/{digest}", 200,
        body: Array("st".utf8)),
      Probe(
        "PUT", "/projects/demo/uploads/\(stray)?offset=0&size=5", p + "/uploads/{digest}", 409,
        body: Array("st".utf8)),
      Probe("GET", "/projects/demo/uploads/\(stray)", p + "/uploads/{digest}", 200),
      Probe("GET", "/projects/demo/history", p + "/history", 200),
      Probe("GET", "/projects/demo/history?path=..", p + "/history", 422),
      Probe("GET", "/projects/demo/tree", p + "/tree", 200),
      Probe("GET", "/projects/demo/tree?revision=99", p + "/tree", 404),
      Probe("GET", "/projects/demo/files/a", p + "/files/{path}", 200),
      Probe("GET", "/projects/demo/files/zz", p + "/files/{path}", 404),
      Probe("GET", "/projects/demo/files/a/versions", p + "/files/{path}/versions", 200),
      Probe("GET", "/projects/demo/files/gone/versions", p + "/files/{path}/versions", 200),
      Probe("GET", "/projects/demo/diff?path=a&from=0&to=1", p + "/diff", 200),
      Probe("GET", "/projects/demo/diff?path=a&from=0", p + "/diff", 400),
      Probe("PUT", "/projects/demo/drafts/w", p + "/drafts/{path}", 200, json: draft),
      Probe("PUT", "/projects/demo/drafts/w", p + "/drafts/{path}", 409, json: draft),
      Probe("GET", "/projects/demo/drafts", p + "/drafts", 200),
      Probe("GET", "/projects/demo/drafts/w", p + "/drafts/{path}", 200),
      Probe(
        "POST", "/projects/demo/drafts/w/publish", p + "/drafts/{path}/publish", 200,
        json: ["expected": nil, "message": "m"]),
      Probe("DELETE", "/projects/demo/drafts/w", p + "/drafts/{path}", 404),
      Probe("PUT", "/projects/demo/drafts/v", p + "/drafts/{path}", 200, json: draft),
      Probe("DELETE", "/projects/demo/drafts/v", p + "/drafts/{path}", 200),
      Probe("PUT", "/projects/demo/current/a", p + "/current/{path}", 200, json: ["revision": 1]),
      Probe("GET", "/projects/demo/current/a", p + "/current/{path}", 200),
      Probe("GET", "/projects/demo/current/zz", p + "/current/{path}", 404),
      Probe("GET", "/tokens", "/api/v1/tokens", 200),
      Probe("POST", "/tokens", "/api/v1/tokens", 201, json: ["name": "n", "scope": "read"]),
      Probe("DELETE", "/tokens/zz", "/api/v1/tokens/{id}", 404),
      Probe("DELETE", "/tokens/\(Self.victim)", "/api/v1/tokens/{id}", 200),
      Probe("GET", "/audit", "/api/v1/audit", 200),
      Probe("GET", "/audit", "/api/v1/audit", 403, token: "read"),
      Probe("PATCH", "/projects/demo", p, 200, json: ["name": "renamed"]),
      Probe("DELETE", "/projects/renamed", p, 200),
    ]
  }

  private static let victim = "TOKEN-ID"

  @Test func `every route answers as the document says, and the document knows every route`()
    throws
  {
    let world = try HubWorld()
    try world.commit([("a", "1"), ("gone", "1"), ("d/x", "2")])
    try world.commit([("gone", nil), ("a", "2")])
    let victim = try world.store.createToken(
      named: "v", scope: .read, project: nil, expires: nil, by: "test"
    ).id
    let reader = try world.token(.read)
    let document = try #require(try world.ask("GET", "/openapi.json", token: nil).json)
    #expect(document["openapi"] == "3.1.0")
    var probed: Set<String> = []
    var succeeded: [String: Set<Int>] = [:]
    for probe in try Self.probes() {
      let answer = try world.ask(
        probe.method, probe.path.replacing(Self.victim, with: victim),
        token: probe.token == "read" ? reader : probe.token, body: probe.body,
        headers: probe.headers)
      let name = "\(probe.method) \(probe.route)"
      #expect(answer.status == probe.status, "\(probe)")
      probed.insert(name)
      if answer.status < 400 { succeeded[name, default: []].insert(answer.status) }
      let operation = document["paths"]?[probe.route]?[probe.method.lowercased()]
      let response = operation?["responses"]?["\(answer.status)"]
      #expect(response != nil, "\(probe) is not documented")
      guard let content = response?["content"]?.objectValue else {
        #expect(answer.bytes == [], "\(probe) has a body that is not documented")
        continue
      }
      let type = try #require(content.members.first)
      let sent = answer.headers["Content-Type"]?.split(separator: ";").first.map(String.init)
      #expect(sent == type.key, "\(probe)")
      guard let schema = type.value["schema"] else { continue }
      let value = try #require(answer.json)
      #expect(Self.problem(value, schema, document) == nil, "\(probe)")
    }
    // Both ways: no route without a probe and a description, no description without a route.
    #expect(probed == Set(Routes.all.map { "\($0.method) \($0.pattern)" }))
    var documented: Set<String> = []
    for path in try #require(document["paths"]?.objectValue).members {
      for method in try #require(path.value.objectValue).keys {
        documented.insert("\(method.uppercased()) \(path.key)")
      }
    }
    #expect(documented == probed)
    for route in Routes.all {
      let name = "\(route.method) \(route.pattern)"
      #expect(succeeded[name] == Set(route.operation.success.map(\.status)), "\(name)")
    }
  }

  @Test func `every schema that is named is there and every request body has one`() throws {
    let document = OpenAPI.document(version: "1")
    let text = String(decoding: document.bytes(), as: UTF8.self)
    for part in text.components(after: "#/components/schemas/") {
      #expect(document["components"]?["schemas"]?[part] != nil, "\(part)")
    }
    for route in Routes.all {
      let hasBody: Bool
      switch route.bodyLimit {
      case .none: hasBody = false
      case .small, .digests, .commit, .pack, .part, .draft: hasBody = true
      }
      #expect(hasBody == (route.operation.request != nil), "\(route.pattern)")
    }
    #expect(Set(Routes.all.map(\.operation.id)).count == Routes.all.count)
  }

  @Test func `the validator of this test finds what is wrong`() {
    let document = OpenAPI.document(version: "1")
    let schema: JSONValue = ["$ref": "#/components/schemas/Committed"]
    let good: JSONValue = ["revision": 1, "tree_digest": "0", "repeated": false]
    #expect(Self.problem(good, schema, document) == nil)
    for bad: JSONValue in [
      ["revision": 1, "tree_digest": "0"],
      ["revision": "1", "tree_digest": "0", "repeated": false],
      ["revision": 1, "tree_digest": "0", "repeated": false, "more": 1], [], nil,
    ] {
      #expect(Self.problem(bad, schema, document) != nil)
    }
  }
}

extension String {
  /// What stands between each occurrence of a text and the next quotation mark.
  fileprivate func components(after mark: String) -> [String] {
    var found: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: mark) {
      rest = rest[range.upperBound...]
      found.append(String(rest.prefix { $0 != "\"" }))
    }
    return found
  }
}
