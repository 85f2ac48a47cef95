#ifndef COUNTERSIGN_FAULTSHIM_STATE_H
#define COUNTERSIGN_FAULTSHIM_STATE_H
// What the shim has to remember between calls, so that a token can vanish, come back, be renumbered and lock.
#include "Rules.h"

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

bool state_is_initialized(void);
void state_initialized(bool shared);
/// Forgets everything; where the real module is shared, closes what was opened through this one.
///
/// Returns whether it is shared.
bool state_finalized(struct ck_function_list *real);

void state_opened(ck_session_handle_t session);
void state_closed(ck_session_handle_t session);
/// Whether a session was opened since C_Initialize, and its token has not vanished since.
bool state_knows(ck_session_handle_t session);
/// Closes all sessions: they do not come back with the token.
void state_vanish(struct ck_function_list *real);

void state_renumber(unsigned long offset);
ck_slot_id_t state_shown_slot(ck_slot_id_t slot);
ck_slot_id_t state_real_slot(ck_slot_id_t slot);

bool state_pin_is_locked(unsigned long tries);
void state_pin_was_tried(bool wrong);
ck_flags_t state_pin_flags(void);

/// Keeps in mind which key the session is about to use. Returns whether its label is known; asked for only where that is wanted.
bool state_key_in_use(
    struct ck_function_list *real, ck_session_handle_t session, ck_object_handle_t key, char *label, size_t size,
    bool wanted);
bool state_key_of(ck_session_handle_t session, char *label, size_t size);
/// Another private key of the token, of the same type; the same where there is none.
ck_object_handle_t state_other_key(
    struct ck_function_list *real, ck_session_handle_t session, ck_object_handle_t key);

/// Changes what came back, as the fault says.
void state_damage(struct fault fault, unsigned char *octets, unsigned long *count, unsigned long room);

#endif
