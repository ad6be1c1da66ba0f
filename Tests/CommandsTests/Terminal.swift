import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A terminal at which somebody has typed already.
final class Terminal {
  /// The program's side of it.
  let descriptor: Int32
  private let person: Int32

  /// Opens a terminal, and types.
  init(typed: String) throws {
    var (mine, its): (Int32, Int32) = (-1, -1)
    guard openpty(&mine, &its, nil, nil, nil) == 0 else { throw Errno.last }
    (person, descriptor) = (mine, its)
    var text = Array(typed.utf8)
    guard write(person, &text, text.count) == text.count,
      fcntl(person, F_SETFL, O_NONBLOCK) == 0
    else { throw Errno.last }
  }

  deinit {
    close(descriptor)
    close(person)
  }

  /// What it has shown by now, with what was typed.
  func shown() -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(person, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }
}
