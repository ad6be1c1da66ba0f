import CommandLineKit
import HTTPServing
import JSON
import MCPServer
import Platform

extension CommandContext {
  /// `mcp`: serves an assistant, on standard input and output or over HTTP on this machine.
  ///
  /// `surface` is the program that serves.
  func mcp(as surface: AssistantSurface = AssistantSurface()) async throws -> ExitCode {
    let assistant = try Assistant(self, roots: try assistantRoots(), surface: surface)
    guard let address = invocation.value(of: Options.http) else {
      guard invocation.value(of: Options.tokenFile) == nil else {
        throw CommandFailure(
          .usage, "token_without_http", "--token-file means nothing without --http.",
          hint: "on standard input only the program that started this one can speak to it")
      }
      return try await serveOnStreams(assistant)
    }
    return try serve(assistant, at: address)
  }

  /// The folders that assistants may work in: those that are named, else the current one.
  ///
  /// Many programs are started in `/` or at home, and nobody meant to open all of that.
  private func assistantRoots() throws -> [String] {
    let named = invocation.values(of: Options.root)
    guard named.isEmpty else { return named }
    let fileSystem = surroundings.fileSystem
    let here = try? fileSystem.resolve(path: surroundings.currentFolder)
    let home = surroundings.variable("HOME").flatMap { try? fileSystem.resolve(path: $0) }
    guard let here, here != "/", here != home else {
      throw CommandFailure(
        .usage, "no_root", "No folder is named in which the assistant may work.",
        hint:
          "--root DIR; '\(here ?? surroundings.currentFolder)' is too much to be taken by itself")
    }
    return [here]
  }

  /// Serves the one assistant that started this process, until it closes standard input.
  func serveOnStreams(_ assistant: Assistant) async throws -> ExitCode {
    if console.input.isTerminal {
      try console.note(
        "note: this speaks the Model Context Protocol; an assistant starts it, see "
          + "docs/assistants.md")
    }
    try await StdioTransport(assistant.server, input: console.input, output: console.output)
      .serve()
    return Task.isCancelled ? .interrupted : .success
  }

  private func serve(_ assistant: Assistant, at text: String) throws -> ExitCode {
    guard let address = ListenAddress(text), Loopback.isHost(address.host) else {
      throw CommandFailure(
        .usage, "bad_listen", "'\(text)' is no address of this machine to listen on.",
        hint: "it looks like 127.0.0.1:6791 or [::1]:0; assistants elsewhere are not served")
    }
    let token = try mcpToken()
    let transport: HTTPTransport
    do {
      transport = try HTTPTransport(
        assistant.server, host: address.host, port: address.port, token: token.text,
        randomness: surroundings.randomness)
    } catch {
      throw error.failure(listeningOn: text, option: "--http")
    }
    try announce(address.url(scheme: "http", port: transport.port) + "/mcp", token)
    _ = Interruption.shared.wait()
    transport.stop()
    return .success
  }

  private func announce(_ url: String, _ token: MCPToken) throws {
    if console.isJSON {
      let document: JSONValue = [
        "schema": "syncline/mcp/1", "url": .string(url),
        "token": token.isKept ? .null : .string(token.text),
      ]
      return try console.write(document.bytes() + [UInt8(ascii: "\n")])
    }
    try console.write("listening on \(url)\n")
    if !token.isKept { try console.write("token \(token.text)\n") }
  }

  /// The token that clients must show: the file's, or a new one that is printed.
  private func mcpToken() throws -> MCPToken {
    let fresh = "syncline_mcp_" + surroundings.randomness.token()
    guard let word = invocation.value(of: Options.tokenFile) else {
      return MCPToken(text: fresh, isKept: false)
    }
    let path = surroundings.absolute(word)
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let file = PrivateFile(
      folder: slash == path.startIndex ? "/" : String(path[..<slash]),
      name: String(path[path.index(after: slash)...]))
    let bytes: [UInt8]?
    do throws(PrivateFile.Problem) {
      bytes = try file.read()
      if bytes == nil {
        try file.replace(with: Array((fresh + "\n").utf8), surroundings.fileSystem)
      }
    } catch {
      throw error.failure
    }
    guard let bytes else { return MCPToken(text: fresh, isKept: true) }
    guard let text = MCPToken.text(of: bytes) else {
      throw CommandFailure(
        .usage, "bad_token", "'\(word)' does not hold a token.",
        hint: "it is one line of 32 to 256 letters and digits; remove the file to get a new one")
    }
    return MCPToken(text: text, isKept: true)
  }
}

/// The token of an HTTP server, and whether it came from a file.
private struct MCPToken {
  let text: String
  let isKept: Bool

  /// The token that a file holds; nothing where it holds something else.
  static func text(of bytes: [UInt8]) -> String? {
    var bytes = bytes[...]
    while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      bytes.removeLast()
    }
    let isToken = bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    return (32...256).contains(bytes.count) && isToken
      ? String(decoding: bytes, as: UTF8.self) : nil
  }
}
