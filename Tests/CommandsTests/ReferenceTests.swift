import Platform
import TestSupport
import Testing

@testable import Commands

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct ReferenceTests {
  /// The folder of the documentation, three levels above this file.
  private var documentation: String {
    var root = Substring(#filePath)
    for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
    return root + "/docs"
  }

  /// With `RECORD_SNAPSHOTS=1` the file is written anew, and the test fails to say so.
  @Test func `docs/reference.md is what 'syncline reference' writes`() async throws {
    let run = try await CommandRun.run(["reference"], in: "/")
    #expect(run.code == .success)
    let folder = try POSIXFileSystem().openDirectory(path: documentation)
    if getenv("RECORD_SNAPSHOTS") != nil {
      try folder.replaceFile("reference.md", with: Array(run.output.utf8), mode: 0o644)
      Issue.record("docs/reference.md was written anew")
    }
    let kept = String(decoding: try folder.readFile("reference.md"), as: UTF8.self)
    #expect(kept == run.output, "write it anew with 'syncline reference > docs/reference.md'")
  }

  @Test func `every exit code stands in the reference and in the man page`() async throws {
    let reference = try await CommandRun.run(["reference"], in: "/").output
    let page = try await CommandRun.run(["man"], in: "/").output
    for code in ExitCode.allCases {
      #expect(reference.contains("| `\(code.rawValue)` |"))
      #expect(page.contains("\\fB\(code.rawValue)\\fR"))
    }
    for chapter in ["EXIT CODES", "FILES", "ENVIRONMENT", "CONFLICT POLICIES", "EXAMPLES"] {
      #expect(page.contains(".SH \"\(chapter)\""))
    }
  }
}
