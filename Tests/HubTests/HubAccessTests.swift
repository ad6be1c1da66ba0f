import HTTPServing
import HubProtocol
import JSON
import Platform
import SyncModel
import Testing

@testable import Hub
@testable import HubStore

struct HubAccessTests {
  @Test func `a hub that cannot write still answers who only reads`() throws {
    let world = try HubWorld()
    try world.commit([("a", "1")])
    let token = try world.token(.read)
    try world.store.connections.onWriter { try $0.script("PRAGMA query_only = 1") }
    for path in ["/projects/demo/changes", "/projects/demo/history", "/whoami"] {
      #expect(try world.ask("GET", path, token: token).status == 200, "\(path)")
      world.clock.advance(seconds: 120)
    }
    #expect(try world.commit([("a", "2")]).status >= 500)
  }

  @Test func `a token has the form that scanners look for`() throws {
    let text = TokenText.make([UInt8](repeating: 0xA5, count: 32))
    #expect(text.hasPrefix("slt_"))
    #expect(text.utf8.count == 4 + 52 + 6)
    #expect(TokenText.isWellFormed(text))
    #expect(!TokenText.isWellFormed(text.dropLast() + (text.last == "a" ? "b" : "a")))
    #expect(!TokenText.isWellFormed("slt_" + String(repeating: "a", count: 58)))
  }

  @Test func `no token, an unknown, an expired and a revoked one get the same answer`() throws {
    let world = try HubWorld()
    let expired = try world.store.createToken(
      named: "e", scope: .read, project: nil,
      expires: Timestamp(nanoseconds: world.clock.now.nanoseconds + 1_000_000_000), by: "test")
    #expect(try world.ask("GET", "/whoami", token: expired.text).status == 200)
    world.clock.advance(seconds: 1)
    let revoked = try world.store.createToken(
      named: "r", scope: .read, project: nil, expires: nil, by: "test")
    try world.store.revokeToken(id: revoked.id, by: "test")
    let unknown = TokenText.make([UInt8](repeating: 1, count: 32))
    let answers = try [nil, "nonsense", unknown, expired.text, revoked.text].map {
      try world.ask("GET", "/projects/demo", token: $0)
    }
    for answer in answers {
      #expect(answer.status == 401)
      #expect(answer.bytes == answers[0].bytes)
    }
    #expect(try world.ask("GET", "/projects/none", token: "nonsense").bytes == answers[0].bytes)
  }

  @Test func `a project that is not one's own is as unknown as one that is not there`() throws {
    let world = try HubWorld()
    _ = try world.ask("POST", "/projects", json: ["name": "secret"])
    let bound = try world.token(.admin, project: "demo")
    let hidden = try world.ask("GET", "/projects/secret", token: bound)
    let absent = try world.ask("GET", "/projects/nothing", token: bound)
    #expect(hidden.status == 404)
    #expect(hidden.bytes == absent.bytes)
    #expect(hidden.code == "not_allowed")
    let list = try ProjectList.decode(try world.ask("GET", "/projects", token: bound).bytes)
    #expect(list.projects.map(\.name) == ["demo"])
    #expect(try world.ask("POST", "/projects", token: bound, json: ["name": "x"]).status == 403)
    #expect(try world.ask("GET", "/tokens", token: bound).status == 403)
    #expect(try world.ask("GET", "/audit", token: bound).status == 403)
  }

  @Test func `every route asks for its scope and lets no lesser one in`() throws {
    let world = try HubWorld(limits: HubInfo.Limits(requestsPerMinute: 100_000))
    let tokens = try TokenScope.allCases.map { ($0, try world.token($0)) }
    for route in Routes.all {
      let needed: TokenScope
      switch route.access {
      case .open, .token: continue
      case .hub(let scope), .project(let scope): needed = scope
      }
      let path = route.pattern.replacing("{project}", with: "demo")
        .replacing("{digest}", with: "x").replacing("{path}", with: "..").replacing(
          "{id}", with: "none")
      for (scope, token) in tokens where scope < needed {
        let answer = try world.ask(route.method, "/" + path, token: token)
        #expect(answer.status == 403, "\(route.method) \(route.pattern) as \(scope)")
        #expect(answer.code == "scope")
      }
      let none = try world.ask(route.method, "/" + path, token: nil, peer: route.pattern)
      #expect(none.status == 401, "\(route.method) \(route.pattern)")
    }
    #expect(try world.project.revision == 0)
  }

