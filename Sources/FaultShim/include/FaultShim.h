#ifndef COUNTERSIGN_FAULTSHIM_H
#define COUNTERSIGN_FAULTSHIM_H
// A PKCS #11 module exports one symbol, and its callers look that up by name.
#endif
