import CommandLineKit
import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads what a person types, and can be interrupted while it waits.
struct TerminalLine {
  /// What the person types into.
  let input: StandardStream

  /// Reads one line without its end; nothing where the input ends.
  func read(limit: Int = 4096) throws -> String? {
    var bytes: [UInt8] = []
    var byte: [UInt8] = [0]
    while bytes.count < limit {
      try waitForInput()
      let count = try byte.withUnsafeMutableBytes { buffer in
        try input.read(into: buffer)
      }
      if count == 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
      if byte[0] == UInt8(ascii: "\n") { break }
      bytes.append(byte[0])
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads one line that the terminal does not show.
  ///
  /// What was typed before is thrown away; `prompt` writes the question after that.
  func readHidden(after prompt: () throws -> Void = {}) throws -> String? {
    var settings = termios()
    guard tcgetattr(input.descriptor, &settings) == 0 else { throw Errno.last }
    var hidden = settings
    hidden.c_lflag &= ~tcflag_t(ECHO)
    guard tcsetattr(input.descriptor, TCSAFLUSH, &hidden) == 0 else { throw Errno.last }
    // Also on the way out after Ctrl-C: a terminal that stays mute is a broken one.
    defer { tcsetattr(input.descriptor, TCSAFLUSH, &settings) }
    try prompt()
    return try read()
  }

  /// Waits until something can be read; looks up often, for a signal does not end the wait.
  private func waitForInput() throws {
    while true {
      try Task.checkCancellation()
      var wanted = pollfd(fd: input.descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&wanted, 1, 100)
      if count > 0 { return }
      if count < 0, Errno.last != .interrupted { throw Errno.last }
    }
  }
}

extension Console {
  /// Asks for a confirmation where a person sits at the terminal; elsewhere it counts as given.
  ///
  /// Fails when the answer is no.
  func confirm(_ question: String) throws {
    guard canAsk, !assumesYes else { return }
    try error.write("\(TerminalText.escaped(question)) [y/N] ")
    switch try TerminalLine(input: input).read()?.trimmingBlanks {
    case "y", "Y", "yes": return
    default:
      throw CommandFailure(
        .usage, "not_confirmed", "Nothing was done, because you did not confirm it.",
        hint: "answer with y, or give --yes")
    }
  }
}
