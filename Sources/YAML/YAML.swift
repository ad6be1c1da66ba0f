/// Reading of YAML 1.1 streams, from people and from peers.
package enum YAML {
  /// Returns all documents of a stream.
  package static func documents(
    _ bytes: UnsafeRawBufferPointer, limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) -> [YAMLNode] {
    var composer = try Composer(bytes, limits)
    var documents: [YAMLNode] = []
    while let document = try composer.nextDocument() { documents.append(document) }
    return documents
  }

  /// Returns all documents of a stream.
  package static func documents(
    _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) -> [YAMLNode] {
    try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLError) -> [YAMLNode] in
      try documents(UnsafeRawBufferPointer(buffer), limits: limits)
    }
  }

  /// Returns the first document of a stream, or nil if there is none; the rest is not looked at.
  package static func first(
    _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) -> YAMLNode? {
    try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLError) -> YAMLNode? in
      var composer = try Composer(UnsafeRawBufferPointer(buffer), limits)
      return try composer.nextDocument()
    }
  }

  /// Checks that bytes are a stream of documents, for example after a merge.
  ///
  /// - Throws: the first thing that is wrong; keys that repeat count as wrong.
  package static func validate(
    _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
  ) throws(YAMLError) {
    _ = try documents(bytes, limits: limits)
  }
}
