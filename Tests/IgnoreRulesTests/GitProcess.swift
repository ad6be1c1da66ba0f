#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that is removed with all that is in it at the end.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/ignore-rules-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw TestFailure(what: "mkdtemp", code: errno) }
    path = String(cString: made)
  }

  deinit {
    _ = try? run(["rm", "-rf", path], input: [], folder: "/tmp")
  }

  func makeFolder(_ name: [UInt8]) {
    let full = (Array(path.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) }
    _ = mkdir(full, 0o755)
  }

  func write(_ contents: [UInt8], to name: [UInt8]) throws {
    try IgnoreRulesTests.write(contents, to: Array(path.utf8) + [0x2f] + name)
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let what: String
  let code: Int32
  var description: String { "\(what): \(code)" }
}

/// Runs a program with input and output in files, and without any git configuration of a person.
func run(_ arguments: [String], input: [UInt8], folder: String) throws -> [UInt8] {
  let id = "\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
  let inputPath = "/tmp/ignore-rules-in-\(id)"
  let outputPath = "/tmp/ignore-rules-out-\(id)"
  try write(input, to: Array(inputPath.utf8))
  defer {
    unlink(inputPath)
    unlink(outputPath)
  }
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
  #else
    var actions = posix_spawn_file_actions_t()
  #endif
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  let environment = [
    "PATH=/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin", "HOME=\(folder)", "LC_ALL=C",
    "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
  ]
  var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
  defer {
    for pointer in argv + envp { free(pointer) }
  }
  var child: pid_t = 0
  let code = posix_spawnp(&child, arguments[0], &actions, nil, &argv, &envp)
  guard code == 0 else { throw TestFailure(what: "spawn \(arguments[0])", code: code) }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0 {
    guard errno == EINTR else { throw TestFailure(what: "waitpid", code: errno) }
  }
  // check-ignore ends with 1 when no path is ignored.
  guard status & 0x7f == 0, (status >> 8) & 0xff <= 1 else {
    throw TestFailure(what: arguments.joined(separator: " "), code: status)
  }
  return try read(outputPath)
}

private func write(_ contents: [UInt8], to path: [UInt8]) throws {
  let name = (path + [0]).map { CChar(bitPattern: $0) }
  let descriptor = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
  guard descriptor >= 0 else {
    throw TestFailure(what: "open \(String(decoding: path, as: UTF8.self))", code: errno)
  }
  defer { close(descriptor) }
  var written = 0
  while written < contents.count {
    let count = contents[written...].withUnsafeBytes {
      #if canImport(Glibc)
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      #elseif canImport(Musl)
        Musl.write(descriptor, $0.baseAddress, $0.count)
      #else
        Darwin.write(descriptor, $0.baseAddress, $0.count)
      #endif
    }
    guard count > 0 else { throw TestFailure(what: "write", code: errno) }
    written += count
  }
}

private func read(_ path: String) throws -> [UInt8] {
  let descriptor = open(path, O_RDONLY)
  guard descriptor >= 0 else { throw TestFailure(what: "open \(path)", code: errno) }
  defer { close(descriptor) }
  var contents: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    #if canImport(Glibc)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
    #elseif canImport(Musl)
      let count = Musl.read(descriptor, &buffer, buffer.count)
    #else
      let count = Darwin.read(descriptor, &buffer, buffer.count)
    #endif
    guard count > 0 else { return contents }
    contents += buffer[..<count]
  }
}
