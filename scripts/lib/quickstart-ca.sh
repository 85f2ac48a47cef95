# shellcheck shell=bash
# The quickstart's token and CAs. Sourced by scripts/quickstart.

readonly softhsm_module=/usr/lib/softhsm/libsofthsm2.so
readonly token_label=countersign-quickstart

# A token with a root key and an issuing key, each generated in it, and their certificates. What is complete is kept; what is not,
# because an earlier run was cut short, is made again.
make_authorities() {
    local dir=$1
    write_softhsm_configuration "$dir"
    if [[ -e $dir/.authorities-complete ]]; then
        say "taking up the token and the CAs in $dir"
        return
    fi
    say "making a SoftHSM token with a root and an issuing CA in $dir"
    if [[ ! -e $softhsm_module ]]; then fail "$softhsm_module is missing." "scripts/setup installs it (softhsm2)."; fi
    # Nothing was ever signed with keys that were not complete.
    rm -rf "$dir/tokens" "$dir/ceremonies" "$dir/root.pem" "$dir/issuing.pem" "$dir/issuing-chain.pem"
    mkdir "$dir/tokens" "$dir/ceremonies"
    : >"$dir/ca.log"
    # `printf` is the shell's own: no process, no arguments to be seen.
    printf '%s' "$(openssl rand -hex 16)" >"$dir/pin"
    printf '%s' "$(openssl rand -hex 16)" >"$dir/so-pin"
    if ! make_token "$dir" || ! make_certificates "$dir"; then
        tail -n 15 "$dir/ca.log" >&2
        fail "Making the token and the CAs failed; what the tools said is above and in $dir/ca.log."
    fi
    rm -f "$dir/so-pin"
    : >"$dir/.authorities-complete"
}

make_token() {
    local dir=$1
    in_token "$dir" token init --label "$token_label" --so-pin-file "$dir/so-pin" >>"$dir/ca.log" 2>&1 &&
        make_key "$dir" root && make_key "$dir" issuing
}

# A key that never leaves the token.
make_key() {
    in_token "$1" key generate "$(key_uri "$2")" --type p256 >>"$1/ca.log" 2>&1
}

key_uri() { printf 'pkcs11:token=%s;object=%s' "$token_label" "$1"; }

# The tool, with the token's PIN from its file.
in_token() {
    local dir=$1
    shift
    SOFTHSM2_CONF=$dir/softhsm2.conf "$client" "$@" --module "$softhsm_module" --pin-file "$dir/pin"
}

# The root signs itself and the issuing CA, each in a ceremony; both keys stay where they are.
make_certificates() {
    local dir=$1 root=$1/ceremonies/root issuing=$1/ceremonies/issuing
    hold_ceremony "$root" "$dir" create-root --authority quickstart-root --key "$(key_uri root)" \
        --subject "O=Countersign Quickstart" --subject "CN=Quickstart Root CA" --validity 20y &&
        hold_ceremony "$issuing" "$dir" create-intermediate --authority "$ca_id" --key "$(key_uri issuing)" \
            --subject "O=Countersign Quickstart" --subject "CN=Quickstart Issuing CA" &&
        hold_ceremony "$issuing-certificate" "$dir" sign-csr --authority quickstart-root --key "$(key_uri root)" \
            --issuer "$root/certificate.pem" --csr "$issuing/request.pem" --validity 10y --path-length 1 &&
        cp "$root/certificate.pem" "$dir/root.pem" && cp "$issuing-certificate/certificate.pem" "$dir/issuing.pem" &&
        openssl verify -x509_strict -check_ss_sig -CAfile "$dir/root.pem" "$dir/issuing.pem" >>"$dir/ca.log" 2>&1 &&
        cat "$dir/issuing.pem" "$dir/root.pem" >"$dir/issuing-chain.pem"
}

# Prepares a ceremony and confirms what was prepared, unseen: nobody's trust hangs on a quickstart.
hold_ceremony() {
    local folder=$1 dir=$2 act=$3 hash
    shift 3
    in_token "$dir" ca "$act" "$folder" "$@" --dry-run >>"$dir/ca.log" 2>&1 &&
        hash=$(sed -n 's/^to be signed: //p' "$folder/statement.txt") &&
        in_token "$dir" ca "$act" "$folder" --confirm "$hash" >>"$dir/ca.log" 2>&1
}
