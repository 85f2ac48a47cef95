package import Authority
package import JSONRPC
package import Logging
import SigningAPI

/// The counter: a handler for each method of the contract, and their errors as the contract has them.
package struct SigningService: Sendable {
    let countersigner: Countersigner
    let register: Register
    let chains: [String: ChainTexts]
    let maximumCSRLength: Int
    let health: ServiceHealth
    let lookup: Lookup
    let revoker: Revoker
    /// By authority id.
    let publishers: [String: CRLPublisher]
    let crlTexts = CRLTexts()
    private let logger: Logger

    /// - Parameter maximumCSRLength: in characters of PEM.
    package init(
        countersigner: Countersigner, register: Register, maximumCSRLength: Int, health: ServiceHealth, lookup: Lookup,
        revoker: Revoker, publishers: [CRLPublisher], logger: Logger
    ) {
        self.lookup = lookup
        self.revoker = revoker
        self.publishers = Dictionary(
            publishers.map { ($0.authority.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.countersigner = countersigner
        self.register = register
        chains = Dictionary(
            register.authorities.map { ($0.id, ChainTexts($0)) }, uniquingKeysWith: { first, _ in first })
        self.maximumCSRLength = maximumCSRLength
        self.health = health
        self.logger = logger
    }

    /// What a frame is handed to.
    package func router(policy: ServicePolicy, maximumBatch: Int = 16) -> Router<ServicePolicy> {
        Router(
            policy: policy, maximumBatch: maximumBatch,
            methods: SigningAPI.Method.allCases.map { method in
                JSONRPC.Method(method.rawValue, effect: method.hasEffect ? .signing : .none) {
                    (params, context: RequestContext) async throws(ErrorObject) -> any JSONEncodable in
                    try await answer(method, params, context, policy)
                }
            })
    }

    private func answer(
        _ method: SigningAPI.Method, _ params: JSONObject, _ context: RequestContext, _ policy: ServicePolicy
    ) async throws(ErrorObject) -> any JSONEncodable {
        do {
            let behalf = Behalf(
                requester: context.requester, grant: context.grant ?? .nothing, method: method.rawValue,
                reference: context.reference.description)
            return switch method {
            case .signCertificate: try await signCertificate(params, on: behalf)
            case .signIntermediateCa: try await signIntermediateCa(params, on: behalf)
            case .revokeCertificate: try await revokeCertificate(params, on: behalf)
            case .getCertificate: try await getCertificate(params, on: behalf)
            case .listCertificates: try await listCertificates(params, on: behalf)
            case .getCrl: try getCrl(params, on: behalf)
            case .listProfiles: try listProfiles(params, on: behalf)
            case .listAuthorities: try listAuthorities(params, on: behalf)
            case .getStatus: try await getStatus(params, on: behalf)
            }
        } catch {
            let answer = APIError(mapping: error)
            log(error, answeredAs: answer, context, policy)
            throw ErrorObject(answer, context.reference)
        }
    }

    /// What the caller is not told, since it is ours or the token's, the operator is.
    private func log(
        _ error: any Error, answeredAs answer: APIError, _ context: RequestContext, _ policy: ServicePolicy
    ) {
        switch answer.kind {
        case .internalError, .serviceUnavailable:
            guard policy.mayLog(of: context) else { return }
            logger.error(
                "failed", metadata: ["reqId": .stringConvertible(context.reference), "cause": .string("\(error)")])
        default: break
        }
    }
}
