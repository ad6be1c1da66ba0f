import JSON
import Testing
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program under test.
enum Syncline {
  /// The binary that `SYNCLINE_BINARY` names, else the one that was built beside the tests.
  static func binary() throws -> String {
    if let named = getenv("SYNCLINE_BINARY") {
      let path = String(cString: named)
      guard path.hasPrefix("/") else { return try currentFolder() + "/" + path }
      return path
    }
    // The test bundle may be a file in the build's folder or folders deep in it.
    var place = try #require(CommandLine.arguments.first { $0.contains("/") })[...]
    if let index = CommandLine.arguments.firstIndex(of: "--test-bundle-path"),
      index + 1 < CommandLine.arguments.count
    {
      place = CommandLine.arguments[index + 1][...]
    }
    while let slash = place.lastIndex(of: "/") {
      place = place[..<slash]
      if access(place + "/syncline", X_OK) == 0, !isFolder(place + "/syncline") {
        return place + "/syncline"
      }
    }
    let usual = [".build/debug/syncline", ".build/release/syncline"]
    return try #require(
      usual.first { access($0, X_OK) == 0 },
      "no binary: build it with 'swift build', or set SYNCLINE_BINARY")
  }

  /// The environment of every command: nothing of the machine's but the way to its programs.
  static func environment(home: String) -> [String: String] {
    var variables = ["HOME": home, "NO_COLOR": "1", "LC_ALL": "C.UTF-8", "USER": "tester"]
    for name in ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "SWIFT_BACKTRACE"] {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return variables
  }

  /// Runs the program to its end, without a terminal and with nothing to read.
  static func run(
    _ arguments: [String], environment: [String: String], directory: String? = nil,
    input: [UInt8] = [], seconds: Int = 60
  ) throws -> CommandResult {
    let outcome = try ChildProcess.run(
      try binary(), arguments, environment: environment, directory: directory, input: input,
      seconds: seconds)
    return CommandResult(arguments: arguments, outcome: outcome)
  }

  private static func currentFolder() throws -> String {
    let pointer = try #require(getcwd(nil, 0))
    defer { free(pointer) }
    return String(cString: pointer)
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

/// A command that ended, and what it said.
struct CommandResult: Sendable {
  /// The command, without the program's name.
  let arguments: [String]
  /// What came of it.
  let outcome: ChildProcess.Outcome

  var exitCode: Int32 { outcome.exitCode }
  var outputText: String { outcome.outputText }
  var errorText: String { outcome.errorText }

  /// Records an issue unless the command ended by itself with one of these codes.
  @discardableResult
  func expect(
    _ codes: Int32..., sourceLocation: SourceLocation = #_sourceLocation
  ) -> CommandResult {
    #expect(!outcome.timedOut, "\(words)", sourceLocation: sourceLocation)
    #expect(codes.contains(exitCode), "\(words)", sourceLocation: sourceLocation)
    return self
  }

  /// Ends the test unless the command ended by itself with one of these codes.
  @discardableResult
  func require(
    _ codes: Int32..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CommandResult {
    try #require(
      !outcome.timedOut && codes.contains(exitCode), "\(words)", sourceLocation: sourceLocation)
    return self
  }

  /// The document on standard output.
  func document(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
    do {
      return try JSONValue.parse(outcome.output)
    } catch {
      Issue.record("no JSON (\(error)): \(words)", sourceLocation: sourceLocation)
      throw error
    }
  }

  /// The paths of a list in the document; its elements are paths, or objects with a `path`.
  func paths(_ list: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> [String]
  {
    let elements = try #require(
      try document(sourceLocation: sourceLocation)[list]?.arrayValue, "\(list): \(words)",
      sourceLocation: sourceLocation)
    return try elements.map { element in
      try #require(
        element.stringValue ?? element["path"]?.stringValue, "\(list): \(words)",
        sourceLocation: sourceLocation)
    }
  }

  /// A number in `counts` of a status document.
  func count(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Int {
    try #require(
      try document(sourceLocation: sourceLocation)["counts"]?[name]?.intValue,
      "\(name): \(words)", sourceLocation: sourceLocation)
  }

  /// The command, its code and its output, to be shown where a test fails.
  var words: String {
    """
    syncline \(arguments.joined(separator: " ")): exit code \(exitCode)\
    \(outcome.timedOut ? ", killed because its time was up" : "")
    \(String(outputText.prefix(4000)))\(String(errorText.prefix(4000)))
    """
  }
}
