import ProjectConfig
import Testing

@Suite struct CredentialsTests {
  private func origin(_ text: String) throws -> ServerOrigin { try ServerOrigin(text) }

  private func store() throws -> Credentials {
    var store = Credentials()
    store.set(try #require(AccessToken("t2")), name: "Ann\tB\n", for: try origin("https://h"))
    store.set(try #require(AccessToken("t1")), name: "", for: try origin("http://[::1]:8080"))
    return store
  }

  @Test func `a store is read as it was written`() throws {
    let store = try store()
    let text = "syncline-credentials 1\nhttp://[::1]:8080\tt1\t\nhttps://h\tt2\tAnnB\n"
    #expect(String(decoding: store.rendered, as: UTF8.self) == text)
    #expect(try Credentials.parse(store.rendered) == store)
    #expect(store[try origin("https://H:443/")]?.token.secret == "t2")
    #expect(store[try origin("http://h:443")] == nil)
    #expect(try Credentials.parse([]) == Credentials())
  }

  @Test func `an origin has one token, which can be taken away`() throws {
    var store = try store()
    store.set(try #require(AccessToken(" t3\n")), name: "x", for: try origin("https://h"))
    #expect(store.entries.map(\.token.secret) == ["t1", "t3"])
    let isRemoved = store.remove(try origin("https://h"))
    let isRemovedAgain = store.remove(try origin("https://h"))
    #expect(isRemoved && !isRemovedAgain)
    #expect(store.entries.count == 1)
  }

  struct Damage: CustomTestStringConvertible, Sendable {
    var text: String
    var code: CredentialsError.Code
    var line: Int
    var testDescription: String { text }

    init(_ text: String, _ code: CredentialsError.Code, _ line: Int) {
      self.text = text
      self.code = code
      self.line = line
    }
  }

  @Test(arguments: [
    Damage("{}", .unknownFormat, 1),
    Damage("syncline-credentials 2\n", .unknownFormat, 1),
    Damage("syncline-credentials 1\r\n", .unknownFormat, 1),
    Damage("syncline-credentials 1", .truncated, 1),
    Damage("syncline-credentials 1\nhttps://h\tt\tn", .truncated, 2),
    Damage("syncline-credentials 1\n\n", .malformedLine, 2),
    Damage("syncline-credentials 1\nhttps://h\tt\n", .malformedLine, 2),
    Damage("syncline-credentials 1\nhttps://h\tt\tn\r\n", .malformedLine, 2),
    Damage("syncline-credentials 1\nhttps://h:443\tt\tn\n", .badOrigin, 2),
    Damage("syncline-credentials 1\nhttps://h\t\tn\n", .badToken, 2),
    Damage("syncline-credentials 1\nhttps://h\ta b\tn\n", .badToken, 2),
    Damage("syncline-credentials 1\nhttps://h\tt\tn\nhttps://h\tu\tn\n", .duplicateOrigin, 3),
  ])
  func `a damaged store is refused with its line`(damage: Damage) {
    #expect(throws: CredentialsError(code: damage.code, line: damage.line)) {
      try Credentials.parse(Array(damage.text.utf8))
    }
  }

  @Test func `printing shows no token`() throws {
    var store = Credentials()
    store.set(try #require(AccessToken("hunter2")), name: "n", for: try origin("https://h"))
    let chosen = try TokenSource.choose(
      environmentToken: "hunter2", environmentOrigin: "https://h", stored: store,
      for: try origin("https://h"))
    var text = "\(store) \(String(reflecting: store)) \(chosen) \(String(reflecting: chosen))"
    dump(store, to: &text)
    dump(chosen, to: &text)
    #expect(!text.contains("hunter2"))
    #expect(text.contains("(token)"))
  }

  struct Choice: CustomTestStringConvertible, Sendable {
    var token: String?
    var named: String?
    var target: String
    var result: String
    var testDescription: String { "\(token ?? "-") for \(named ?? "-") at \(target)" }

    init(_ token: String?, _ named: String?, at target: String, _ result: String) {
      self.token = token
      self.named = named
      self.target = target
      self.result = result
    }
  }

  @Test(arguments: [
    Choice(nil, nil, at: "https://h", "t2"),
    Choice(nil, "https://x", at: "https://h", "t2"),
    Choice("", "", at: "https://h", "t2"),
    Choice(nil, nil, at: "https://x", "not_signed_in"),
    Choice("env", "https://h", at: "https://h", "env"),
    Choice("env\n", "HTTPS://H:443/", at: "https://h", "env"),
    Choice("env", "https://x", at: "https://h", "t2"),
    Choice("env", "https://x", at: "https://y", "environment_is_for_another_origin"),
    Choice("env", "http://h", at: "https://h:80", "environment_is_for_another_origin"),
    Choice("env", "https://h", at: "http://localhost", "environment_is_for_another_origin"),
    Choice("env", nil, at: "http://localhost:8080", "env"),
    Choice("env", nil, at: "http://127.0.0.9", "env"),
    Choice("env", "", at: "http://[::1]:8080", "env"),
    Choice("env", nil, at: "https://h", "t2"),
    Choice("env", nil, at: "https://x", "environment_needs_origin"),
    Choice("env", nil, at: "http://127.0.0.1.evil.example", "environment_needs_origin"),
  ])
  func `a token goes to its own origin alone`(choice: Choice) throws {
    let source = try TokenSource.choose(
      environmentToken: choice.token, environmentOrigin: choice.named, stored: try store(),
      for: try origin(choice.target))
    switch source {
    case .environment(let token): #expect(token.secret == choice.result)
    case .stored(let entry): #expect(entry.token.secret == choice.result)
    case .none(let absence):
      #expect(absence.rawValue == choice.result)
      #expect(source.token == nil)
    }
  }

  @Test func `an environment that makes no sense is refused`() throws {
    let target = try origin("https://h")
    #expect(throws: TokenSource.Problem.badToken) {
      try TokenSource.choose(
        environmentToken: "a b", environmentOrigin: "https://h", stored: Credentials(), for: target)
    }
    #expect(throws: TokenSource.Problem.badOrigin(.unknownScheme)) {
      try TokenSource.choose(
        environmentToken: "a", environmentOrigin: "h", stored: Credentials(), for: target)
    }
  }
}
