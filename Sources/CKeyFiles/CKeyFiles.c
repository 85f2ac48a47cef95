#define _GNU_SOURCE
#include "CKeyFiles.h"

#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

static void *take(size_t size, const char *file, int line) {
    (void)file, (void)line;
    return size == 0 ? NULL : malloc(size);
}

static void wipe_and_free(void *block, const char *file, int line) {
    (void)file, (void)line;
    if (block != NULL) {
        explicit_bzero(block, malloc_usable_size(block));
        free(block);
    }
}

static void *take_larger(void *block, size_t size, const char *file, int line) {
    if (block == NULL) {
        return take(size, file, line);
    }
    if (size == 0) {
        wipe_and_free(block, file, line);
        return NULL;
    }
    void *larger = malloc(size);
    if (larger != NULL) {
        size_t present = malloc_usable_size(block);
        memcpy(larger, block, present < size ? present : size);
        wipe_and_free(block, file, line);
    }
    return larger;
}

int countersign_wipe_freed_memory(void) { return CRYPTO_set_mem_functions(take, take_larger, wipe_and_free); }

// A library context of our own: neither openssl.cnf nor what modules load into the common one changes what is read, or how.
static OSSL_LIB_CTX *library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void) {
    library = OSSL_LIB_CTX_new();
    if (library != NULL && OSSL_PROVIDER_load(library, "default") == NULL) {
        OSSL_LIB_CTX_free(library);
        library = NULL;
    }
}

static enum countersign_key_reading from_info(PKCS8_PRIV_KEY_INFO *info, EVP_PKEY **key) {
    *key = EVP_PKCS82PKEY_ex(info, library, NULL);
    PKCS8_PRIV_KEY_INFO_free(info);
    return *key == NULL ? COUNTERSIGN_KEY_MALFORMED : COUNTERSIGN_KEY_READ;
}

// Why libcrypto did not decrypt: it could not do what the file asks for, or else the passphrase is wrong.
static enum countersign_key_reading decryption_failure(void) {
    for (unsigned long error = ERR_get_error(); error != 0; error = ERR_get_error()) {
        int reason = ERR_GET_REASON(error);
        if (ERR_GET_LIB(error) == ERR_LIB_EVP && reason == EVP_R_MEMORY_LIMIT_EXCEEDED) {
            return COUNTERSIGN_KEY_COSTLY_ENCRYPTION;
        }
        if (reason == ERR_R_UNSUPPORTED || (ERR_GET_LIB(error) == ERR_LIB_EVP &&
            (reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNSUPPORTED_CIPHER || reason == EVP_R_UNKNOWN_CIPHER ||
             reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION ||
             reason == EVP_R_UNSUPPORTED_PRF))) {
            return COUNTERSIGN_KEY_UNKNOWN_ENCRYPTION;
        }
    }
    return COUNTERSIGN_KEY_WRONG_PASSPHRASE;
}

static enum countersign_key_reading from_encrypted(
    const uint8_t *der, long size, const uint8_t *passphrase, size_t passphrase_size, EVP_PKEY **key) {
    const uint8_t *end = der;
    X509_SIG *encrypted = d2i_X509_SIG(NULL, &end, size);
    if (encrypted == NULL || end != der + size) {
        X509_SIG_free(encrypted);
        return COUNTERSIGN_KEY_MALFORMED;
    }
    if (passphrase == NULL) {
        X509_SIG_free(encrypted);
        return COUNTERSIGN_KEY_LOCKED;
    }
    ERR_clear_error();
    PKCS8_PRIV_KEY_INFO *info =
        PKCS8_decrypt_ex(encrypted, (const char *)passphrase, (int)passphrase_size, library, NULL);
    X509_SIG_free(encrypted);
    if (info == NULL) {
        return decryption_failure();
    }
    return from_info(info, key);
}

static enum countersign_key_reading from_plain(const uint8_t *der, long size, EVP_PKEY **key) {
    const uint8_t *end = der;
    PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &end, size);
    if (info != NULL && end == der + size) {
        return from_info(info, key);
    }
    PKCS8_PRIV_KEY_INFO_free(info);
    return COUNTERSIGN_KEY_MALFORMED;
}

static enum countersign_key_reading from_type(int type, const uint8_t *der, long size, EVP_PKEY **key) {
    const uint8_t *end = der;
    EVP_PKEY *read = d2i_PrivateKey_ex(type, NULL, &end, size, library, NULL);
    if (read != NULL && end == der + size) {
        *key = read;
        return COUNTERSIGN_KEY_READ;
    }
    EVP_PKEY_free(read);
    return COUNTERSIGN_KEY_MALFORMED;
}

