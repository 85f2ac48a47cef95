# shellcheck shell=bash
# The quickstart's token and CAs. Sourced by scripts/quickstart.

readonly softhsm_module=/usr/lib/softhsm/libsofthsm2.so
readonly token_label=countersign-quickstart

# The two GnuTLS tools take the PINs from their environment: in their arguments everybody could read them.
with_pins() {
    local dir=$1
    shift
    SOFTHSM2_CONF=$dir/softhsm2.conf GNUTLS_PIN=$(<"$dir/pin") GNUTLS_SO_PIN=$(<"$dir/so-pin") TZ=UTC "$@" \
        >>"$dir/ca.log" 2>&1
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
    local dir=$1 p11tool=(p11tool --provider "$softhsm_module" --batch)
    # The only token in the folder is the empty one that SoftHSM offers; it has no label yet to be named by.
    with_pins "$dir" "${p11tool[@]}" --initialize --label "$token_label" "pkcs11:model=SoftHSM%20v2" &&
        with_pins "$dir" "${p11tool[@]}" --initialize-pin "pkcs11:token=$token_label" &&
        make_key "$dir" root 01 && make_key "$dir" issuing 02
}

make_key() {
    local dir=$1 label=$2 id=$3
    with_pins "$dir" p11tool --provider "$softhsm_module" --batch --login --generate-privkey=ecdsa --curve=secp256r1 \
        --label "$label" --id "$id" --outfile "$dir/$label.pub" "pkcs11:token=$token_label"
}

# The root signs itself and the issuing CA; both keys stay where they are.
make_certificates() {
    local dir=$1
    local certtool=(certtool --provider "$softhsm_module" --template "$dir/certificate.template" --hash SHA256 --no-text)
    local root_key="pkcs11:token=$token_label;object=root;type=private"
    write_certificate_template "$dir" "Quickstart Root CA" &&
        with_pins "$dir" "${certtool[@]}" --generate-self-signed --load-privkey "$root_key" --outfile "$dir/root.pem" &&
        write_certificate_template "$dir" "Quickstart Issuing CA" "path_len = 1" &&
        with_pins "$dir" "${certtool[@]}" --generate-certificate --load-ca-certificate "$dir/root.pem" \
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
