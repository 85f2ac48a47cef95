// A PKCS #11 module for tests: it hands everything on to a real one, and misbehaves where its rules (Rules.c) say so.
//
// The real one is SoftHSM, or the library that COUNTERSIGN_TEST_MODULE names. Where this process has initialised that by itself, as the tests'
// own process does, it stays so: C_Finalize is then as good as done for the callers of this copy alone.
#define _GNU_SOURCE
#include "Rules.h"
#include "State.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

static struct ck_function_list list;
static struct ck_function_list *real;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Takes a call down, and answers it where that is the fault.
#define MEET_ABOUT(NAME, KEY, MECHANISM)                                             \
    struct fault fault = rules_meet(NAME, KEY, MECHANISM);                           \
    if (fault.action == ACTION_RETURN) return fault.value;                           \
    if (!state_is_initialized()) return CKR_CRYPTOKI_NOT_INITIALIZED

#define MEET(NAME) MEET_ABOUT(NAME, NULL, 0)

#define MEET_SLOT(NAME, SLOT)                                                        \
    MEET(NAME);                                                                      \
    if (fault.action == ACTION_VANISH) return state_vanish(real), CKR_TOKEN_NOT_PRESENT; \
    SLOT = state_real_slot(SLOT)

#define MEET_SESSION_ABOUT(NAME, SESSION, KEY, MECHANISM)                            \
    MEET_ABOUT(NAME, KEY, MECHANISM);                                                \
    if (fault.action == ACTION_VANISH) return state_vanish(real), CKR_DEVICE_REMOVED; \
    if (fault.action == ACTION_CLOSE) real->C_CloseSession(SESSION);                 \
    if (!state_knows(SESSION)) return CKR_SESSION_HANDLE_INVALID

#define MEET_SESSION(NAME, SESSION) MEET_SESSION_ABOUT(NAME, SESSION, NULL, 0)

static ck_rv_t initialize(void *arguments) {
    struct fault fault = rules_meet("C_Initialize", NULL, 0);
    if (fault.action == ACTION_RETURN) return fault.value;
    if (state_is_initialized()) return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    ck_rv_t value = real->C_Initialize(arguments);
    bool shared = value == CKR_CRYPTOKI_ALREADY_INITIALIZED;
    if (value != CKR_OK && !shared) return value;
    state_initialized(shared);
    return CKR_OK;
}

static ck_rv_t finalize(void *reserved) {
    MEET("C_Finalize");
    bool shared = state_finalized(real);
    return shared ? CKR_OK : real->C_Finalize(reserved);
}

static ck_rv_t get_info(struct ck_info *info) {
    MEET("C_GetInfo");
    return real->C_GetInfo(info);
}

static ck_rv_t slot_list(unsigned char present, ck_slot_id_t *slots, unsigned long *count) {
    MEET("C_GetSlotList");
    if (fault.action == ACTION_VANISH) {
        state_vanish(real);
        *count = 0;
        return CKR_OK;
    }
    ck_rv_t value = real->C_GetSlotList(present, slots, count);
    if (fault.action == ACTION_RENUMBER) state_renumber(fault.value);
    for (unsigned long index = 0; value == CKR_OK && slots && index < *count; index++)
        slots[index] = state_shown_slot(slots[index]);
    return value;
}

static ck_rv_t slot_info(ck_slot_id_t slot, struct ck_slot_info *info) {
    MEET_SLOT("C_GetSlotInfo", slot);
    return real->C_GetSlotInfo(slot, info);
}

static ck_rv_t token_info(ck_slot_id_t slot, struct ck_token_info *info) {
    MEET_SLOT("C_GetTokenInfo", slot);
    ck_rv_t value = real->C_GetTokenInfo(slot, info);
    if (value != CKR_OK) return value;
    if (fault.action == ACTION_FLAGS) info->flags |= fault.value;
    info->flags |= state_pin_flags();
    return value;
}

static ck_rv_t mechanism_list(ck_slot_id_t slot, ck_mechanism_type_t *mechanisms, unsigned long *count) {
    MEET_SLOT("C_GetMechanismList", slot);
    return real->C_GetMechanismList(slot, mechanisms, count);
}

