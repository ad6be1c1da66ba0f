import Commands
import HTTPClient
import JSON
import Platform
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What came of a command that ran in this process, with its streams in files.
struct CommandRun {
  /// The exit code.
  var code: ExitCode
  /// What it wrote to standard output.
  var output: String
  /// What it wrote to standard error.
  var errors: String

  /// The document that it wrote.
  var document: JSONValue {
    get throws { try JSONValue.parse(Array(output.utf8)) }
  }

  /// All that a person sees, for golden comparisons; a path of this run stands as `DIR`.
  func transcript(hiding path: String) -> String {
    var text = "exit \(code.rawValue)\n"
    for (name, stream) in [("stdout", output), ("stderr", errors)] where !stream.isEmpty {
      text += "\(name):\n\(stream)"
    }
    return replaced(text, path, "DIR")
  }

  private func replaced(_ text: String, _ part: String, _ other: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = rest.firstRange(of: part) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }

  /// Runs a command in a folder; `program` is the name under which it is started.
  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:],
    input: String = "", clock: WallClock = .system, program: String = "syncline",
    retry: RetryPolicy = RetryPolicy(), fileSystem: any FileSystem = POSIXFileSystem()
  ) async throws -> CommandRun {
    let streams = try TemporaryFolder()
    try streams.write(input, to: "in")
    let files = try ["in", "out", "err"].map { name in
      let number = open(streams.path + "/" + name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard number >= 0 else { throw Errno.last }
      return number
    }
    defer { for file in files { close(file) } }
    let code = await Program.run(
      Surroundings(
        program: program, arguments: arguments, environment: environment, currentFolder: folder,
        input: StandardStream(descriptor: files[0]), output: StandardStream(descriptor: files[1]),
        error: StandardStream(descriptor: files[2]), clock: clock,
        fileSystem: fileSystem, retry: retry))
    return CommandRun(
      code: code, output: try streams.text("out"), errors: try streams.text("err"))
  }
}

/// The built program beside the tests.
enum BuiltProgram {
  /// Its path.
  static var path: String {
    let bundle = CommandLine.arguments[0]
    let folder = bundle.lastIndex(of: "/").map { String(bundle[..<$0]) } ?? "."
    for candidate in [folder, folder + "/../../.."] {
      let path = candidate + "/syncline"
      if access(path, X_OK) == 0 { return path }
    }
    // The root of the package, three levels above this file.
    var root = Substring(#filePath)
    for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
    return root + "/.build/debug/syncline"
  }
}

/// A hub that runs in a process of its own.
struct RunningHub {
  /// Where its data is; goes with the test.
  let folder: TemporaryFolder
  /// The process.
  let process: ChildProcess
  /// Its address.
  let url: String

  /// What went wrong at the start.
  struct DidNotStart: Error { var errors: String }

  /// Starts a hub on a free port.
  init(_ options: [String] = []) throws {
    folder = try TemporaryFolder()
    process = try ChildProcess(
      BuiltProgram.path,
      ["hub", "serve", "--data", folder.path + "/hub", "--listen", "127.0.0.1:0"] + options,
      environment: [:], directory: folder.path)
    let start = "listening on "
    guard let line = process.firstLine(), line.hasPrefix(start) else {
      throw DidNotStart(errors: process.wait(seconds: 10).errorText)
    }
    url = String(line.dropFirst(start.count))
  }

  /// Runs a verb of `syncline hub` on its data, in this process.
  func manage(_ words: [String]) async throws -> CommandRun {
    try await CommandRun.run(
      ["hub"] + words + ["--data", folder.path + "/hub"], in: folder.path)
  }

  /// Makes a token.
  func token(_ options: [String] = []) async throws -> String {
    let run = try await manage(["token", "create", "--name", "ann"] + options)
    return String(run.output.dropLast())
  }

  /// Ends it and returns all that it wrote.
  func stop() -> ChildProcess.Outcome {
    process.kill(SIGTERM)
    return process.wait(seconds: 20)
  }
}
