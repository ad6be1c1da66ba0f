import CSystem
import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program that a test runs.
package final class ChildProcess: Sendable {
  /// What came of a program that ended.
  package struct Outcome: Sendable {
    /// The exit code; 128 and the signal's number where a signal ended it.
    package var exitCode: Int32
    /// What it wrote to standard output.
    package var output: [UInt8]
    /// What it wrote to standard error.
    package var errors: [UInt8]
    /// Whether it was killed because its time was up.
    package var timedOut: Bool

    /// Standard output as text.
    package var outputText: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  private struct Collected: Sendable {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var openStreams = 2
    var exitCode: Int32?
  }

  /// The program's process id.
  package let id: Int32
  private let collected = Monitor(Collected())
  private let input: Locked<Int32?>

  /// Starts a program.
  ///
  /// `executable` is a path, or a name that is looked up in `PATH`. Without an environment the
  /// program inherits the test's own. Standard input is `input`, then its end, unless
  /// `keepsInputOpen` is set.
  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    directory: String? = nil, input bytes: [UInt8] = [], keepsInputOpen: Bool = false
  ) throws {
    let pipes = [try Pipe(), try Pipe(), try Pipe()]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[0].reading, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1].writing, 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[2].writing, 2)
    if let directory {
      _ = cs_spawn_change_directory(&actions, directory)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A program starts with no signal held back, whatever the test's own thread does.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var words = ([executable] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var variables = environment?.map { strdup($0.key + "=" + $0.value) }
    variables?.append(nil)
    defer { for variable in variables ?? [] { free(variable) } }

    var process: pid_t = 0
    let result =
      if let variables {
        posix_spawnp(&process, executable, &actions, &attributes, words, variables)
      } else {
        posix_spawnp(&process, executable, &actions, &attributes, words, environ)
      }
    close(pipes[0].reading)
    close(pipes[1].writing)
    close(pipes[2].writing)
    guard result == 0 else {
      close(pipes[0].writing)
      close(pipes[1].reading)
      close(pipes[2].reading)
      throw Errno(rawValue: result)
    }
    id = process
    input = Locked(keepsInputOpen ? pipes[0].writing : nil)
    try follow(pipes, bytes: bytes, keepsInputOpen: keepsInputOpen)
  }

  private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw Errno.last }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (reading, writing) = (ends[0], ends[1])
    }
  }

  private func follow(_ pipes: [Pipe], bytes: [UInt8], keepsInputOpen: Bool) throws {
    Signals.ignoreBrokenPipes()
    let (inputEnd, outputEnd, errorsEnd) = (pipes[0].writing, pipes[1].reading, pipes[2].reading)
    try NativeThread.start { [self] in
      drain(outputEnd) { $0.output += $1 }
    }
    try NativeThread.start { [self] in
      drain(errorsEnd) { $0.errors += $1 }
    }
    try NativeThread.start {
      // A program that does not read its input is no trouble of the test's.
      do {
        try bytes.withUnsafeBytes { try StandardStream(descriptor: inputEnd).write($0) }
      } catch {}
      if !keepsInputOpen { close(inputEnd) }
    }
    let process = id
    try NativeThread.start { [collected] in
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      collected.update { $0.exitCode = cs_exit_code(status) }
    }
  }

  private func drain(_ descriptor: Int32, _ take: (inout Collected, ArraySlice<UInt8>) -> Void) {
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      collected.update { take(&$0, part[..<count]) }
    }
    close(descriptor)
    collected.update { $0.openStreams -= 1 }
  }

  /// Sends a signal; without a number the one that cannot be refused.
  package func kill(_ signal: Int32 = SIGKILL) {
    collected.update { state in
      // A process that was waited for may have given its number to another.
      if state.exitCode == nil { _ = sendSignal(id, signal) }
    }
  }

  /// Closes standard input of a program that was started with it kept open.
  package func closeInput() {
    input.withLock { descriptor in
      if let number = descriptor { close(number) }
      descriptor = nil
    }
  }

  /// Writes to standard input of a program that was started with it kept open.
  package func write(_ text: String) throws {
    try input.withLock { descriptor in
      guard let descriptor else { throw Errno.brokenPipe }
      try StandardStream(descriptor: descriptor).write(text)
    }
  }

  /// Tells whether the program has ended.
  package var hasEnded: Bool { collected.update { $0.exitCode != nil } }

  /// Waits until standard output has a whole line, and returns it; nothing if it ends before.
  ///
  /// Blocks its thread.
  package func firstLine() -> String? {
    collected.wait { state -> String?? in
      if let end = state.output.firstIndex(of: UInt8(ascii: "\n")) {
        return .some(String(decoding: state.output[..<end], as: UTF8.self))
      }
      return state.openStreams < 2 && state.exitCode != nil ? .some(nil) : nil
    }
  }

  /// Waits until standard output holds a text so many times; false where it ends, or the time is
  /// up, before.
  ///
  /// Blocks its thread.
  package func shows(_ text: String, times: Int = 1, seconds: Int = 30) -> Bool {
    let deadline = WallClock.system.monotonic() + Int64(seconds) * 1_000_000_000
    var isShown = false
    _ = collected.wait(until: deadline) { state in
      isShown = String(decoding: state.output, as: UTF8.self).ranges(of: text).count >= times
      return isShown || state.openStreams == 0
    }
    return isShown
  }

  /// Waits until the program and its streams have ended; when its time is up it is killed.
  ///
  /// Blocks its thread.
  package func wait(seconds: Int = 60) -> Outcome {
    let deadline = WallClock.system.monotonic() + Int64(seconds) * 1_000_000_000
    let timedOut = !collected.wait(until: deadline) { $0.exitCode != nil && $0.openStreams == 0 }
    if timedOut { kill() }
    let exitCode = collected.wait { $0.exitCode }
    closeInput()
    return collected.update { state in
      Outcome(
        exitCode: exitCode, output: state.output, errors: state.errors, timedOut: timedOut)
    }
  }

  /// Runs a program to its end; see ``init(_:_:environment:directory:input:keepsInputOpen:)``.
  package static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
    directory: String? = nil, input: [UInt8] = [], seconds: Int = 60
  ) throws -> Outcome {
    try ChildProcess(
      executable, arguments, environment: environment, directory: directory, input: input
    ).wait(seconds: seconds)
  }
}

/// `kill(2)`, under a name that the method of the same name does not hide.
private func sendSignal(_ process: pid_t, _ signal: Int32) -> Int32 {
  kill(process, signal)
}
