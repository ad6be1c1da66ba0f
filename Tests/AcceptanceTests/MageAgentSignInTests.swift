import JSON
import Platform
import TestSupport
import Testing

/// Signing in with `mage-agent login`: to a Mage server that wants it, and to a hub.
@Suite(.timeLimit(.minutes(10)))
struct MageAgentSignInTests {
  @Test(.enabled(if: MageServer.program != nil, MageServer.absence))
  func `a sign-in is required, kept and missed by its own code`() throws {
    let server = try MageServer(wantsSignIn: true)
    defer { server.stop() }
    let mage = try MageAgentStage()
    // As the shipped program leaves it when nobody ever signed in.
    try mage.configure(server.url)
    #expect(try mage.failure("sync-status") == "AUTH_REQUIRED")
    try mage.configure(server.url, token: "e30.eyJ0b2tlbiI6ICJvbGQifQ.e30")
    #expect(try mage.failure("sync-project-to-local") == "AUTH_EXPIRED")

    let login = ["login", "--force", "--cluster-url", server.url]
    let wrong = try mage.converse(
      login + ["--email", "admin@admin.com"], [("Password: ", "wrong")])
    wrong.expect(1)
    #expect(wrong.outputText.contains("API_ERROR"), "\(wrong.words)")
    #expect(try mage.failure("sync-status") == "AUTH_EXPIRED")
    let right = try mage.converse(
      login, [("Email: ", "admin@admin.com"), ("Password: ", "admin")])
    right.expect(0)
    #expect(right.outputText.contains("Authenticated and credentials saved."))
    #expect(!right.outputText.contains("admin\r\nadmin"))
    _ = try mage.data("sync-project-to-local")
    let kept = try mage.configuration()
    #expect(kept["oauth_token"]?.stringValue?.split(separator: ".").count == 3)
    #expect(kept["management_cluster_url"]?.stringValue == server.url)
    #expect(try !mage.stage.folder.text("home/ada/.mage-agent/config.json").contains("password"))
  }

  @Test func `login takes the address of a hub, and everything works there`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    defer { withExtendedLifetime(stage) {} }
    let mage = try MageAgentStage()
    let url = hub.url + "/p"
    let bad = try mage.run("login", "--cluster-url", url, "--password", "nonsense")
    #expect(try bad.require(1).envelope().code == "API_ERROR")
    let token = try #require(ada.token)
    try mage.converse(["login", "--cluster-url", url], [("Token of the hub: ", token)]).require(0)
    #expect(try mage.configuration()["kind"] == "hub")
    try mage.folder.write("a = 1\n", to: "a.py")
    try mage.folder.write("x", to: "left.png")
    #expect(try mage.data("sync-local-to-remote")["local_to_remote"]?.texts == ["a.py"])
    let clone = try ada.clone("p", of: hub, into: "other")
    #expect(try clone.text("a.py") == "a = 1\n")
    try clone.write("a = 2\n", to: "a.py")
    try clone.run("push").require(0)
    #expect(try mage.data("sync-project-to-local")["remote_to_local"]?.texts == ["a.py"])
    #expect(try mage.data("sync-status")["repo_path"] == "p")
    #expect(mage.folder.has(".mage-agent-sync-state.json"))
    _ = try mage.data("undo")
    #expect(try mage.folder.text("a.py") == "a = 1\n")
  }
}
