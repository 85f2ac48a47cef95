#define _GNU_SOURCE
#include "State.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    ck_session_handle_t handle;
    char key[64];
};

static struct {
    pthread_mutex_t lock;
    bool initialized, shared;
    struct session *sessions;
    size_t count, room;
    unsigned long offset, tries;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void enter(void) { pthread_mutex_lock(&all.lock); }
static void leave(void) { pthread_mutex_unlock(&all.lock); }

bool state_is_initialized(void) {
    enter();
    bool initialized = all.initialized;
    leave();
    return initialized;
}

void state_initialized(bool shared) {
    enter();
    all.initialized = true;
    all.shared = shared;
    leave();
}

static struct session *find(ck_session_handle_t handle) {
    for (size_t index = 0; index < all.count; index++)
        if (all.sessions[index].handle == handle) return &all.sessions[index];
    return NULL;
}

void state_vanish(struct ck_function_list *real) {
    enter();
    for (size_t index = 0; index < all.count; index++) real->C_CloseSession(all.sessions[index].handle);
    all.count = 0;
    leave();
}

bool state_finalized(struct ck_function_list *real) {
    enter();
    bool shared = all.shared;
    all.initialized = false;
    leave();
    if (shared) state_vanish(real);
    enter();
    all.count = 0;
    leave();
    return shared;
}

void state_opened(ck_session_handle_t handle) {
    enter();
    if (all.count == all.room) {
        all.room = all.room ? 2 * all.room : 64;
        all.sessions = realloc(all.sessions, all.room * sizeof *all.sessions);
        if (!all.sessions) abort();
    }
    all.sessions[all.count] = (struct session){.handle = handle};
    all.count++;
    leave();
}

void state_closed(ck_session_handle_t handle) {
    enter();
    struct session *session = find(handle);
    if (session) *session = all.sessions[--all.count];
    leave();
}

bool state_knows(ck_session_handle_t handle) {
    enter();
    bool known = find(handle) != NULL;
    leave();
    return known;
}

void state_renumber(unsigned long offset) {
    enter();
    all.offset = offset;
    leave();
}

static unsigned long offset(void) {
    enter();
    unsigned long value = all.offset;
    leave();
    return value;
}

ck_slot_id_t state_shown_slot(ck_slot_id_t slot) { return slot + offset(); }
ck_slot_id_t state_real_slot(ck_slot_id_t slot) { return slot - offset(); }

bool state_pin_is_locked(unsigned long tries) {
    enter();
    all.tries = tries;
    leave();
    return rules_count("wrong-pins", 0) >= tries;
}

void state_pin_was_tried(bool wrong) {
    if (wrong) rules_count("wrong-pins", 1);
}

ck_flags_t state_pin_flags(void) {
    enter();
    unsigned long tries = all.tries;
    leave();
    if (!tries) return 0;
    unsigned long wrong = rules_count("wrong-pins", 0);
    if (wrong >= tries) return CKF_USER_PIN_LOCKED;
    return (wrong ? CKF_USER_PIN_COUNT_LOW : 0) | (wrong + 1 == tries ? CKF_USER_PIN_FINAL_TRY : 0);
}

bool state_key_in_use(
    struct ck_function_list *real, ck_session_handle_t handle, ck_object_handle_t key, char *label, size_t size,
    bool wanted) {
    label[0] = 0;
    struct ck_attribute attribute = {CKA_LABEL, label, size - 1};
    bool named = wanted && real->C_GetAttributeValue(handle, key, &attribute, 1) == CKR_OK;
    label[named ? attribute.value_len : 0] = 0;
    enter();
    struct session *session = find(handle);
    if (session) snprintf(session->key, sizeof session->key, "%s", label);
    leave();
    return named;
}

bool state_key_of(ck_session_handle_t handle, char *label, size_t size) {
    enter();
    struct session *session = find(handle);
    bool named = session && *session->key;
    if (named) snprintf(label, size, "%s", session->key);
    leave();
    return named;
}

ck_object_handle_t state_other_key(
    struct ck_function_list *real, ck_session_handle_t session, ck_object_handle_t key) {
    ck_key_type_t type;
    struct ck_attribute of_key = {CKA_KEY_TYPE, &type, sizeof type};
    if (real->C_GetAttributeValue(session, key, &of_key, 1) != CKR_OK) return key;
    ck_object_class_t class = CKO_PRIVATE_KEY;
    unsigned char on_token = 1;
    struct ck_attribute template[] = {
        {CKA_CLASS, &class, sizeof class}, {CKA_KEY_TYPE, &type, sizeof type}, {CKA_TOKEN, &on_token, 1}};
    ck_object_handle_t found[2];
    unsigned long count = 0;
    char label[2][64] = {"", ""};
    struct ck_attribute name = {CKA_LABEL, label[0], 64};
    real->C_GetAttributeValue(session, key, &name, 1);
    if (real->C_FindObjectsInit(session, template, 3) != CKR_OK) return key;
    real->C_FindObjects(session, found, 2, &count);
    real->C_FindObjectsFinal(session);
    for (unsigned long index = 0; index < count; index++) {
        memset(label[1], 0, sizeof label[1]);
        struct ck_attribute other = {CKA_LABEL, label[1], 64};
        // A session's copy has the label of its original.
        if (real->C_GetAttributeValue(session, found[index], &other, 1) == CKR_OK && memcmp(label[0], label[1], 64))
            return found[index];
    }
    return key;
}

void state_damage(struct fault fault, unsigned char *octets, unsigned long *count, unsigned long room) {
    switch (fault.action) {
    case ACTION_FLIP:
        if (*count) octets[*count - 1] ^= 1;
        break;
    case ACTION_TRUNCATE: *count -= fault.value < *count ? fault.value : *count; break;
    case ACTION_ZERO: memset(octets, 0, *count); break;
    case ACTION_EXTEND:
        for (unsigned long index = 0; index < fault.value && *count < room; index++) octets[(*count)++] = 0;
        break;
    default: break;
    }
}
