#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

int countersign_peer_credentials(int socket, struct countersign_peer *peer) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
        return errno;
    }
    if (length != sizeof credentials) {
        return EINVAL;
    }
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    peer->pid = credentials.pid;
    return 0;
}

int countersign_peer_groups(int socket, uint32_t *groups, uint32_t *count) {
    socklen_t length = *count * sizeof *groups;
    int failure = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &length) == 0 ? 0 : errno;
    *count = length / sizeof *groups;
    return failure;
}

int countersign_unread(int socket) {
    // What was sent out of band is counted by FIONREAD, but not read.
    char octet;
    if (recv(socket, &octet, 1, MSG_PEEK | MSG_DONTWAIT) <= 0) {
        return 0;
    }
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 ? count : 0;
}

int countersign_input_has_ended(int socket) {
    struct pollfd input = {.fd = socket, .events = POLLRDHUP};
    return poll(&input, 1, 0) == 1 && (input.revents & POLLRDHUP) != 0;
}

int countersign_spawn_closing_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int countersign_set_undumpable(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : errno;
}

int countersign_name_thread(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

static int unix_socket(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int countersign_listen(const char *path, uint32_t mode, int backlog, int *descriptor) {
    struct sockaddr_un address;
    int made = unix_socket(path, &address);
    if (made < 0) {
        return errno;
    }
    if (bind(made, (struct sockaddr *)&address, sizeof address) != 0) {
        int failure = errno;
        close(made);
        return failure;
    }
    if (chmod(path, mode & 0777) != 0 || listen(made, backlog) != 0) {
        int failure = errno;
        close(made);
        unlink(path);
        return failure;
    }
    *descriptor = made;
    return 0;
}

int countersign_connect(const char *path, int *descriptor) {
    struct sockaddr_un address;
    int made = unix_socket(path, &address);
    if (made < 0) {
        return errno;
    }
    if (connect(made, (struct sockaddr *)&address, sizeof address) != 0) {
        int failure = errno;
        close(made);
        return failure;
    }
    *descriptor = made;
    return 0;
}
