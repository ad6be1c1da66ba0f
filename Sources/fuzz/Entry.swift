import Fuzzing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The fuzzer that runs, named by what the program is called; set once, before anything runs.
nonisolated(unsafe) private var chosen: Fuzzer?

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Chooses by the program's name (`scripts/fuzz` makes a link of each) and leaves the rest to libFuzzer.
func runFuzzer(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
  var (count, arguments) = (count, arguments)
  let path = arguments[0].map { String(cString: $0) } ?? ""
  let name = path.split(separator: "/").last.map(String.init) ?? path
  guard let found = Fuzzer.named(name) else {
    fatalError("'\(name)' is no fuzzer; there are \(Fuzzer.all.map(\.name))")
  }
  chosen = found
  exit(runDriver(&count, &arguments, testOneInput))
}

/// Holds one input against what the fuzzer promises, and ends the program where it is broken.
private func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try chosen?.check(Array(UnsafeBufferPointer(start: start, count: count)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}