static enum countersign_key_reading from_der(
    const uint8_t *der, long size, const uint8_t *passphrase, size_t passphrase_size, EVP_PKEY **key) {
    enum countersign_key_reading reading = from_plain(der, size, key);
    if (reading == COUNTERSIGN_KEY_MALFORMED) { reading = from_encrypted(der, size, passphrase, passphrase_size, key); }
    if (reading == COUNTERSIGN_KEY_MALFORMED) { reading = from_type(EVP_PKEY_EC, der, size, key); }
    if (reading == COUNTERSIGN_KEY_MALFORMED) { reading = from_type(EVP_PKEY_RSA, der, size, key); }
    return reading;
}

static enum countersign_key_reading from_block(
    const char *name, const char *header, const uint8_t *der, long size, const uint8_t *passphrase,
    size_t passphrase_size, EVP_PKEY **key) {
    if (strstr(header, "ENCRYPTED") != NULL) { return COUNTERSIGN_KEY_OLD_ENCRYPTION; }
    if (strcmp(name, PEM_STRING_PKCS8INF) == 0) { return from_plain(der, size, key); }
    if (strcmp(name, PEM_STRING_PKCS8) == 0) { return from_encrypted(der, size, passphrase, passphrase_size, key); }
    if (strcmp(name, PEM_STRING_ECPRIVATEKEY) == 0) { return from_type(EVP_PKEY_EC, der, size, key); }
    if (strcmp(name, PEM_STRING_RSA) == 0) { return from_type(EVP_PKEY_RSA, der, size, key); }
    return COUNTERSIGN_KEY_MALFORMED;
}

static int is_private_key(const char *name) {
    static const char end[] = "PRIVATE KEY";
    size_t length = strlen(name);
    return length >= sizeof end - 1 && strcmp(name + length - (sizeof end - 1), end) == 0;
}

static enum countersign_key_reading from_pem(
    const uint8_t *file, int size, const uint8_t *passphrase, size_t passphrase_size, EVP_PKEY **key) {
    BIO *bio = BIO_new_mem_buf(file, size);
    if (bio == NULL) { return COUNTERSIGN_KEY_FAILED; }
    enum countersign_key_reading reading = COUNTERSIGN_KEY_ABSENT;
    for (;;) {
        char *name = NULL, *header = NULL;
        uint8_t *der = NULL;
        long length = 0;
        ERR_clear_error();
        if (PEM_read_bio_ex(bio, &name, &header, &der, &length, PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) != 1) {
            if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) { reading = COUNTERSIGN_KEY_MALFORMED; }
            break;
        }
        int is_second = is_private_key(name) && reading != COUNTERSIGN_KEY_ABSENT;
        if (is_second) {
            reading = COUNTERSIGN_KEY_AMBIGUOUS;
        } else if (is_private_key(name)) {
            reading = from_block(name, header, der, length, passphrase, passphrase_size, key);
        }
        OPENSSL_secure_free(name);
        OPENSSL_secure_free(header);
        OPENSSL_secure_clear_free(der, (size_t)length);
        if (is_second) { break; }
    }
    BIO_free(bio);
    return reading;
}

// That the private numbers belong to the public ones, and RSA's are primes.
static int is_consistent(EVP_PKEY *key) {
    EVP_PKEY_CTX *check = EVP_PKEY_CTX_new_from_pkey(library, key, NULL);
    int is_sound = check != NULL && EVP_PKEY_check(check) == 1;
    EVP_PKEY_CTX_free(check);
    return is_sound;
}

// PKCS #11 knows keys of two primes.
static int is_of_more_primes(EVP_PKEY *key) {
    BIGNUM *third = NULL;
    int is = EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_FACTOR3, &third) == 1;
    BN_clear_free(third);
    return is;
}

