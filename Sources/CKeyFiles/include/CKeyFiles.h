#ifndef COUNTERSIGN_CKEYFILES_H
#define COUNTERSIGN_CKEYFILES_H

#include <stddef.h>
#include <stdint.h>

/// A private key in libcrypto's memory.
struct evp_pkey_st;

/// What came of reading a file.
enum countersign_key_reading {
    COUNTERSIGN_KEY_READ = 0,
    /// There is no private key in it.
    COUNTERSIGN_KEY_ABSENT,
    /// There is more than one.
    COUNTERSIGN_KEY_AMBIGUOUS,
    /// It is encrypted, and no passphrase was given.
    COUNTERSIGN_KEY_LOCKED,
    /// It does not decrypt to a key.
    COUNTERSIGN_KEY_WRONG_PASSPHRASE,
    /// It is encrypted as PEM was before PKCS #8 ("Proc-Type: 4,ENCRYPTED").
    COUNTERSIGN_KEY_OLD_ENCRYPTION,
    /// It is encrypted by an algorithm that is not known here.
    COUNTERSIGN_KEY_UNKNOWN_ENCRYPTION,
    /// To derive the key from the passphrase takes more memory than libcrypto gives it.
    COUNTERSIGN_KEY_COSTLY_ENCRYPTION,
    /// An RSA key of more than two primes.
    COUNTERSIGN_KEY_MULTI_PRIME,
    /// It cannot be parsed, or is of no known kind.
    COUNTERSIGN_KEY_MALFORMED,
    /// Its numbers do not belong together.
    COUNTERSIGN_KEY_INCONSISTENT,
    /// libcrypto itself failed.
    COUNTERSIGN_KEY_FAILED,
};

/// Has libcrypto wipe all memory that it frees, also where a PKCS #11 module of this process uses it. Returns whether it does: it does
/// not where it has taken some already.
int countersign_wipe_freed_memory(void);

/// Reads the one private key of a file: PKCS #8, encrypted or not, SEC 1 or PKCS #1, as PEM among other blocks or as DER and nothing
/// else. `passphrase` is NULL where none is known yet. The caller frees `key`.
enum countersign_key_reading countersign_read_key(
    const uint8_t *file, size_t size, const uint8_t *passphrase, size_t passphrase_size, struct evp_pkey_st **key);

void countersign_free_key(struct evp_pkey_st *key);

/// The DER of its SubjectPublicKeyInfo, a point uncompressed. Returns its size, or 0 where it does not fit or there is none.
size_t countersign_public_key(struct evp_pkey_st *key, uint8_t *der, size_t capacity);

/// A number of the key by libcrypto's name for it, big-endian: `width` octets, or as few as it needs where that is 0; an Ed25519 key's "priv" as it is.
/// Returns its size, or 0 where it does not fit or there is none.
size_t countersign_key_number(struct evp_pkey_st *key, const char *name, size_t width, uint8_t *octets, size_t capacity);

/// Encrypts the key's PKCS #8 under a fresh AES-256 key (RFC 5649) and that one under an RSA key (RFC 8017 § 7.1, SHA-1 as most tokens
/// want it). The sizes are capacities before and sizes after. Returns whether it was done.
int countersign_wrap_key(
    struct evp_pkey_st *key, const uint8_t *rsa, size_t rsa_size, uint8_t *wrapped_aes, size_t *wrapped_aes_size,
    uint8_t *wrapped_key, size_t *wrapped_key_size);

#endif
