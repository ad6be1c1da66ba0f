import Fuzzing
import Platform
import TestSupport
import Testing

extension Fuzzer: CustomTestStringConvertible {
  package var testDescription: String { name }
}

@Suite struct FuzzerTests {
  @Test(arguments: Fuzzer.all)
  func `every saved input keeps every promise`(_ fuzzer: Fuzzer) throws {
    let corpus = try Corpus(of: fuzzer.name)
    #expect(!corpus.inputs.isEmpty, "no saved inputs: run FUZZ_KEEP=1 scripts/fuzz \(fuzzer.name)")
    for (name, bytes) in corpus.inputs {
      do { try fuzzer.check(bytes) } catch { Issue.record("\(fuzzer.name)/\(name): \(error)") }
    }
  }

  @Test(arguments: Fuzzer.all)
  func `saved inputs that are cut, joined and changed keep every promise`(
    _ fuzzer: Fuzzer
  ) throws {
    let seed: UInt64 = 20_261_126
    var random = SeededGenerator(seed: seed)
    let corpus = try Corpus(of: fuzzer.name).inputs.map(\.bytes) + [[]]
    for round in 0..<300 {
      let input = mutate(corpus, &random)
      do { try fuzzer.check(input) } catch {
        let small = shrink(input, limit: 2000, candidates: smaller) { input in
          do { try fuzzer.check(input) } catch { return true }
          return false
        }
        Issue.record("\(fuzzer.name), seed \(seed), round \(round): \(error) by \(small)")
        return
      }
    }
  }

  private func mutate(_ corpus: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
    var input = random.pick(corpus)
    if random.oneIn(3) {
      let other = random.pick(corpus)
      input = Array(input.prefix(Int(random.next() % 200)) + other.suffix(Int(random.next() % 200)))
    }
    for _ in 0..<random.next() % 6 {
      let place = Int(random.next() % UInt64(input.count + 1))
      let byte = UInt8(truncatingIfNeeded: random.next())
      switch random.next() % 3 {
      case 0: input.insert(byte, at: place)
      case 1 where place < input.count: input.remove(at: place)
      default: if place < input.count { input[place] = byte }
      }
    }
    return input
  }

  private func smaller(_ input: [UInt8]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    var length = input.count / 2
    while length > 0 {
      for start in stride(from: 0, through: input.count - length, by: length) {
        found.append(Array(input[..<start] + input[(start + length)...]))
      }
      length /= 2
    }
    return found
  }
}

/// The saved inputs of one fuzzer.
private struct Corpus {
  var inputs: [(name: String, bytes: [UInt8])] = []

  init(of fuzzer: String) throws {
    var place = Substring(#filePath)
    place = place[..<(place.lastIndex(of: "/") ?? place.startIndex)]
    let folder = try POSIXFileSystem().openDirectory(path: "\(place)/Corpus/\(fuzzer)")
    for name in try folder.list().byteNames.map({ String(decoding: $0, as: UTF8.self) }).sorted() {
      inputs.append((name, try folder.readFile(name)))
    }
  }
}