  @Test func `tokens are made, listed without their texts, and revoked`() throws {
    let world = try HubWorld()
    let made = try world.ask(
      "POST", "/tokens",
      json: ["name": "ann", "project": "demo", "scope": "write", "expires": nil])
    #expect(made.status == 201)
    let text = try #require(made.json?["token"]?.stringValue)
    let id = try #require(made.json?["id"]?.stringValue)
    let who = try WhoAmI.decode(try world.ask("GET", "/whoami", token: text).bytes)
    #expect(who == WhoAmI(name: "ann", scopes: [.read, .write], project: "demo", expires: nil))
    let list = try world.ask("GET", "/tokens")
    #expect(list.json?["tokens"]?.arrayValue?.count == 2)
    #expect(!String(decoding: list.bytes, as: UTF8.self).contains(text))
    let none = try world.ask(
      "POST", "/tokens", json: ["name": "x", "project": "nope", "scope": "read"])
    #expect(none.status == 404)
    #expect(
      try world.ask(
        "POST", "/tokens", json: ["name": "x", "scope": "root"]
      ).status == 400)
    #expect(try world.ask("DELETE", "/tokens/\(id)").status == 200)
    #expect(try world.ask("GET", "/whoami", token: text).status == 401)
    #expect(try world.ask("DELETE", "/tokens/none").status == 404)
  }

  @Test func `a token over its rate waits, and others do not`() throws {
    let world = try HubWorld(limits: HubInfo.Limits(requestsPerMinute: 60))
    let ann = try world.token(.read)
    for _ in 0..<60 { #expect(try world.ask("GET", "/whoami", token: ann).status == 200) }
    let refused = try world.ask("GET", "/whoami", token: ann)
    #expect(refused.status == 429)
    #expect(refused.code == "slow_down")
    #expect(refused.headers["Retry-After"] == "1")
    #expect(try world.ask("GET", "/whoami").status == 200)
    world.clock.advance(seconds: 1)
    #expect(try world.ask("GET", "/whoami", token: ann).status == 200)
    #expect(try world.ask("GET", "/whoami", token: ann).status == 429)
  }

  @Test func `an address that shows wrong tokens waits longer and longer`() throws {
    let world = try HubWorld()
    for _ in 0..<21 {
      #expect(try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9").status == 401)
    }
    let refused = try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9")
    #expect(refused.status == 429)
    // One who shows wrong tokens locks out nobody else behind the same address.
    #expect(try world.ask("GET", "/whoami", peer: "10.9.9.9").status == 200)
    #expect(try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9").status == 429)
    #expect(try world.ask("GET", "/whoami", peer: "10.0.0.2").status == 200)
    world.clock.advance(seconds: 1)
    #expect(try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9").status == 401)
    world.clock.advance(seconds: 1)
    #expect(try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9").status == 429)
    world.clock.advance(seconds: 1)
    #expect(try world.ask("GET", "/whoami", peer: "10.9.9.9").status == 200)
    #expect(try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9").status == 401)
    // A valid token forgives none of what others tried.
    #expect(try world.ask("GET", "/whoami", token: "wrong", peer: "10.9.9.9").status == 429)
  }

  @Test func `an event stream ends when its token is revoked or has expired`() throws {
    let world = try HubWorld()
    func stream(_ token: String) throws -> EventSource {
      let target = try #require(HTTPTarget("/api/v1/projects/demo/events"))
      let response = world.hub.handle(
        HTTPRequest(
          method: "GET", target: target,
          headers: ["Host": "127.0.0.1:8080", "Authorization": "Bearer " + token],
          body: HTTPBody([]), peer: "10.0.0.1"))
      guard case .events(let source) = response.body else { throw HubStoreError.noSuchToken }
      return source
    }
    let made = try world.store.createToken(
      named: "ann", scope: .read, project: nil, expires: nil, by: "test")
    let source = try stream(made.text)
    let soon = Int64(WallClock.system.monotonic()) + 20_000_000_000
    source.beat(now: soon)
    #expect(source.isOpen)
    try world.store.revokeToken(id: made.id, by: "test")
    source.beat(now: soon + 1_000_000_000)
    #expect(source.isOpen)
    source.beat(now: soon + 20_000_000_000)
    #expect(!source.isOpen)
    let brief = try world.store.createToken(
      named: "bob", scope: .read, project: nil,
      expires: Timestamp(nanoseconds: world.clock.now.nanoseconds + 60_000_000_000), by: "test")
    let other = try stream(brief.text)
    other.beat(now: soon)
    #expect(other.isOpen)
    world.clock.advance(seconds: 61)
    other.beat(now: soon + 20_000_000_000)
    #expect(!other.isOpen)
  }

  @Test func `under TLS the hub asks to be reached by TLS alone`() throws {
    let name = "Strict-Transport-Security"
    #expect(try HubWorld().ask("GET", "/hub").headers[name] == nil)
    let world = try HubWorld(behindProxy: true)
    #expect(try world.ask("GET", "/hub").headers[name] == "max-age=31536000")
  }

  @Test func `behind a proxy the address is the one that the proxy has seen`() throws {
    let world = try HubWorld(behindProxy: true)
    let headers: HTTPHeaders = ["X-Forwarded-For": "6.6.6.6, 10.9.9.9", "Host": "any.example"]
    for _ in 0..<21 { _ = try world.ask("GET", "/whoami", token: "wrong", headers: headers) }
    #expect(try world.ask("GET", "/whoami", token: "wrong", headers: headers).status == 429)
    #expect(try world.ask("GET", "/whoami", token: "wrong").status == 401)
    #expect(world.lines.first?.peer == "10.9.9.9")
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("localhost", true), ("[::1]:99", true), ("hub.test:80", true),
    ("HUB.TEST", true), ("evil.example", false), ("127.0.0.1.evil.example", false), ("", false),
    ("127.evil.0.1", false),
  ])
  func `on loopback only known host names are answered`(_ host: String, _ isFine: Bool) throws {
    let world = try HubWorld()
    let answer = try world.ask("GET", "/hub", token: nil, headers: ["Host": host])
    #expect(answer.status == (isFine ? 200 : 400))
  }

  @Test func `another version of the protocol is refused with those that are spoken`() throws {
    let world = try HubWorld()
    for version in ["99", "0", "x", ""] {
      let answer = try world.ask("GET", "/hub", headers: ["Syncline-Protocol": version])
      #expect(answer.status == 426)
      #expect(answer.code == "unsupported_protocol")
      #expect(answer.error?["maximum"]?.int64Value == 1)
    }
    let fine = try world.ask("GET", "/hub", headers: ["Syncline-Protocol": "1"])
    #expect(fine.status == 200)
    #expect(fine.headers["Syncline-Protocol"] == "1")
    #expect(fine.headers["Syncline-Time"] == "\(world.clock.now.nanoseconds)")
  }

  @Test func `the page for people runs nothing and escapes everything`() throws {
    let world = try HubWorld()
    let answer = try world.ask("GET", "///".replacing("///", with: "//"), token: nil)
    #expect(answer.status == 200)
    let text = String(decoding: answer.bytes, as: UTF8.self)
    #expect(!text.contains("<script"))
    #expect(answer.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
    #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
    #expect(answer.headers["Access-Control-Allow-Origin"] == nil)
    #expect(try world.ask("GET", "//healthz", token: nil).json == ["status": "ok"])
  }

  @Test func `paths and methods that are not in the table are refused`() throws {
    let world = try HubWorld()
    for path in ["/nothing", "/projects/demo/", "/projects//changes", "/projects/demo/files/a/b"] {
      #expect(try world.ask("GET", path).status == 404)
    }
    #expect(try world.ask("PATCH", "/hub").status == 405)
    #expect(try world.ask("GET", "/projects/demo/changes?since=x").code == "malformed")
    #expect(try world.ask("GET", "/projects/demo/changes?since=-1").code == "malformed")
    let huge = "/projects/demo/changes?since=99999999999999999999"
    #expect(try world.ask("GET", huge).code == "malformed")
  }

  @Test func `what is done is recorded with who did it`() throws {
    let world = try HubWorld()
    let ann = try world.token(.write)
    try world.commit([("a", "1")], token: ann)
    let answer = try world.ask("GET", "/audit?limit=2")
    #expect(answer.json?["entries"]?[0]?["action"] == "commit")
    #expect(answer.json?["entries"]?[0]?["actor"] == "ann")
    #expect(answer.json?["entries"]?[0]?["project"] == "demo")
    #expect(answer.json?["more"]?.boolValue == true)
  }

  @Test func `a log line holds no secret and no control character`() throws {
    let world = try HubWorld()
    _ = try world.ask("GET", "/projects/%0A%1B[31m?token=\(world.admin)")
    let line = try #require(world.lines.last)
    #expect(!line.text.contains(world.admin))
    #expect(line.text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    #expect(line.status == 404)
    #expect(line.actor == "root")
    let forged = AccessLine(
      time: world.clock.now, peer: "1\n2", method: "GET", path: "/", status: 200, duration: 0,
      actor: "a b\u{1B}", failure: nil)
    #expect(forged.text.contains("1\\u{a}2 a\\u{20}b\\u{1b} GET"))
  }
}
