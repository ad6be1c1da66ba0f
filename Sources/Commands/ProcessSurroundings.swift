import Platform

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// The one place that reads the process's own arguments, environment and time zone.
enum ProcessSurroundings {
  /// The surroundings of this process.
  static func current() -> Surroundings {
    let words = CommandLine.arguments
    return Surroundings(
      program: words.first.map {
        String($0[($0.lastIndex(of: "/").map($0.index(after:)) ?? $0.startIndex)...])
      } ?? "syncline",
      arguments: Array(words.dropFirst()), environment: environment(),
      currentFolder: folder(), utcOffset: utcOffset)
  }

  /// Ends the process.
  static func exit(_ code: Int32) -> Never {
    #if canImport(Glibc)
      Glibc.exit(code)
    #elseif canImport(Musl)
      Musl.exit(code)
    #else
      Darwin.exit(code)
    #endif
  }

  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let sign = text.firstIndex(of: "=") {
        variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
      }
      next = next.advanced(by: 1)
    }
    return variables
  }

  private static func folder() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  private static func utcOffset(at seconds: Int) -> Int {
    var time = time_t(seconds)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return 0 }
    return parts.tm_gmtoff
  }
}