static ck_rv_t mechanism_info(ck_slot_id_t slot, ck_mechanism_type_t mechanism, struct ck_mechanism_info *info) {
    MEET_SLOT("C_GetMechanismInfo", slot);
    return real->C_GetMechanismInfo(slot, mechanism, info);
}

static ck_rv_t open_session(
    ck_slot_id_t slot, ck_flags_t flags, void *application, ck_notify_t notify, ck_session_handle_t *session) {
    MEET_SLOT("C_OpenSession", slot);
    ck_rv_t value = real->C_OpenSession(slot, flags, application, notify, session);
    if (value == CKR_OK) state_opened(*session);
    return value;
}

static ck_rv_t close_session(ck_session_handle_t session) {
    MEET_SESSION("C_CloseSession", session);
    state_closed(session);
    return real->C_CloseSession(session);
}

static ck_rv_t close_all(ck_slot_id_t slot) {
    MEET_SLOT("C_CloseAllSessions", slot);
    return real->C_CloseAllSessions(slot);
}

static ck_rv_t session_info(ck_session_handle_t session, struct ck_session_info *info) {
    MEET_SESSION("C_GetSessionInfo", session);
    ck_rv_t value = real->C_GetSessionInfo(session, info);
    if (value == CKR_OK) info->slot_id = state_shown_slot(info->slot_id);
    return value;
}

static ck_rv_t log_in_for_one(ck_session_handle_t session, unsigned char *pin, unsigned long size) {
    MEET_SESSION("C_Login:context", session);
    return real->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, size);
}

static ck_rv_t log_in(ck_session_handle_t session, ck_user_type_t user, unsigned char *pin, unsigned long size) {
    if (user == CKU_CONTEXT_SPECIFIC) return log_in_for_one(session, pin, size);
    MEET_SESSION("C_Login", session);
    if (fault.action == ACTION_LOCK && user == CKU_USER) {
        if (state_pin_is_locked(fault.value)) return CKR_PIN_LOCKED;
        ck_rv_t value = real->C_Login(session, user, pin, size);
        state_pin_was_tried(value == CKR_PIN_INCORRECT);
        return value;
    }
    return real->C_Login(session, user, pin, size);
}

static ck_rv_t log_out(ck_session_handle_t session) {
    MEET_SESSION("C_Logout", session);
    return real->C_Logout(session);
}

static ck_rv_t find_begin(ck_session_handle_t session, struct ck_attribute *template, unsigned long count) {
    MEET_SESSION("C_FindObjectsInit", session);
    return real->C_FindObjectsInit(session, template, count);
}

static ck_rv_t find_objects(
    ck_session_handle_t session, ck_object_handle_t *objects, unsigned long maximum, unsigned long *count) {
    MEET_SESSION("C_FindObjects", session);
    ck_rv_t value = real->C_FindObjects(session, objects, maximum, count);
    if (fault.action == ACTION_TWICE && value == CKR_OK && *count == 1 && maximum > 1) {
        objects[1] = objects[0];
        *count = 2;
    }
    return value;
}

static ck_rv_t find_end(ck_session_handle_t session) {
    MEET_SESSION("C_FindObjectsFinal", session);
    return real->C_FindObjectsFinal(session);
}

static ck_rv_t attribute_value(
    ck_session_handle_t session, ck_object_handle_t object, struct ck_attribute *template, unsigned long count) {
    MEET_SESSION("C_GetAttributeValue", session);
    unsigned long room = count ? template->value_len : 0;
    ck_rv_t value = real->C_GetAttributeValue(session, object, template, count);
    if (value == CKR_OK && count && template->value) state_damage(fault, template->value, &template->value_len, room);
    return value;
}

static ck_rv_t copy_object(
    ck_session_handle_t session, ck_object_handle_t object, struct ck_attribute *template, unsigned long count,
    ck_object_handle_t *copy) {
    MEET_SESSION("C_CopyObject", session);
    return real->C_CopyObject(session, object, template, count, copy);
}

