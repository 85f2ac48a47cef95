import Issuance
import Yams

extension NodeReader {
    /// A text of at least one character, none of them one that people cannot see and tell.
    func text() -> String? {
        guard case .scalar(let scalar) = node else {
            refuse("is \(noun), not a text")
            return nil
        }
        switch ScalarKind(scalar) {
        case .text: break
        case .nothing:
            refuse("has no value")
            return nil
        case .doubtful(let noun):
            refuse("is \(noun) to some readers of YAML; put it in quotes to make it a text")
            return nil
        case let kind:
            refuse("is \(kind.noun), not a text; put it in quotes if it is meant as it stands")
            return nil
        }
        guard !scalar.string.isEmpty else {
            refuse("is an empty text")
            return nil
        }
        guard !scalar.string.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            refuse("holds a control character or a line break")
            return nil
        }
        if let character = scalar.string.characterUnfitForNames {
            refuse(
                "holds the character \(character.codePoint), which shows as nothing, changes how the others show, or means nothing"
            )
            return nil
        }
        return scalar.string
    }

    /// The value of a subject's field: a text that is not blank.
    func subjectValue() -> String? {
        guard let text = text() else { return nil }
        guard !text.isBlank else {
            refuse("is blank")
            return nil
        }
        return text
    }

    func boolean() -> Bool? {
        guard case .scalar(let scalar) = node, case .boolean(let value) = ScalarKind(scalar) else {
            refuse("is \(foundInsteadOf("a boolean")); write true or false, without quotes")
            return nil
        }
        return value
    }

    func wholeNumber(in range: ClosedRange<Int>) -> Int? {
        guard case .scalar(let scalar) = node, case .wholeNumber(let value) = ScalarKind(scalar) else {
            refuse("is \(foundInsteadOf("a whole number")); write decimal digits, without quotes")
            return nil
        }
        guard range.contains(value) else {
            refuse("is \(value); it has to be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// One of a few names, to the letter.
    func choice<Value>(of values: [(name: String, value: Value)]) -> Value? {
        guard let name = text() else { return nil }
        guard let match = values.first(where: { $0.name == name }) else {
            refuse("is none that is known" + NearestName.advice(for: name, among: values.map(\.name)))
            return nil
        }
        return match.value
    }

    /// One case of an enumeration, by its raw value.
    func choice<Value: CaseIterable & RawRepresentable<String>>(of type: Value.Type) -> Value? {
        choice(of: type.allCases.map { ($0.rawValue, $0) })
    }

    /// `yes` is doubtful rather than of another type, and so is `0660`.
    private func foundInsteadOf(_ wanted: String) -> String {
        guard case .scalar(let scalar) = node, case .doubtful(let noun) = ScalarKind(scalar) else {
            return "\(noun), not \(wanted)"
        }
        return noun == wanted ? "\(noun) to some readers of YAML only" : "doubtful, perhaps \(noun)"
    }
}
