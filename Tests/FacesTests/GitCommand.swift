#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of files for the real `git`, which tests compare with; removed with this object.
final class GitFolder {
  let path: String
  private var names: [String] = []

  init() throws {
    var template = Array("/tmp/syncline-git-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw GitCommandFailed() }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink(path + "/" + name) }
    rmdir(path)
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw GitCommandFailed() }
    defer { close(descriptor) }
    names.append(name)
    let count = bytes.withUnsafeBytes { writeBytes(descriptor, $0) }
    guard count == bytes.count else { throw GitCommandFailed() }
  }

  /// Runs git in the folder without anybody's configuration; its output and exit code.
  func run(_ arguments: [String]) throws -> (output: [UInt8], code: Int32) {
    let output = path + "/.output"
    if !names.contains(".output") { names.append(".output") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let words = ["git", "-C", path] + arguments
    let environment = [
      "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "PATH=/usr/bin:/bin:/usr/local/bin",
    ]
    var argv = words.map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for word in argv + envp { free(word) } }
    var process = pid_t()
    guard posix_spawnp(&process, "git", &actions, nil, &argv, &envp) == 0 else {
      throw GitCommandFailed()
    }
    var status: Int32 = 0
    guard waitpid(process, &status, 0) == process else { throw GitCommandFailed() }
    return (try read(".output"), status >> 8 & 0xFF)
  }

  private func read(_ name: String) throws -> [UInt8] {
    let descriptor = open(path + "/" + name, O_RDONLY)
    guard descriptor >= 0 else { throw GitCommandFailed() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = buffer.withUnsafeMutableBytes { readBytes(descriptor, $0) }
      if count <= 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}

struct GitCommandFailed: Error {}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  #if canImport(Darwin)
    Darwin.write(descriptor, bytes.baseAddress, bytes.count)
  #elseif canImport(Musl)
    Musl.write(descriptor, bytes.baseAddress, bytes.count)
  #else
    Glibc.write(descriptor, bytes.baseAddress, bytes.count)
  #endif
}

private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  #if canImport(Darwin)
    Darwin.read(descriptor, bytes.baseAddress, bytes.count)
  #elseif canImport(Musl)
    Musl.read(descriptor, bytes.baseAddress, bytes.count)
  #else
    Glibc.read(descriptor, bytes.baseAddress, bytes.count)
  #endif
}
