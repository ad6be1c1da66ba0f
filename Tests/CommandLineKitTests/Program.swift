import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs programs with their streams in files.
enum Program {
  struct Output {
    var status: Int32
    var text: String
    var errors: String
  }

  struct Failure: Error {
    var what: String
    var code: Int32
  }

  /// Runs a program; `nil` when it is not installed.
  static func run(_ arguments: [String], input: String) throws -> Output? {
    var template = Array("/tmp/command-line-kit-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw Failure(what: "mkdtemp", code: errno) }
    let folder = String(cString: made)
    let files = ["in", "out", "errors"].map { "\(folder)/\($0)" }
    defer {
      for file in files { unlink(file) }
      rmdir(folder)
    }
    try write(input, to: files[0])
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, files[0], O_RDONLY, 0)
    for (descriptor, file) in [(Int32(1), files[1]), (2, files[2])] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    let environment = [
      "PATH=/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin", "HOME=\(folder)", "LC_ALL=C.UTF-8",
      "MANWIDTH=80", "MANROFFSEQ=",
    ]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer {
      for pointer in argv + envp { free(pointer) }
    }
    var child: pid_t = 0
    let code = posix_spawnp(&child, arguments[0], &actions, nil, &argv, &envp)
    if code == ENOENT { return nil }
    guard code == 0 else { throw Failure(what: "spawn", code: code) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(what: "waitpid", code: errno) }
    }
    return Output(status: status, text: try read(files[1]) ?? "", errors: try read(files[2]) ?? "")
  }

  /// The contents of a file; `nil` when there is none.
  static func read(_ path: String) throws -> String? {
    guard let file = fopen(path, "r") else {
      if errno == ENOENT { return nil }
      throw Failure(what: "open \(path)", code: errno)
    }
    defer { fclose(file) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      guard count > 0 else { return String(decoding: contents, as: UTF8.self) }
      contents += buffer[..<count]
    }
  }

  /// Writes a file anew.
  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw Failure(what: "open \(path)", code: errno) }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Failure(what: "write \(path)", code: errno)
    }
  }
}

/// Compares with a file of `Snapshots`, or records it and fails when `RECORD_SNAPSHOTS=1`.
func expectSnapshot(
  _ actual: String, _ name: String, file: String = #filePath,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    .joined(separator: "/")
  let path = "\(folder)/Snapshots/\(name)"
  if getenv("RECORD_SNAPSHOTS").map({ String(cString: $0) }) == "1" {
    mkdir("\(folder)/Snapshots", 0o755)
    try Program.write(actual, to: path)
    Issue.record("Recorded \(name).", sourceLocation: sourceLocation)
    return
  }
  let expected = try Program.read(path)
  #expect(
    actual == expected, "\(name) differs; RECORD_SNAPSHOTS=1 records it.",
    sourceLocation: sourceLocation)
}
