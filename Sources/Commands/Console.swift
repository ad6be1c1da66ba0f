import CommandLineKit
import JSON
import Platform

/// Writes results and messages the way the options ask for.
struct Console: Sendable {
  let output: StandardStream
  let error: StandardStream
  let isJSON: Bool
  var isQuiet: Bool
  var isVerbose: Bool
  /// True when nobody may be asked.
  let neverAsks: Bool
  /// True when confirmations are given in advance.
  let assumesYes: Bool
  let input: StandardStream
  private let allowsColor: Bool
  /// Keeps progress away while a question is asked.
  let gate = TerminalGate()
  /// What went wrong with standard output, if anything did.
  let trouble = OutputTrouble()

  init(_ invocation: Invocation<Verb>, _ surroundings: Surroundings) {
    output = surroundings.output
    error = surroundings.error
    input = surroundings.input
    isJSON = invocation.has(Options.json)
    isQuiet = invocation.has(Options.quiet)
    isVerbose = invocation.has(Options.verbose)
    neverAsks = invocation.has(Options.noInput)
    assumesYes = invocation.has(Options.yes)
    allowsColor =
      !invocation.has(Options.noColor) && surroundings.variable("NO_COLOR") == nil
      && surroundings.variable("TERM") != "dumb"
  }

  /// A console for errors before the options are known.
  init(_ surroundings: Surroundings, isJSON: Bool) {
    output = surroundings.output
    error = surroundings.error
    input = surroundings.input
    self.isJSON = isJSON
    isQuiet = false
    isVerbose = false
    neverAsks = true
    assumesYes = false
    allowsColor = false
  }

  /// True when a person sits at the terminal and may be asked.
  var canAsk: Bool {
    !neverAsks && !isJSON && input.isTerminal && error.isTerminal
  }

  var outputColor: ColorMode { allowsColor && output.isTerminal ? .ansi : .plain }
  var errorColor: ColorMode { allowsColor && error.isTerminal ? .ansi : .plain }

  /// Writes a line of the result for people; nothing with `--json`.
  ///
  /// All but our own colors is escaped, whatever the pieces hold.
  func line(_ text: String = "") throws {
    guard !isJSON else { return }
    try write(TerminalText.escapedLine(text, outputColor) + "\n")
  }

  /// Writes lines of the result for people that are escaped and styled already.
  func block(_ text: String) throws {
    guard !isJSON else { return }
    try write(text)
  }

  /// Writes a message for people, which is no result.
  func note(_ text: String) throws {
    guard !isQuiet else { return }
    try warning(text)
  }

  /// Writes a message that even `--quiet` shows.
  func warning(_ text: String) throws {
    tell(TerminalText.escapedLine(text, errorColor) + "\n")
  }

  /// Writes to standard error; where nobody can be told, there is nobody to tell.
  private func tell(_ text: String) {
    try? error.write(text)
  }

  /// Writes the result for scripts.
  func document(_ value: JSONValue) throws {
    guard isJSON else { return }
    try write(value.bytes(.pretty) + [UInt8(ascii: "\n")])
  }

  /// Writes bytes to standard output as they are.
  ///
  /// Trouble with that is remembered, and does not change what a command does: only how it ends.
  func write(_ bytes: [UInt8]) throws {
    guard trouble.first == nil else { return }
    let stream = output
    bytes.withUnsafeBytes { buffer in
      do throws(Errno) { try stream.write(buffer) } catch { trouble.note(error) }
    }
  }

  /// Writes a text to standard output as it is.
  func write(_ text: String) throws {
    try write(Array(text.utf8))
  }

  /// Writes a text that is the whole result: as it is, or as the only member of a document.
  func text(_ text: String) throws {
    guard isJSON else { return try write(text) }
    try document(["schema": "syncline/text/1", "text": .string(text)])
  }

  /// Writes a part of a long content; ends the command where it cannot be written.
  func stream(_ bytes: UnsafeRawBufferPointer) throws {
    do throws(Errno) { try output.write(bytes) } catch {
      trouble.note(error)
      throw OutputEnded()
    }
  }

  /// Reports a failure: on stderr for people, and on stdout for scripts.
  ///
  /// `run` is the document of a run that had done something by then.
  func report(_ failure: CommandFailure, run: JSONValue? = nil) throws {
    let head = Style.red.apply(to: "error:", errorColor)
    tell("\(head) \(TerminalText.escaped(failure.message))\n")
    if let hint = failure.hint {
      tell("\(Style.dim.apply(to: "hint:", errorColor)) \(TerminalText.escaped(hint))\n")
    }
    var object: JSONObject = [
      "schema": "syncline/error/1",
      "error": [
        "code": .string(failure.code), "message": .string(failure.message),
        "hint": failure.hint.map { .string($0) } ?? .null,
      ],
    ]
    if let run { object.insert("run", run) }
    try document(.object(object))
  }
}

/// Remembers the first trouble with standard output.
final class OutputTrouble: Sendable {
  private let noted = Locked<Errno?>(nil)
  private let told = Locked(false)

  /// Whether somebody was told in words of a program's own.
  var isTold: Bool { told.withLock { $0 } }

  /// Remembers that somebody was told.
  func tell() { told.withLock { $0 = true } }

  /// What went wrong first.
  var first: Errno? { noted.withLock { $0 } }

  /// Remembers what went wrong.
  func note(_ error: Errno) {
    noted.withLock { if $0 == nil { $0 = error } }
  }
}

extension OutputTrouble {
  /// What to say about it; a reader that went away has seen enough.
  var failure: CommandFailure? {
    guard let first, first != .brokenPipe else { return nil }
    return CommandFailure(
      .partial, "output_error",
      "The output could not be written: \(ErrnoWords.text(first.rawValue)).",
      hint: "what the command itself did is done; make room for the output and look again")
  }
}

/// Nothing more can be written to standard output; the trouble itself is noted in the console.
struct OutputEnded: Error {}