enum countersign_key_reading countersign_read_key(
    const uint8_t *file, size_t size, const uint8_t *passphrase, size_t passphrase_size, struct evp_pkey_st **key) {
    static const char begin[] = "-----BEGIN ";
    *key = NULL;
    if (pthread_once(&once, prepare) != 0 || library == NULL) { return COUNTERSIGN_KEY_FAILED; }
    if (size > INT_MAX || passphrase_size > INT_MAX) { return COUNTERSIGN_KEY_MALFORMED; }
    EVP_PKEY *read = NULL;
    enum countersign_key_reading reading =
        memmem(file, size, begin, sizeof begin - 1) != NULL
            ? from_pem(file, (int)size, passphrase, passphrase_size, &read)
            : from_der(file, (long)size, passphrase, passphrase_size, &read);
    if (reading == COUNTERSIGN_KEY_READ && is_of_more_primes(read)) { reading = COUNTERSIGN_KEY_MULTI_PRIME; }
    if (reading == COUNTERSIGN_KEY_READ && !is_consistent(read)) { reading = COUNTERSIGN_KEY_INCONSISTENT; }
    if (reading == COUNTERSIGN_KEY_READ) {
        *key = read;
    } else {
        EVP_PKEY_free(read);
    }
    ERR_clear_error();
    return reading;
}

void countersign_free_key(struct evp_pkey_st *key) { EVP_PKEY_free(key); }

size_t countersign_public_key(struct evp_pkey_st *key, uint8_t *der, size_t capacity) {
    if (EVP_PKEY_is_a(key, "EC")) {
        // A file may have it compressed.
        (void)EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
    }
    int size = i2d_PUBKEY(key, NULL);
    if (size <= 0 || (size_t)size > capacity) { return 0; }
    uint8_t *end = der;
    return i2d_PUBKEY(key, &end) == size ? (size_t)size : 0;
}

size_t countersign_key_number(
    struct evp_pkey_st *key, const char *name, size_t width, uint8_t *octets, size_t capacity) {
    if (EVP_PKEY_is_a(key, "ED25519")) {
        size_t size = capacity;
        return EVP_PKEY_get_raw_private_key(key, octets, &size) == 1 ? size : 0;
    }
    BIGNUM *number = NULL;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) { return 0; }
    size_t size = width != 0 ? width : (size_t)BN_num_bytes(number);
    int done = size <= capacity && BN_bn2binpad(number, octets, (int)size) == (int)size;
    BN_clear_free(number);
    return done ? size : 0;
}

static int encrypt_under_rsa(
    const uint8_t *rsa, size_t rsa_size, const uint8_t *octets, size_t size, uint8_t *output, size_t *output_size) {
    const uint8_t *end = rsa;
    EVP_PKEY *recipient = d2i_PUBKEY_ex(NULL, &end, (long)rsa_size, library, NULL);
    EVP_PKEY_CTX *context = recipient == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(library, recipient, NULL);
    // The hash is SHA-1 where none is set; its weakness is none of OAEP's.
    int done = context != NULL && EVP_PKEY_encrypt_init(context) == 1 &&
               EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
               EVP_PKEY_encrypt(context, output, output_size, octets, size) == 1;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(recipient);
    return done;
}

static int encrypt_under_aes(
    const uint8_t *aes, const uint8_t *octets, int size, uint8_t *output, size_t *output_size) {
    // RFC 5649: padded to eight octets, and eight more.
    if (size <= 0 || (size_t)size + 16 > *output_size) { return 0; }
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(library, "AES-256-WRAP-PAD", NULL);
    EVP_CIPHER_CTX *context = cipher == NULL ? NULL : EVP_CIPHER_CTX_new();
    int count = 0, rest = 0;
    if (context != NULL) { EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW); }
    int done = context != NULL && EVP_EncryptInit_ex2(context, cipher, aes, NULL, NULL) == 1 &&
               EVP_EncryptUpdate(context, output, &count, octets, size) == 1 &&
               EVP_EncryptFinal_ex(context, output + count, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    *output_size = done ? (size_t)(count + rest) : 0;
    return done;
}

int countersign_wrap_key(
    struct evp_pkey_st *key, const uint8_t *rsa, size_t rsa_size, uint8_t *wrapped_aes, size_t *wrapped_aes_size,
    uint8_t *wrapped_key, size_t *wrapped_key_size) {
    uint8_t aes[32], *der = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    int size = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
    PKCS8_PRIV_KEY_INFO_free(info);
    int done = size > 0 && RAND_priv_bytes_ex(library, aes, sizeof aes, 0) == 1 &&
               encrypt_under_rsa(rsa, rsa_size, aes, sizeof aes, wrapped_aes, wrapped_aes_size) &&
               encrypt_under_aes(aes, der, size, wrapped_key, wrapped_key_size);
    OPENSSL_cleanse(aes, sizeof aes);
    if (size > 0) { OPENSSL_clear_free(der, (size_t)size); }
    ERR_clear_error();
    return done;
}
