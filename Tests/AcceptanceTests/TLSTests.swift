import JSON
import Platform
import TestSupport
import Testing

/// A hub with a certificate, and clients that hold it to it.
@Suite struct TLSTests {
  /// Certificates of one authority, made with the `openssl` command: one for `localhost` and the
  /// address, and one for another name.
  private struct Authority {
    let folder: String

    init(_ stage: Stage) throws {
      folder = stage.path + "/tls"
      _ = try stage.folder.folder("tls")
      try openssl(
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA")
      try sign("good", names: "DNS:localhost,IP:127.0.0.1", days: 2)
      try sign("other", names: "DNS:hub.example.com", days: 2)
    }

    private func sign(_ name: String, names: String, days: Int) throws {
      try openssl("req -newkey rsa:2048 -nodes -keyout \(name).key -out \(name).csr -subj /CN=hub")
      try shell("printf 'subjectAltName=\(names)\\n' > \(name).ext")
      try openssl(
        "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days) "
          + "-extfile \(name).ext -out \(name).pem")
    }

    private func openssl(_ words: String) throws { try shell("openssl " + words) }

    private func shell(_ line: String) throws {
      let outcome = try ChildProcess("/bin/sh", ["-c", line], directory: folder).wait(seconds: 60)
      try #require(outcome.exitCode == 0, "\(line): \(outcome.errorText)")
    }

    func options(_ name: String) -> [String] {
      ["--tls-cert", "\(folder)/\(name).pem", "--tls-key", "\(folder)/\(name).key"]
    }
  }

  @Test func `the main job goes over TLS where the authority is trusted, and nowhere else`() throws
  {
    let stage = try Stage()
    let authority = try Authority(stage)
    let hub = try stage.hub(options: authority.options("good"))
    #expect(hub.url.hasPrefix("https://"))
    try hub.createProject("p")
    var ada = try stage.person("ada", of: hub)
    let trusted = ["--ca-file", authority.folder + "/ca.pem"]
    let token = try #require(ada.token)
    ada.token = nil

    // Unknown authority: refused before the token is sent, and not kept.
    let untrusted = try Syncline.run(
      ["login", hub.url, "--token-stdin"], environment: ada.environment,
      input: Array(token.utf8))
    untrusted.expect(7)
    #expect(untrusted.errorText.contains("certificate"))

    try Syncline.run(
      ["login", hub.url, "--token-stdin"] + trusted, environment: ada.environment,
      input: Array(token.utf8)
    ).require(0)
    try ada.run(["clone", hub.url + "/p", "work"] + trusted).require(0)
    let clone = Clone(path: stage.path + "/work", person: ada)
    try clone.write("over TLS\n", to: "a.txt")
    try ada.run(["push"] + trusted, in: clone.path).require(0)
    try ada.run(["clone", hub.url + "/p", "second"] + trusted).require(0)
    #expect(try Clone(path: stage.path + "/second", person: ada).text("a.txt") == "over TLS\n")
    try clone.run("status").expect(7)
    hub.stop()
    try hub.expectClean()
  }

  @Test func `a certificate for another name is refused, and so is plain HTTP`() throws {
    let stage = try Stage()
    let authority = try Authority(stage)
    let hub = try stage.hub(options: authority.options("other"))
    try hub.createProject("p")
    let ada = try stage.person("ada", of: hub)
    let trusted = ["--ca-file", authority.folder + "/ca.pem"]
    let refused = try ada.run(["clone", hub.url + "/p", "work"] + trusted)
    refused.expect(7)
    #expect(!Clone(path: stage.path + "/work", person: ada).has("syncline.yaml"))
    // The same port spoken to in the clear is no hub.
    let plain = "http" + hub.url.dropFirst("https".count)
    try ada.run(["clone", plain + "/p", "plain"] + trusted).expect(7)
    #expect(try hub.requests().isEmpty)
  }
}
