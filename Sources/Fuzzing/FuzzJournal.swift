import Engine
import Zstd

/// The record of a run: damaged bytes are known as such, and others say the same again.
func fuzzJournal(_ bytes: [UInt8]) throws {
  var input = FuzzInput(bytes)
  let isWrapped = input.byte() % 2 == 0
  var journal = input.remainder()
  // The rows behind a frame that is right, so that the reader of rows is reached at all.
  if isWrapped {
    let length = withUnsafeBytes(of: UInt64(journal.count).littleEndian) { Array($0) }
    journal = [3] + length + (try ZstdCompressor().compress(journal))
  }
  guard let intents = RunJournal.decode(journal) else { return }
  let written = try RunJournal.encode(intents)
  try promise(RunJournal.decode(written) == intents, "a journal that is another when read again")
  for cut in [1, written.count / 2, written.count - 1] where cut > 0 && cut < written.count {
    try promise(RunJournal.decode(Array(written[..<cut])) == nil, "a journal that was cut passes")
  }
}
