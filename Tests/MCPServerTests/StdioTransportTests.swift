import JSON
import Platform
import TestSupport
import Testing

@testable import MCPServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite struct StdioTransportTests {
  private static func lines(_ pieces: [String], longest: Int = 8) -> [LineSource.Line] {
    var splitter = LineSplitter(longest: longest)
    return pieces.flatMap { piece in Array(piece.utf8).withUnsafeBytes { splitter.take($0) } }
  }

  @Test func `lines are put together from pieces, and empty ones left out`() {
    let found = StdioTransportTests.lines(["ab", "c\n", "\n\r\nd\r\ne", "f\ng"])
    #expect(
      found == [.bytes(Array("abc".utf8)), .bytes(Array("d".utf8)), .bytes(Array("ef".utf8))])
  }

  @Test func `a line that is too long is thrown away whole, and the next one is read`() {
    #expect(
      StdioTransportTests.lines(["123456", "789\nok\n"]) == [.tooLong, .bytes(Array("ok".utf8))])
    #expect(StdioTransportTests.lines(["123456789\n"]) == [.tooLong])
    #expect(StdioTransportTests.lines(["12345678\n"]) == [.bytes(Array("12345678".utf8))])
  }

  /// Serves a text to its end and returns what was written.
  private func serve(_ text: String, _ server: Server = SampleServer.make()) async throws -> String
  {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "in")
    let input = open(folder.path + "/in", O_RDONLY)
    let output = open(folder.path + "/out", O_RDWR | O_CREAT, 0o600)
    defer { for file in [input, output] { close(file) } }
    try await StdioTransport(
      server, input: StandardStream(descriptor: input), output: StandardStream(descriptor: output)
    ).serve()
    return try folder.text("out")
  }

  @Test func `every line is answered with a line, broken ones too`() async throws {
    let output = try await serve(
      """
      {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}
      {"jsonrpc":"2.0","method":"notifications/initialized"}
      not json
      {"jsonrpc":"2.0","id":2,"method":"ping"}

      """)
    let answers = try output.split(separator: "\n").map { try JSONValue.parse(Array($0.utf8)) }
    #expect(answers.count == 3)
    #expect(Set(answers.compactMap { $0["id"]?.intValue }) == [1, 2])
    #expect(answers.contains { $0["error"]?["code"]?.intValue == -32700 })
  }

  @Test func `the end of the input ends what still runs, without an answer`() async throws {
    let gate = CallGate()
    let output = try await serve(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"wait","#
        + "\"_meta\":\(Collected.meta)}}\n", SampleServer.make(gate))
    #expect(output == "")
    #expect(gate.hasCancelled(1))
  }

  @Test func `a reader that goes away ends the server`() async throws {
    Signals.ignoreBrokenPipes()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    let folder = try TemporaryFolder()
    try folder.write("x\ny\n", to: "in")
    let input = open(folder.path + "/in", O_RDONLY)
    defer { for file in [input, ends[1]] { close(file) } }
    try await StdioTransport(
      SampleServer.make(), input: StandardStream(descriptor: input),
      output: StandardStream(descriptor: ends[1])
    ).serve()
  }
}
