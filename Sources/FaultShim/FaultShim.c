// A PKCS #11 module for tests: it hands everything on to a real one, and misbehaves where its rules say so.
//
// A copy of this library, loaded from PATH, reads its rules from PATH.rules at each call, a rule a line:
//
//     FUNCTION FIRST LAST ACTION [HEX]
//
// for the FIRST to the LAST call of that function, counted from 1. Actions:
//
//     return HEX   returns this value, without calling the real module
//     flip         changes the last bit of what C_Sign wrote
//     flags HEX    adds these flags to what C_GetTokenInfo says
//     twice        has C_FindObjects show a single object twice
//     hang         does not return before the rule is gone; then goes on as if nothing had happened
//
// Each call is noted in PATH.calls, a name a line. C_Login for CKU_CONTEXT_SPECIFIC goes by the name of C_Login:context.
#define _GNU_SOURCE
#include <stddef.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static struct ck_function_list list;
static struct ck_function_list *real;
static char path[4096];
static pthread_once_t once = PTHREAD_ONCE_INIT;

struct counter {
    const char *name;
    unsigned long calls;
};

struct fault {
    char action[16];
    unsigned long value;
};

/// Whether a rule is for this call, and which.
static int find(const char *name, unsigned long call, struct fault *fault) {
    char file[4200], line[256], function[64];
    snprintf(file, sizeof file, "%s.rules", path);
    FILE *rules = fopen(file, "re");
    if (!rules) return 0;
    int found = 0;
    while (!found && fgets(line, sizeof line, rules)) {
        unsigned long first, last;
        fault->value = 0;
        int fields = sscanf(line, "%63s %lu %lu %15s %lx", function, &first, &last, fault->action, &fault->value);
        found = fields >= 4 && !strcmp(function, name) && first <= call && call <= last;
    }
    fclose(rules);
    return found;
}

static void note(const char *name) {
    char file[4200], line[64];
    snprintf(file, sizeof file, "%s.calls", path);
    int descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    int size = snprintf(line, sizeof line, "%s\n", name);
    if (write(descriptor, line, (size_t)size) != size) abort();
    close(descriptor);
}

/// Notes the call, waits where it is to hang; whether something else is to happen to it.
static int meet(struct counter *counter, struct fault *fault) {
    unsigned long call = __atomic_add_fetch(&counter->calls, 1, __ATOMIC_RELAXED);
    note(counter->name);
    while (find(counter->name, call, fault)) {
        if (strcmp(fault->action, "hang")) return 1;
        usleep(2000);
    }
    return 0;
}

#define MEET(NAME)                                                   \
    static struct counter counter = {NAME, 0};                       \
    struct fault fault;                                              \
    int faulty = meet(&counter, &fault);                             \
    if (faulty && !strcmp(fault.action, "return")) return fault.value

static ck_rv_t initialize(void *arguments) {
    ck_rv_t value = real->C_Initialize(arguments);
    // The tests' own process has initialised the real module already.
    return value == CKR_CRYPTOKI_ALREADY_INITIALIZED ? CKR_OK : value;
}

static ck_rv_t token_info(ck_slot_id_t slot, struct ck_token_info *info) {
    MEET("C_GetTokenInfo");
    ck_rv_t value = real->C_GetTokenInfo(slot, info);
    if (faulty && value == CKR_OK && !strcmp(fault.action, "flags")) info->flags |= fault.value;
    return value;
}

static ck_rv_t open_session(
    ck_slot_id_t slot, ck_flags_t flags, void *application, ck_notify_t notify, ck_session_handle_t *session) {
    MEET("C_OpenSession");
    return real->C_OpenSession(slot, flags, application, notify, session);
}

static ck_rv_t close_session(ck_session_handle_t session) {
    MEET("C_CloseSession");
    return real->C_CloseSession(session);
}

static ck_rv_t log_in_for_one(ck_session_handle_t session, unsigned char *pin, unsigned long size) {
    MEET("C_Login:context");
    return real->C_Login(session, CKU_CONTEXT_SPECIFIC, pin, size);
}

static ck_rv_t log_in(ck_session_handle_t session, ck_user_type_t user, unsigned char *pin, unsigned long size) {
    if (user == CKU_CONTEXT_SPECIFIC) return log_in_for_one(session, pin, size);
    MEET("C_Login");
    return real->C_Login(session, user, pin, size);
}

static ck_rv_t find_objects(
    ck_session_handle_t session, ck_object_handle_t *objects, unsigned long maximum, unsigned long *count) {
    MEET("C_FindObjects");
    ck_rv_t value = real->C_FindObjects(session, objects, maximum, count);
    if (faulty && value == CKR_OK && !strcmp(fault.action, "twice") && *count == 1 && maximum > 1) {
        objects[1] = objects[0];
        *count = 2;
    }
    return value;
}

static ck_rv_t create_object(
    ck_session_handle_t session, struct ck_attribute *template, unsigned long count, ck_object_handle_t *object) {
    MEET("C_CreateObject");
    return real->C_CreateObject(session, template, count, object);
}

static ck_rv_t generate_key_pair(
    ck_session_handle_t session, struct ck_mechanism *mechanism, struct ck_attribute *public_template,
    unsigned long public_count, struct ck_attribute *private_template, unsigned long private_count,
    ck_object_handle_t *public_key, ck_object_handle_t *private_key) {
    MEET("C_GenerateKeyPair");
    return real->C_GenerateKeyPair(
        session, mechanism, public_template, public_count, private_template, private_count, public_key, private_key);
}

static ck_rv_t unwrap_key(
    ck_session_handle_t session, struct ck_mechanism *mechanism, ck_object_handle_t unwrapping_key,
    unsigned char *wrapped, unsigned long size, struct ck_attribute *template, unsigned long count,
    ck_object_handle_t *key) {
    MEET("C_UnwrapKey");
    return real->C_UnwrapKey(session, mechanism, unwrapping_key, wrapped, size, template, count, key);
}

static ck_rv_t sign_init(ck_session_handle_t session, struct ck_mechanism *mechanism, ck_object_handle_t key) {
    MEET("C_SignInit");
    return real->C_SignInit(session, mechanism, key);
}

static ck_rv_t sign(
    ck_session_handle_t session, unsigned char *data, unsigned long size, unsigned char *signature,
    unsigned long *signature_size) {
    MEET("C_Sign");
    ck_rv_t value = real->C_Sign(session, data, size, signature, signature_size);
    if (faulty && value == CKR_OK && !strcmp(fault.action, "flip") && *signature_size)
        signature[*signature_size - 1] ^= 1;
    return value;
}

static void prepare(void) {
    Dl_info self;
    const char *name = getenv("COUNTERSIGN_TEST_MODULE");
    if (!dladdr(&list, &self)) abort();
    snprintf(path, sizeof path, "%s", self.dli_fname);
    void *library = dlopen(name ? name : "/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    CK_C_GetFunctionList function = (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
    if (!function || function(&real) != CKR_OK) return;
    list = *real;
    list.C_Initialize = initialize;
    list.C_GetTokenInfo = token_info;
    list.C_OpenSession = open_session;
    list.C_CloseSession = close_session;
    list.C_Login = log_in;
    list.C_FindObjects = find_objects;
    list.C_CreateObject = create_object;
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
