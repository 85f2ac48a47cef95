// The rules of a copy of this library, loaded from PATH, are in PATH.rules, a rule a line:
//
//     FUNCTION FIRST LAST ACTION [NUMBER …] [key=LABEL] [mechanism=HEX]
//
// for the FIRST to the LAST call of that function in this process, counted from 1; with key=LABEL, of those that are about the key of that
// label, and with mechanism=HEX, about that mechanism. FUNCTION may be * for any; its calls are counted together. The first rule that fits
// counts. Actions:
//
//     return HEX        returns this value, without calling the real module
//     flip              changes the last bit of what came back: a signature, an attribute's value
//     truncate COUNT    cuts so many octets off its end
//     zero              sets all its octets to zero
//     extend COUNT      adds so many octets to it
//     other             signs with another private key than the one asked for
//     delay MICROS      waits before the call; delay uniform LOW HIGH, delay exponential MEAN: as long as chance says
//     hang              does not return before the rule is gone; then goes on as if nothing had happened
//     abort             ends the process, as a crash of the library does
//     close             closes the session behind its owner's back, before the call
//     flags HEX         adds these flags to what C_GetTokenInfo says
//     twice             has C_FindObjects show a single object twice
//     renumber NUMBER   of C_GetSlotList: from then on slots have identifiers that are so much higher
//     vanish            of *: the token is gone, its sessions too, until the rule is
//     lock TRIES        of C_Login: after so many wrong PINs, in all processes together, the token is locked
//
// Each call is noted in PATH.calls, a name a line. C_Login for CKU_CONTEXT_SPECIFIC goes by the name of C_Login:context.
#define _GNU_SOURCE
#include "Rules.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct rule {
    char function[48], key[64];
    unsigned long mechanism, first, last, calls;
    struct fault fault;
    enum { FIXED, UNIFORM, EXPONENTIAL } spread;
    double low, high;
};

enum { MOST_RULES = 64, MOST_COUNTERS = 64 };

static struct {
    pthread_mutex_t lock;
    char path[4096];
    struct stat seen;
    int count;
    struct rule rules[MOST_RULES];
    bool name_keys;
    /// Calls since the library was loaded, whatever the rules were meanwhile.
    struct { char function[48], key[64]; unsigned long calls; } counters[MOST_COUNTERS];
    int calls_file;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER, .calls_file = -1};

static const struct { const char *name; enum action action; } actions[] = {
    {"return", ACTION_RETURN}, {"flip", ACTION_FLIP}, {"truncate", ACTION_TRUNCATE}, {"zero", ACTION_ZERO},
    {"extend", ACTION_EXTEND}, {"other", ACTION_OTHER}, {"delay", ACTION_DELAY}, {"hang", ACTION_HANG},
    {"abort", ACTION_ABORT}, {"close", ACTION_CLOSE}, {"flags", ACTION_FLAGS}, {"twice", ACTION_TWICE},
    {"renumber", ACTION_RENUMBER}, {"vanish", ACTION_VANISH}, {"lock", ACTION_LOCK},
};

static bool parse(char *line, struct rule *rule) {
    memset(rule, 0, sizeof *rule);
    char *rest = NULL, *words[12];
    int count = 0;
    for (char *word = strtok_r(line, " \t\n", &rest); word && count < 12; word = strtok_r(NULL, " \t\n", &rest)) {
        if (!strncmp(word, "key=", 4)) snprintf(rule->key, sizeof rule->key, "%s", word + 4);
        else if (!strncmp(word, "mechanism=", 10)) rule->mechanism = strtoul(word + 10, NULL, 16);
        else words[count++] = word;
    }
    if (count < 4) return false;
    snprintf(rule->function, sizeof rule->function, "%s", words[0]);
    rule->first = strtoul(words[1], NULL, 10);
    rule->last = strtoul(words[2], NULL, 10);
    for (size_t index = 0; index < sizeof actions / sizeof *actions; index++)
        if (!strcmp(words[3], actions[index].name)) rule->fault.action = actions[index].action;
    bool hexadecimal = rule->fault.action == ACTION_RETURN || rule->fault.action == ACTION_FLAGS;
    if (count > 4) rule->fault.value = strtoul(words[4], NULL, hexadecimal ? 16 : 10);
    if (count > 5 && rule->fault.action == ACTION_DELAY) {
        rule->spread = strcmp(words[4], "uniform") ? EXPONENTIAL : UNIFORM;
        rule->low = strtod(words[5], NULL);
        if (count > 6) rule->high = strtod(words[6], NULL);
    } else {
        rule->low = (double)rule->fault.value;
    }
    // A rule that nobody understands would let a test pass.
    if (rule->fault.action == ACTION_NONE) abort();
    return true;
}

