import Platform
import TestSupport
import Testing

/// A real Mage server that wants its users to sign in.
@Suite(.enabled(if: MageServer.program != nil, MageServer.absence), .timeLimit(.minutes(10)))
struct MageSignInTests {
  @Test func `who signed in may sync, who did not may not, and the password is kept nowhere`()
    throws
  {
    let server = try MageServer(wantsSignIn: true)
    defer { server.stop() }
    let mage = try MageStage(server)
    let email = ["--email", "admin@admin.com", "--password-stdin"]
    func login(_ password: String) throws -> CommandResult {
      try Syncline.run(
        ["login", mage.url] + email, environment: mage.person.environment,
        directory: mage.stage.path, input: Array(password.utf8))
    }
    try mage.person.run(["clone", mage.url, "ada"]).expect(6)
    try login("wrong\n").expect(6)
    try login("admin\n").require(0)
    let folder = mage.person.home + "/.config/syncline"
    let credentials = try POSIXFileSystem().openDirectory(path: folder).status(of: "credentials")
    #expect(credentials.mode & 0o777 == 0o600)
    let clone = try mage.clone()
    try clone.write("print(1)\n", to: "utils/signed.py")
    try clone.run("push").require(0)
    #expect(server.text("utils/signed.py") == "print(1)\n")
    #expect(try clone.run("whoami").require(0).outputText.contains("admin@admin.com"))
    try clone.run("doctor").require(0)
    try clone.run("logout").require(0)
    try clone.run("status").expect(6)
  }
}
