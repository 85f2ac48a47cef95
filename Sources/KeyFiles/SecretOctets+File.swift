import Console
import Glibc
package import PKCS11

extension SecretOctets {
    /// All of a key file.
    package static func read(_ descriptor: Int32) throws(KeyFileError) -> SecretOctets {
        var octets: SecretOctets
        // One more tells a file that is too large from one that just fits.
        do { octets = try SecretOctets(capacity: PrivateKeyFile.maximumSize + 1) } catch {
            throw .unavailable("cannot be held: \(error)")
        }
        while true {
            let place = try unsafe octets.append { room throws(KeyFileError) in
                while true {
                    let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
                    if count >= 0 { return count }
                    guard errno == EINTR else {
                        throw .unavailable("cannot be read: \(describe(errno))")
                    }
                }
            }
            if place.isEmpty { break }
        }
        guard octets.count > 0 else { throw .unavailable("is empty") }
        guard octets.count <= PrivateKeyFile.maximumSize else {
            throw .unavailable("is larger than \(PrivateKeyFile.maximumSize) octets, which is no key file")
        }
        return octets
    }
}