/// Reads the rules anew where the file is another than before; the lock is held.
static void refresh(void) {
    char file[4200], line[512];
    struct stat now = {0};
    snprintf(file, sizeof file, "%s.rules", all.path);
    if (stat(file, &now)) memset(&now, 0, sizeof now);
    if (now.st_ino == all.seen.st_ino && now.st_size == all.seen.st_size
        && !memcmp(&now.st_mtim, &all.seen.st_mtim, sizeof now.st_mtim)
        && !memcmp(&now.st_ctim, &all.seen.st_ctim, sizeof now.st_ctim))
        return;
    all.seen = now;
    all.count = 0;
    all.name_keys = false;
    FILE *rules = fopen(file, "re");
    if (!rules) return;
    while (all.count < MOST_RULES && fgets(line, sizeof line, rules))
        if (parse(line, &all.rules[all.count])) all.name_keys |= *all.rules[all.count++].key != 0;
    fclose(rules);
}

static unsigned long *counter(const char *function, const char *key) {
    for (int index = 0; index < MOST_COUNTERS; index++) {
        if (!*all.counters[index].function) {
            snprintf(all.counters[index].function, sizeof all.counters[index].function, "%s", function);
            snprintf(all.counters[index].key, sizeof all.counters[index].key, "%s", key);
        }
        if (!strcmp(all.counters[index].function, function) && !strcmp(all.counters[index].key, key))
            return &all.counters[index].calls;
    }
    abort();
}

static void note(const char *function) {
    char line[64];
    if (all.calls_file < 0) {
        char file[4200];
        snprintf(file, sizeof file, "%s.calls", all.path);
        all.calls_file = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    int size = snprintf(line, sizeof line, "%s\n", function);
    if (all.calls_file >= 0 && write(all.calls_file, line, (size_t)size) != size) abort();
}

/// The first rule for a call with these numbers; the lock is held.
static struct rule *find(
    const char *function, const char *key, unsigned long mechanism, unsigned long call, unsigned long key_call,
    unsigned long any_call) {
    for (int index = 0; index < all.count; index++) {
        struct rule *rule = &all.rules[index];
        bool any = !strcmp(rule->function, "*");
        unsigned long number = any ? any_call : *rule->key ? key_call : call;
        if ((any || !strcmp(rule->function, function)) && rule->first <= number && number <= rule->last
            && (!*rule->key || (key && !strcmp(rule->key, key)))
            && (!rule->mechanism || rule->mechanism == mechanism))
            return rule;
    }
    return NULL;
}

static void wait_for(const struct rule *rule) {
    double micros = rule->low;
    if (rule->spread == UNIFORM) micros += drand48() * (rule->high - rule->low);
    if (rule->spread == EXPONENTIAL) micros *= -log(1 - drand48());
    usleep((useconds_t)micros);
}

void rules_begin(const char *library) { snprintf(all.path, sizeof all.path, "%s", library); }

struct fault rules_meet(const char *function, const char *key, unsigned long mechanism) {
    pthread_mutex_lock(&all.lock);
    note(function);
    unsigned long call = ++*counter(function, ""), any_call = ++*counter("*", "");
    refresh();
    unsigned long key_call = key ? ++*counter(function, key) : 0;
    struct fault fault = {ACTION_NONE, 0};
    struct rule *rule;
    while ((rule = find(function, key, mechanism, call, key_call, any_call))) {
        fault = rule->fault;
        if (fault.action == ACTION_ABORT) abort();
        if (fault.action != ACTION_HANG && fault.action != ACTION_DELAY) break;
        struct rule copy = *rule;
        pthread_mutex_unlock(&all.lock);
        if (fault.action == ACTION_DELAY) wait_for(&copy);
        else usleep(2000);
        pthread_mutex_lock(&all.lock);
        bool waited = fault.action == ACTION_DELAY;
        fault = (struct fault){ACTION_NONE, 0};
        if (waited) break;
        refresh();
    }
    pthread_mutex_unlock(&all.lock);
    return fault;
}

bool rules_name_keys(void) {
    pthread_mutex_lock(&all.lock);
    refresh();
    bool name_keys = all.name_keys;
    pthread_mutex_unlock(&all.lock);
    return name_keys;
}

unsigned long rules_count(const char *name, unsigned long added) {
    char file[4200];
    unsigned long count = 0;
    snprintf(file, sizeof file, "%s.%s", all.path, name);
    int descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || lockf(descriptor, F_LOCK, 0)) abort();
    if (pread(descriptor, &count, sizeof count, 0) != (ssize_t)sizeof count) count = 0;
    count += added;
    if (added && pwrite(descriptor, &count, sizeof count, 0) != (ssize_t)sizeof count) abort();
    close(descriptor);
    return count;
}
