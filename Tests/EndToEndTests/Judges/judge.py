"""What Python's cryptography and pkilint make of certificates: many in one process, since both take long to load.

usage: judge.py HOST FILE...

Each FILE holds PEM: a certificate, those above it, the root last. HOST is the DNS name that the certificate is for.
Writes a line of JSON for each FILE: {"file": …, "cryptography": …, "pkilint": […]}. The first is "accepted" or why not;
the second are the findings of lint_pkix_cert and of lint_pkix_signer_signee_cert_chain from WARNING up, "SEVERITY code".
"""

import contextlib
import io
import json
import pathlib
import sys
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from pkilint.bin import lint_pkix_cert, lint_pkix_signer_signee_cert_chain


def verify(chain, host):
    *certificates, root = chain
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([root]))
        .build_server_verifier(x509.DNSName(host))
    )
    try:
        verifier.verify(certificates[0], certificates[1:])
    except verification.VerificationError as error:
        return str(error)
    return "accepted"


def lint(program, *files):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        program.main(["lint", "-s", "WARNING", "-f", "JSON", *map(str, files)])
    return [
        f"{finding['severity']} {finding['code']}"
        for result in json.loads(output.getvalue())["results"]
        for finding in result["finding_descriptions"]
    ]


def judge(path, host, folder):
    chain = x509.load_pem_x509_certificates(path.read_bytes())
    subject, issuer = folder / "subject.pem", folder / "issuer.pem"
    subject.write_bytes(chain[0].public_bytes(Encoding.PEM))
    issuer.write_bytes(chain[1].public_bytes(Encoding.PEM))
    return {
        "file": path.name,
        "cryptography": verify(chain, host),
        "pkilint": lint(lint_pkix_cert, subject) + lint(lint_pkix_signer_signee_cert_chain, issuer, subject),
    }


with tempfile.TemporaryDirectory() as folder:
    for path in map(pathlib.Path, sys.argv[2:]):
        print(json.dumps(judge(path, sys.argv[1], pathlib.Path(folder))))
