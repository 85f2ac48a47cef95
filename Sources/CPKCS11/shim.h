#ifndef COUNTERSIGN_CPKCS11_SHIM_H
#define COUNTERSIGN_CPKCS11_SHIM_H

// p11-kit's header uses NULL without including its definition.
#include <stddef.h>

// The short type names (ck_rv_t and their like), without macros over pointers that Swift could not import.
#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>
#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#endif
