import Issuance
import Timekeeping

/// The files of CRLs: no two CRLs go into one.
struct CRLFiles {
    private var paths: Set<String> = []
    private var templates: [PartitionTemplate] = []

    /// Whether the file is no other CRL's.
    mutating func insert(_ path: String) -> Bool {
        !templates.contains { $0.partition(of: path) != nil } && paths.insert(path).inserted
    }

    /// Whether none of the files is another CRL's.
    mutating func insert(_ template: PartitionTemplate) -> Bool {
        let isFree =
            !paths.contains { template.partition(of: $0) != nil }
            && !templates.contains { $0.mayCoincide(with: template) }
        templates.append(template)
        return isFree
    }
}

extension NodeReader {
    /// - Parameter files: those of other authorities' CRLs.
    func crl(besides files: inout CRLFiles) -> ServiceConfiguration.CRL? {
        var known = files
        defer { files = known }
        return mapping { crl in
            let file = crl.required("file") { node -> String? in
                guard let path = node.filePath() else { return nil }
                if !known.insert(path) { node.refuse("is the file of another CRL") }
                return path
            }
            let validity = crl.optional("validity", default: .week) { $0.lifetime() }
            let interval = crl.optional("interval", default: min(.day, validity.half)) { $0.lifetime() }
            if interval >= validity {
                refuse(
                    "has an interval of \(interval) and a validity of \(validity): each CRL would expire before the next"
                )
            }
            let onRevocation = crl.optional("onRevocation", default: true) { $0.boolean() }
            let firstNumber = crl.optional("firstNumber", default: 1) { $0.wholeNumber(in: 1...Int.max) }
            let partitions = crl.optional("partitions") { $0.crlPartitions(besides: &known) }
            guard let file, partitions != nil || !crl.contains("partitions") else { return nil }
            return ServiceConfiguration.CRL(
                file: file, validity: validity, interval: interval, onRevocation: onRevocation,
                firstNumber: UInt64(clamping: firstNumber), partitions: partitions)
        }
    }

    private func crlPartitions(besides files: inout CRLFiles) -> ServiceConfiguration.CRLPartitions? {
        var known = files
        defer { files = known }
        return mapping { partitions in
            let count = partitions.required("count") { $0.wholeNumber(in: 0...4096) }
            let file = partitions.required("file") { $0.crlPartitionFile(besides: &known) }
            let former = partitions.optional("formerDistributionPoints", default: []) {
                $0.uniqueList { $0.httpURLTemplate() }
            }
            if count == 0, former.isEmpty, !partitions.contains("formerDistributionPoints") {
                refuse("has the count 0 and no formerDistributionPoints: no certificate would point to its CRLs")
                return nil
            }
            guard let count, let file else { return nil }
            return ServiceConfiguration.CRLPartitions(
                count: UInt32(clamping: count), file: file, formerDistributionPoints: former)
        }
    }

    private func crlPartitionFile(besides files: inout CRLFiles) -> PartitionTemplate? {
        guard let path = filePath() else { return nil }
        guard let template = PartitionTemplate(path),
            path.split(separator: "/").last?.contains(PartitionTemplate.placeholder) ?? false
        else {
            refuse(
                "needs \(PartitionTemplate.placeholder) in the file's name, once, where the number of the partition goes"
            )
            return nil
        }
        if !files.insert(template) { refuse("names files of another CRL") }
        return template
    }
}

extension Lifetime {
    fileprivate var half: Lifetime { Lifetime(seconds: seconds / 2) ?? .zero }
}
