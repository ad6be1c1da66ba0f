import Platform

/// Lines of a stream, read on a thread of their own and no faster than they are taken.
final class LineSource: Sendable {
  /// One line without its end.
  enum Line: Equatable, Sendable {
    case bytes([UInt8])
    /// More bytes than a line may have; they were thrown away.
    case tooLong
  }

  private struct State {
    var waiting = 0
    var isClosed = false
  }

  /// How many lines wait at most before no more are read.
  private static let room = 32

  /// The lines, until the stream ends or cannot be read.
  let lines: AsyncStream<Line>
  private let state = Monitor(State())

  /// Starts to read.
  init(_ input: StandardStream, longest: Int) throws(Errno) {
    let (lines, sink) = AsyncStream.makeStream(of: Line.self)
    self.lines = lines
    try NativeThread.start { [state] in
      var splitter = LineSplitter(longest: longest)
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
      defer { buffer.deallocate() }
      // A stream that cannot be read is at its end: there is nobody left to tell.
      while let count = try? input.read(into: buffer), count > 0 {
        for line in splitter.take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
          guard LineSource.makeRoom(state) else { return sink.finish() }
          sink.yield(line)
        }
      }
      sink.finish()
    }
  }

  /// Says that a line was dealt with, so that another may be read.
  func took() {
    state.update { $0.waiting -= 1 }
  }

  /// Reads no more.
  func close() {
    state.update { $0.isClosed = true }
  }

  private static func makeRoom(_ state: Monitor<State>) -> Bool {
    state.wait { state in
      if state.isClosed { return false }
      guard state.waiting < room else { return nil }
      state.waiting += 1
      return true
    }
  }
}

/// Cuts bytes into lines.
struct LineSplitter {
  /// How many bytes a line may have.
  let longest: Int
  private var held: [UInt8] = []
  private var isTooLong = false

  init(longest: Int) {
    self.longest = longest
  }

  /// Takes more bytes and gives the lines that they complete; empty ones are left out.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> [LineSource.Line] {
    var lines: [LineSource.Line] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      hold(rest[rest.startIndex..<end])
      if let line = finished() { lines.append(line) }
      rest = rest[rest.index(after: end)...]
    }
    hold(rest)
    return lines
  }

  private mutating func hold(_ piece: Slice<UnsafeRawBufferPointer>) {
    if held.count + piece.count > longest {
      isTooLong = true
      held = []
    } else if !isTooLong {
      held += piece
    }
  }

  private mutating func finished() -> LineSource.Line? {
    defer {
      held = []
      isTooLong = false
    }
    if isTooLong { return .tooLong }
    if held.last == UInt8(ascii: "\r") { held.removeLast() }
    return held.isEmpty ? nil : .bytes(held)
  }
}
