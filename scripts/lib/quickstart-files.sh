# shellcheck shell=bash
# The quickstart's folder and what is written into it. Sourced by scripts/quickstart.

# A folder that is new, empty, or an earlier quickstart's; nothing else is touched.
claim_directory() {
    local dir=$1
    if [[ ! -e $dir ]]; then
        mkdir -p "$dir" || fail "$dir cannot be made."
    elif [[ ! -d $dir ]]; then
        fail "$dir is not a folder."
    elif [[ ! -O $dir ]]; then
        fail "$dir belongs to somebody else."
    elif [[ ! -e $dir/.countersign-quickstart && -n $(ls -A "$dir") ]]; then
        fail "$dir is not empty and was not made by a quickstart." "Name another folder, or empty this one."
    fi
    chmod 700 "$dir"
}

# What the files that name the folder cannot hold.
check_path() {
    local dir=$1 socket=$1/countersign.sock
    if (($(printf '%s' "$socket" | wc -c) > 107)); then
        fail "$socket is longer than the 107 octets that a Unix socket's path holds." "Take a shorter --dir."
    fi
    # SoftHSM's configuration knows no quotes: `#` begins a comment there, and `=` ends a name.
    if [[ $dir == *[[:cntrl:]#=]* ]]; then
        fail "The folder's name holds a control character, # or =, which SoftHSM's configuration cannot." \
            "Take another --dir."
    fi
}

# A text as one word of any shell.
quoted() {
    printf "'%s'" "${1//\'/\'\\\'\'}"
}

write_softhsm_configuration() {
    local dir=$1 template
    template=$(<softhsm/softhsm2.conf.template)
    # In quotes, so that an ampersand in the path is one.
    printf '%s\n' "${template//@TOKENS@/"$dir/tokens"}" >"$dir/softhsm2.conf"
}

# Paths in it are relative to it. One that is there is kept: it may have been changed to try something.
write_configuration() {
    local dir=$1
    if [[ -e $dir/countersign.yaml ]]; then
        say "keeping $dir/countersign.yaml as it is (remove it for a new one)"
        return
    fi
    cat >"$dir/countersign.yaml.new" <<END
# Made by scripts/quickstart. Every key is explained in docs/configuration.md.
version: 1
socket:
  path: countersign.sock
limits:
  connectionsPerUser: 2000
  requestsInFlightPerUser: 256
journal:
  directory: journal
tokens:
  - name: softhsm
    module: $softhsm_module
    uri: pkcs11:token=$token_label
    pin: { file: pin }
authorities:
  - id: $ca_id
    name: Quickstart Issuing CA
    token: softhsm
    key: pkcs11:object=issuing
    chain: issuing-chain.pem
    intermediates:
      subject:
        fields:
          CN: { required: true }
          O: {}
      keys:
        ec: [P-256, P-384, P-521]
        rsa: { minimumBits: 3072 }
      maximumValidity: 365d
profiles:
  - id: $profile_id
    name: quickstart
    authority: $ca_id
    # A CN, where there is one, is one of the SANs.
    kind: tls
    subject:
      # Where there is a SAN.
      mayBeEmpty: true
      fields:
        CN: {}
    subjectAlternativeNames:
      wildcards: false
      dns: { allowed: [internal.example, "*.internal.example"] }
      ip: { allowed: [10.0.0.0/8] }
    keys:
      ec: [P-256, P-384, P-521]
      rsa: { minimumBits: 2048 }
      ed25519: true
    # keyEncipherment for RSA keys only.
    keyUsage: [digitalSignature, keyEncipherment]
    extendedKeyUsages: [serverAuth, clientAuth]
    maximumValidity: 90d
END
    mv "$dir/countersign.yaml.new" "$dir/countersign.yaml"
}

# Put in place at once: who sees it can use it.
write_environment() {
    local dir=$1 name
    local -A values=(
        [COUNTERSIGN_SOCKET]=$dir/countersign.sock
        [COUNTERSIGN_CONFIG]=$dir/countersign.yaml
        [PROFILE_ID]=$profile_id
        [CA_ID]=$ca_id
        [ROOT_PEM]=$dir/root.pem
        [SOFTHSM2_CONF]=$dir/softhsm2.conf
    )
    {
        for name in COUNTERSIGN_SOCKET COUNTERSIGN_CONFIG PROFILE_ID CA_ID ROOT_PEM SOFTHSM2_CONF; do
            printf 'export %s=%s\n' "$name" "$(quoted "${values[$name]}")"
        done
        # countersign and countersignd.
        printf 'export PATH=%s:"$PATH"\n' "$(quoted "${daemon%/*}")"
    } >"$dir/.env.new"
    mv "$dir/.env.new" "$dir/env"
}
