import CommandLineKit
import Replica

extension ProgressMeter.Reading {
  /// What is being done and how far it is, for people.
  var words: String {
    var text =
      switch phase {
      case .starting: "starting"
      case .scanning: "looking"
      case .comparing: "comparing"
      case .sending: "sending"
      case .receiving: "receiving"
      case .applying: "writing"
      case .recording: "recording"
      }
    if totalFiles > 0 {
      text += " \(min(files, totalFiles))/\(totalFiles) files"
    } else if files > 0 {
      text += " \(files) files"
    }
    if totalBytes > 0 {
      text +=
        ", \(ByteSize.text(UInt64(bytes))) of \(ByteSize.text(UInt64(totalBytes)))"
    } else if bytes > 0 {
      text += ", \(ByteSize.text(UInt64(bytes)))"
    }
    return text
  }
}
