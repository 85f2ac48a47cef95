# shellcheck shell=bash
# The quickstart's token and CAs. Sourced by scripts/quickstart.

readonly softhsm_module=/usr/lib/softhsm/libsofthsm2.so
readonly token_label=countersign-quickstart

# certtool takes the PIN from its environment: in its arguments everybody could read it.
with_pin() {
    local dir=$1
    shift
    SOFTHSM2_CONF=$dir/softhsm2.conf GNUTLS_PIN=$(<"$dir/pin") TZ=UTC "$@" >>"$dir/ca.log" 2>&1
}

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
    rm -rf "$dir/tokens" "$dir/root.pem" "$dir/issuing.pem" "$dir/issuing-chain.pem"
    mkdir "$dir/tokens"
    : >"$dir/ca.log"
    # `printf` is the shell's own: no process, no arguments to be seen.
    printf '%s' "$(openssl rand -hex 16)" >"$dir/pin"
    printf '%s' "$(openssl rand -hex 16)" >"$dir/so-pin"
    if ! make_token "$dir" || ! make_certificates "$dir"; then
        tail -n 15 "$dir/ca.log" >&2
        fail "Making the token and the CAs failed; what the tools said is above and in $dir/ca.log."
    fi
    rm -f "$dir/root.pub" "$dir/issuing.pub" "$dir/so-pin" "$dir/certificate.template"
    : >"$dir/.authorities-complete"
}

make_token() {
    local dir=$1
    in_token "$dir" token init --label "$token_label" --so-pin-file "$dir/so-pin" >>"$dir/ca.log" 2>&1 &&
        make_key "$dir" root && make_key "$dir" issuing
}

# A key that never leaves the token, and its public key in a file.
make_key() {
    local dir=$1 label=$2 uri="pkcs11:token=$token_label;object=$2"
    in_token "$dir" key generate "$uri" --type p256 >>"$dir/ca.log" 2>&1 &&
        in_token "$dir" key show "$uri" 2>>"$dir/ca.log" | sed -n '/-----BEGIN PUBLIC KEY-----/,$p' >"$dir/$label.pub" &&
        [[ -s $dir/$label.pub ]]
}

# The tool, with the token's PIN from its file.
in_token() {
    local dir=$1
    shift
    SOFTHSM2_CONF=$dir/softhsm2.conf "$client" "$@" --module "$softhsm_module" --pin-file "$dir/pin"
}

# The root signs itself and the issuing CA; both keys stay where they are.
make_certificates() {
    local dir=$1
    local certtool=(certtool --provider "$softhsm_module" --template "$dir/certificate.template" --hash SHA256 --no-text)
    local root_key="pkcs11:token=$token_label;object=root;type=private"
    write_certificate_template "$dir" "Quickstart Root CA" &&
        with_pin "$dir" "${certtool[@]}" --generate-self-signed --load-privkey "$root_key" --outfile "$dir/root.pem" &&
        write_certificate_template "$dir" "Quickstart Issuing CA" "path_len = 1" &&
        with_pin "$dir" "${certtool[@]}" --generate-certificate --load-ca-certificate "$dir/root.pem" \
            --load-ca-privkey "$root_key" --load-pubkey "$dir/issuing.pub" --outfile "$dir/issuing.pem" &&
        openssl verify -x509_strict -check_ss_sig -CAfile "$dir/root.pem" "$dir/issuing.pem" >>"$dir/ca.log" 2>&1 &&
        cat "$dir/issuing.pem" "$dir/root.pem" >"$dir/issuing-chain.pem"
}

# A CA of ten years that began a day ago, so that requests which begin in the past can be tried.
write_certificate_template() {
    local dir=$1 name=$2 path_length=${3-}
    cat >"$dir/certificate.template" <<END
organization = "Countersign Quickstart"
cn = "$name"
serial = 0x$(serial_number)
activation_date = "$(date -u -d '1 day ago' '+%Y-%m-%d %H:%M:%S')"
expiration_date = "$(date -u -d '1 day ago 3650 days 1 second ago' '+%Y-%m-%d %H:%M:%S')"
ca
$path_length
cert_signing_key
crl_signing_key
END
}

# 20 octets, the first from 01 to 7f: positive, and never one octet longer in DER (RFC 5280 § 4.1.2.2).
serial_number() {
    printf '%02x%s' "$((0x$(openssl rand -hex 2) % 127 + 1))" "$(openssl rand -hex 19)"
}
