#ifndef COUNTERSIGN_CLINUX_H
#define COUNTERSIGN_CLINUX_H

#include <sys/epoll.h>
#include <spawn.h>
#include <stdint.h>

/// Who connected a Unix socket, in the kernel's words at the time of connect(2).
struct countersign_peer {
    uint32_t uid;
    uint32_t gid;
    int32_t pid;
};

/// Fills `peer` from SO_PEERCRED. Returns 0, or the errno of getsockopt(2).
int countersign_peer_credentials(int socket, struct countersign_peer *peer);

/// The groups of who connected a Unix socket, beside the one of its credentials, at the time of connect(2): SO_PEERGROUPS. Writes at most
/// `count` of them and says in `count` how many there are. Returns 0, ERANGE where there was no room for all, or another errno.
int countersign_peer_groups(int socket, uint32_t *groups, uint32_t *count);

/// How many octets a connected socket has received and not been read, at most: FIONREAD, unix(7). 0 where there is nothing to read.
int countersign_unread(int socket);

/// Whether the peer of a connected stream socket has said all that it will, or hung up: EPOLLRDHUP, epoll_ctl(2).
int countersign_input_has_ended(int socket);

/// Has a program that is going to be spawned inherit no descriptor from `first` on. Returns 0, or an errno.
int countersign_spawn_closing_from(posix_spawn_file_actions_t *actions, int first);

/// Keeps this process out of core dumps and away from ptrace(2) by others: PR_SET_DUMPABLE 0. Returns 0, or an errno.
int countersign_set_undumpable(void);

/// Names the calling thread, as ps(1) and debuggers show it: at most 15 octets. Returns 0, or an errno.
int countersign_name_thread(const char *name);

/// Binds a new stream socket to `path`, which may not exist yet, gives it the permissions `mode` and listens, in this
/// order: nobody can connect before the permissions hold. The socket does not block and is closed on exec.
/// Returns 0 and the descriptor, or an errno (ENAMETOOLONG where the path does not fit a socket address); then nothing is left behind.
int countersign_listen(const char *path, uint32_t mode, int backlog, int *descriptor);

/// Connects a new stream socket to the one at `path`. The socket does not block and is closed on exec.
/// Returns 0 and the descriptor, or an errno: ECONNREFUSED where nobody listens, EAGAIN where too many wait to be accepted.
int countersign_connect(const char *path, int *descriptor);

#endif
