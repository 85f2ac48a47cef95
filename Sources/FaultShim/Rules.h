#ifndef COUNTERSIGN_FAULTSHIM_RULES_H
#define COUNTERSIGN_FAULTSHIM_RULES_H
// What is to go wrong, read from a file at each call; Rules.c tells how it is written.
#include <stdbool.h>
#include <stddef.h>

enum action {
    ACTION_NONE,
    ACTION_RETURN,
    ACTION_FLIP,
    ACTION_TRUNCATE,
    ACTION_ZERO,
    ACTION_EXTEND,
    ACTION_OTHER,
    ACTION_DELAY,
    ACTION_HANG,
    ACTION_ABORT,
    ACTION_CLOSE,
    ACTION_FLAGS,
    ACTION_TWICE,
    ACTION_RENUMBER,
    ACTION_VANISH,
    ACTION_LOCK,
};

struct fault {
    enum action action;
    /// The action's number: a return value, flags, octets, tries.
    unsigned long value;
};

/// Where the rules and the record of calls are; to be called once.
void rules_begin(const char *library);

/// Notes a call, waits where a rule says so, and tells what else is to happen to it.
///
/// - key, mechanism: what the call is about; NULL and 0 where it is about neither.
struct fault rules_meet(const char *function, const char *key, unsigned long mechanism);

/// Whether any rule speaks of keys: to know a key's label costs a call.
bool rules_name_keys(void);

/// A number that all processes with this copy of the library share; adds to it.
unsigned long rules_count(const char *name, unsigned long added);

#endif
