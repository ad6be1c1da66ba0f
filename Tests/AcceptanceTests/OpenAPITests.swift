import JSON
import TestSupport
import Testing

/// The hub's OpenAPI document, held against a running hub by schemathesis.
@Suite(.enabled("schemathesis is not here", APIFuzzer.installed.isThere))
struct OpenAPITests {
  @Test func `every answer to made-up requests is one that the document describes`() throws {
    let (stage, hub, ada) = try Stage.withProject()
    let clone = try ada.bind("ada", to: "p", of: hub)
    for number in 1...3 {
      try clone.write("version \(number)\n", to: "a.txt")
      try clone.run("push", "--yes").require(0)
    }
    let admin = try stage.person("root", of: hub, scope: "admin")
    // Inside one project that is there, and then everything, the project's end included.
    try stage.folder.write(
      """
      [parameters]
      "path.project" = "p"
      "path.path" = "a.txt"

      """, to: "inside/schemathesis.toml")
    try stage.folder.write("", to: "all/schemathesis.toml")
    for (folder, options) in [
      (
        "inside",
        ["--exclude-operation-id", "deleteProject", "--exclude-operation-id", "renameProject"]
      ),
      ("all", []),
    ] {
      let outcome = try APIFuzzer.run(
        ["\(hub.url)/api/v1/openapi.json", "-H", "Authorization: Bearer \(admin.token ?? "")"]
          + options, in: stage.path + "/" + folder, home: ada.home)
      #expect(outcome.exitCode == 0, "\(outcome.outputText.suffix(6000)) \(outcome.errorText)")
    }
    hub.stop()
    try hub.expectClean()
    let requests = try hub.requests()
    #expect(requests.count > 500, "\(requests.count) requests prove little")
    #expect(requests.allSatisfy { $0.status < 500 })
  }
}

/// The program, as `scripts/api-fuzzer` installs it.
private enum APIFuzzer {
  static let installed = InstalledTool(script: "scripts/api-fuzzer")

  /// Runs it with a bounded number of examples and a seed.
  static func run(
    _ arguments: [String], in folder: String, home: String
  ) throws -> ChildProcess.Outcome {
    try ChildProcess.run(
      InstalledTool.root + "/.cache/api/bin/python",
      ["-m", "schemathesis.cli", "run"] + arguments + [
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,"
          + "response_schema_conformance",
        "--phases", "coverage,fuzzing", "-n", "15", "--max-time", "60", "--seed", "20261126",
        "--no-color", "--rate-limit", "80/s",
        // It makes up no packs; the fuzzers `packs` and `hub` do.
        "--exclude-operation-id", "storePack",
      ], environment: Syncline.environment(home: home), directory: folder, seconds: 150)
  }
}
