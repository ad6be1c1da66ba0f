import HTTPServing
import JSON
import Platform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Mistakes on the command line and with secrets end before anything happens.
@Suite struct `Commands that cannot be meant` {
  static let words: [[String]] = [
    [], ["statsu"], ["status", "--frobnicate"], ["pull", "--force=1"], ["sync", "--prefer", "odd"],
    ["status", "--target", "nowhere"], ["push", "--allow-deletes", "many"], ["hub"],
    ["hub", "frob"], ["completions", "tcsh"], ["clone"], ["clone", "ftp://x/y"],
    ["clone", "http://u:sekret@127.0.0.1:1/p"], ["-C"], ["-C", "/nowhere/at/all", "status"],
    ["-C", "syncline.yaml", "status"], ["status", "../../etc"], ["status", ""],
    ["\u{1b}[31mred"], ["target", "add", "only-a-name"], ["log", "--limit", "x"],
    ["push", "-m"],
  ]

  @Test func `make no request, write nothing and say what to do`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("a\n", to: "a.txt")
    hub.stop()
    let before = try work.tree()
    let count = try hub.requests().count
    try hub.restart()
    for words in Self.words {
      let result = try ada.run(words, in: work.path)
      result.expect(2).expectHarmless(token: ada.token)
      #expect(result.errorText.contains("hint: "), "\(result.words)")
      #expect(!result.errorText.contains("sekret"))
      #expect(result.outputText.isEmpty, "\(result.words)")
      if !words.isEmpty {
        try ada.run(words + ["--json"], in: work.path).expect(2).expectHarmless()
      }
    }
    hub.stop()
    let made = try hub.requests().dropFirst(count).map(\.description)
    #expect(made.isEmpty, "\(made)")
    expectSame(before, try work.tree())
  }

  @Test func `answers that come through a pipe are nobody's`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("base\n", to: "a.txt")
    try work.run("push").require(0)
    let friend = try ada.clone("p", of: hub, into: "friend")
    try friend.write("theirs\n", to: "a.txt")
    try friend.run("push").require(0)
    try work.write("mine\n", to: "a.txt")
    let answers = Array(String(repeating: "r\ny\n", count: 50).utf8)
    for words in [["sync"], ["sync", "-y"], ["sync", "--no-input"], ["pull"], ["push"]] {
      let result = try Syncline.run(
        words, environment: ada.environment, directory: work.path, input: answers)
      result.expect(3).expectHarmless()
      #expect(try work.text("a.txt") == "mine\n")
    }
    try friend.run("pull").expect(0)
    #expect(try friend.text("a.txt") == "theirs\n")
    var environment = ada.environment
    environment["SYNCLINE_TOKEN"] = nil
    let login = try Syncline.run(
      ["login", hub.url], environment: environment, directory: work.path,
      input: Array(((ada.token ?? "") + "\n").utf8))
    login.expect(2).expectTold("--token-stdin").expectHarmless(token: ada.token)
  }

  @Test func `a file of tokens that others may read is not used`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    var person = ada
    person.token = nil
    let clone = Clone(path: work.path, person: person)
    try clone.run("status").expect(6)
    let login = try Syncline.run(
      ["login", hub.url, "--token-stdin"], environment: person.environment,
      directory: work.path, input: Array(((ada.token ?? "") + "\n").utf8))
    login.expect(0).expectHarmless(token: ada.token)
    let folder = ada.home + "/.config/syncline"
    let file = folder + "/credentials"
    var status = stat()
    #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
    try clone.run("status").expect(0)
    for mode in [0o644, 0o640, 0o604] {
      chmod(file, mode_t(mode))
      let message = try clone.json("status").expectRefusal(5, "open_credentials")
      #expect(message.contains("credentials"))
    }
    chmod(file, 0o600)
    chmod(folder, 0o777)
    try clone.json("push").expectRefusal(5, "open_credentials")
    chmod(folder, 0o700)
    #expect(rename(file, stage.path + "/elsewhere") == 0)
    #expect(symlink(stage.path + "/elsewhere", file) == 0)
    try clone.json("status").expectRefusal(5, "linked_credentials")
    unlink(file)
    #expect(rename(stage.path + "/elsewhere", file) == 0)
    try clone.run("status").expect(0)
    try clone.run("doctor").expect(0).expectHarmless(token: ada.token)
    try clone.run("whoami").expect(0).expectHarmless(token: ada.token)
  }

  @Test func `a token goes to its own origin only, and is never told`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let other = try HostileServer()
    let server = try HostileServer(before: hub.url)
    try ada.run(["clone", server.url + "/p", "work"]).require(0)
    let work = Clone(path: stage.path + "/work", person: ada)
    #expect(server.asked.allSatisfy { $0.authorization == "Bearer " + (ada.token ?? "none") })
    // A token of one origin is kept from another.
    var environment = ada.environment
    environment["SYNCLINE_ORIGIN"] = other.url
    server.spoil(nil)
    let wrong = try Syncline.run(["status"], environment: environment, directory: work.path)
    wrong.expect(6).expectHarmless(token: ada.token)
    #expect(server.asked.allSatisfy { $0.authorization == nil })
    // A redirect is no way to it either.
    for status in [301, 302, 303, 307, 308] {
      server.spoil { asked in
        .instead(
          .init(
            status: status,
            headers: ["Location": other.url + asked.path, "Syncline-Protocol": "1"]))
      }
      for verb in ["status", "push", "whoami"] {
        try work.json(verb).expectRefusal(7, "not_understood")
      }
    }
    #expect(other.asked.isEmpty)
    server.spoil(nil)
    for verb in [["status", "-v"], ["doctor", "-v"], ["log", "-v"], ["whoami"], ["runs"]] {
      try ada.run(verb, in: work.path).expect(0).expectHarmless(token: ada.token)
      try ada.run(verb + ["--json"], in: work.path).expectHarmless(token: ada.token)
    }
    #expect(try !hub.logText().contains(ada.token ?? "slt_"))
  }

  @Test func `names, messages and words of a server never steer a terminal`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime((stage, hub)) {} }
    let work = try ada.clone("p", of: hub, into: "work")
    try work.write("a\n\u{1b}]0;title\u{7}\n", to: "turn\u{202e}txt.exe")
    try work.run("push", "-m", "first\u{1b}[31m\u{7}\nsecond").expect(0).expectHarmless()
    try work.write("b\n\u{1b}[2J\n", to: "turn\u{202e}txt.exe")
    for verb in [["log"], ["status"], ["diff"], ["diff", "--stat"], ["push"], ["undo"], ["runs"]] {
      let result = try ada.run(verb, in: work.path).expect(0).expectHarmless()
      #expect(!result.outputText.contains("\u{202e}"), "\(result.words)")
      try ada.run(verb + ["--json"], in: work.path).expectHarmless()
    }
  }
}