static ck_rv_t create_object(
    ck_session_handle_t session, struct ck_attribute *template, unsigned long count, ck_object_handle_t *object) {
    MEET_SESSION("C_CreateObject", session);
    return real->C_CreateObject(session, template, count, object);
}

static ck_rv_t destroy_object(ck_session_handle_t session, ck_object_handle_t object) {
    MEET_SESSION("C_DestroyObject", session);
    return real->C_DestroyObject(session, object);
}

static ck_rv_t generate_key_pair(
    ck_session_handle_t session, struct ck_mechanism *mechanism, struct ck_attribute *public_template,
    unsigned long public_count, struct ck_attribute *private_template, unsigned long private_count,
    ck_object_handle_t *public_key, ck_object_handle_t *private_key) {
    MEET_SESSION("C_GenerateKeyPair", session);
    return real->C_GenerateKeyPair(
        session, mechanism, public_template, public_count, private_template, private_count, public_key, private_key);
}

static ck_rv_t unwrap_key(
    ck_session_handle_t session, struct ck_mechanism *mechanism, ck_object_handle_t unwrapping_key,
    unsigned char *wrapped, unsigned long size, struct ck_attribute *template, unsigned long count,
    ck_object_handle_t *key) {
    MEET_SESSION("C_UnwrapKey", session);
    return real->C_UnwrapKey(session, mechanism, unwrapping_key, wrapped, size, template, count, key);
}

static ck_rv_t sign_init(ck_session_handle_t session, struct ck_mechanism *mechanism, ck_object_handle_t key) {
    char label[64] = "";
    bool named = state_key_in_use(real, session, key, label, sizeof label, rules_name_keys());
    MEET_SESSION_ABOUT("C_SignInit", session, named ? label : NULL, mechanism->mechanism);
    if (fault.action == ACTION_OTHER) key = state_other_key(real, session, key);
    return real->C_SignInit(session, mechanism, key);
}

static ck_rv_t sign(
    ck_session_handle_t session, unsigned char *data, unsigned long size, unsigned char *signature,
    unsigned long *signature_size) {
    char label[64] = "";
    bool named = rules_name_keys() && state_key_of(session, label, sizeof label);
    MEET_SESSION_ABOUT("C_Sign", session, named ? label : NULL, 0);
    unsigned long room = *signature_size;
    ck_rv_t value = real->C_Sign(session, data, size, signature, signature_size);
    if (value == CKR_OK && signature) state_damage(fault, signature, signature_size, room);
    return value;
}

static void prepare(void) {
    Dl_info self;
    const char *name = getenv("COUNTERSIGN_TEST_MODULE");
    if (!dladdr(&list, &self)) abort();
    rules_begin(self.dli_fname);
    void *library = dlopen(name ? name : "/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    CK_C_GetFunctionList function = (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
    if (!function || function(&real) != CKR_OK) return;
    list = *real;
    list.C_Initialize = initialize;
    list.C_Finalize = finalize;
    list.C_GetInfo = get_info;
    list.C_GetSlotList = slot_list;
    list.C_GetSlotInfo = slot_info;
    list.C_GetTokenInfo = token_info;
    list.C_GetMechanismList = mechanism_list;
    list.C_GetMechanismInfo = mechanism_info;
    list.C_OpenSession = open_session;
    list.C_CloseSession = close_session;
    list.C_CloseAllSessions = close_all;
    list.C_GetSessionInfo = session_info;
    list.C_Login = log_in;
    list.C_Logout = log_out;
    list.C_FindObjectsInit = find_begin;
    list.C_FindObjects = find_objects;
    list.C_FindObjectsFinal = find_end;
    list.C_GetAttributeValue = attribute_value;
    list.C_CopyObject = copy_object;
    list.C_CreateObject = create_object;
    list.C_DestroyObject = destroy_object;
    list.C_GenerateKeyPair = generate_key_pair;
    list.C_UnwrapKey = unwrap_key;
    list.C_SignInit = sign_init;
    list.C_Sign = sign;
}

EXPORTED ck_rv_t C_GetFunctionList(struct ck_function_list **functions) {
    pthread_once(&once, prepare);
    if (!real) return CKR_GENERAL_ERROR;
    *functions = &list;
    return CKR_OK;
}
