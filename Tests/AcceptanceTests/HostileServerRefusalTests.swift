import HTTPServing
import JSON
import TestSupport
import Testing

/// Whatever a server answers in the middle of a push, nothing is lost and the next push works.
@Suite struct `A server refuses in the middle of a push` {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var name: String
    var answer: HTTPResponse
    var exit: Int32
    var code: String

    var testDescription: String { name }

    init(_ name: String, _ answer: HTTPResponse, _ exit: Int32, _ code: String) {
      self.name = name
      self.answer = answer
      self.exit = exit
      self.code = code
    }
  }

  static let refusals = [
    Refusal("an expired or revoked token", .refusal(401, "not_allowed"), 6, "not_allowed"),
    Refusal("a token that may only read", .refusal(403, "scope"), 6, "not_allowed"),
    Refusal("a project that is gone", .refusal(404, "not_allowed"), 6, "not_allowed"),
    Refusal("a page not found", HTTPResponse(status: 404), 7, "not_understood"),
    Refusal("too large a body", .refusal(413, "too_large"), 4, "refused"),
    Refusal("a refusal of no known kind", .refusal(418, "teapot"), 4, "refused"),
    Refusal("another version", .refusal(426, "unsupported_protocol"), 7, "not_understood"),
    Refusal("too many requests", .refusal(429, "slow_down", retryAfter: 500), 7, "unreachable"),
    Refusal("a hub that stops", .refusal(503, "stopping", retryAfter: 1000), 7, "unreachable"),
    Refusal("a full disk of the hub's", .refusal(507, "storage_full"), 4, "storage"),
    Refusal("a login page", .page, 7, "not_understood"),
    Refusal("an empty document", .hub(200, "{}"), 7, "not_understood"),
    Refusal("a document that is cut", .hub(200, #"{"revision":1,"#), 7, "not_understood"),
    Refusal("a moved address", .hub(301, "{}"), 7, "not_understood"),
  ]

  @Test(arguments: refusals) func `is told, loses nothing, and is over with its cause`(
    _ refusal: Refusal
  ) throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let server = try HostileServer(before: hub.url)
    try ada.run(["clone", server.url + "/p", "work"]).require(0)
    let work = Clone(path: stage.path + "/work", person: ada)
    try work.write("first\n", to: "a.txt")
    try work.run("push").require(0)
    var number = 0
    while true {
      try work.write("turn \(number)\n", to: "a.txt")
      try work.write(noise(3 << 19, seed: number), to: "b.bin")
      let before = try work.tree()
      server.spoil { [number] asked in asked.number == number ? .instead(refusal.answer) : nil }
      let result = try work.json("push")
      let reached = server.asked.count > number
      server.spoil(nil)
      guard reached else {
        result.expect(0)
        break
      }
      let message = try result.expectRefusal(refusal.exit, refusal.code)
      #expect(message.contains(server.url) || refusal.code == "refused", "\(message)")
      result.expectHarmless(token: ada.token)
      expectSame(before, try work.tree())
      try work.run("push").expect(0)
      try work.expectNoLitter()
      number += 1
    }
    // Changes, the project, the hub's limits, what is missing, one or more packs, the commit.
    #expect(number >= 5)
    let other = try ada.clone("p", of: hub, into: "other")
    expectSame(try work.content(), try other.content())
    hub.stop()
    try hub.expectClean()
  }

  @Test func `a hub that is busy once is asked again`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let server = try HostileServer(before: hub.url)
    try ada.run(["clone", server.url + "/p", "work"]).require(0)
    let work = Clone(path: stage.path + "/work", person: ada)
    for (number, status) in [500, 502, 503, 429].enumerated() {
      try work.write("\(status)\n", to: "a.txt")
      server.spoil { asked in
        asked.number == 1 ? .instead(.refusal(status, "busy", retryAfter: 1)) : nil
      }
      try work.json("push").expect(0).expectHarmless()
      let revision = try work.json("status").document()["remote_revision"]?.intValue
      #expect(revision == number + 1)
    }
  }

  @Test func `an answer that is lost after its commit commits once`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let server = try HostileServer(before: hub.url)
    try ada.run(["clone", server.url + "/p", "work"]).require(0)
    let work = Clone(path: stage.path + "/work", person: ada)
    for number in 0..<5 {
      try work.write("turn \(number)\n", to: "a.txt")
      server.spoil { asked in
        // Every request's first answer is cut, the commit's as well.
        asked.number == number ? .changed { $0.cut } : nil
      }
      try work.json("push").expect(0)
      server.spoil(nil)
      let status = try work.json("status").document()
      #expect(status["remote_revision"]?.intValue == number + 1)
      #expect(status["counts"]?["local_to_remote"]?.intValue == 0)
    }
  }
}
