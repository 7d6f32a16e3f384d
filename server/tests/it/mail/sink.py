"""An SMTP server that asks for TLS and a login, and writes each mail that it takes as a line of JSON.

Usage: sink.py CA_FILE [ANSWER ...]: the file gets the authority to trust; the first mails are answered with the
answers given (such as "451 later"), those after them are taken.
"""

import asyncio
import json
import ssl
import sys

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

AUTHORITY, *ANSWERS = sys.argv[1:]


def say(**what):
    print(json.dumps(what), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        if ANSWERS:
            answer = ANSWERS.pop(0)
            say(refused=answer)
            return answer
        say(
            sender=envelope.mail_from,
            to=envelope.rcpt_tos,
            tls=session.ssl is not None,
            data=envelope.content.decode("utf-8"),
        )
        return "250 taken"


def authenticate(server, session, envelope, mechanism, login):
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"orderline", b"s3cret@%")
    # Not handled: the library answers a wrong login too.
    return AuthResult(success=right, handled=False)


async def main():
    authority = trustme.CA()
    authority.cert_pem.write_to_path(AUTHORITY)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    make = lambda: SMTP(
        Handler(),
        hostname="localhost",
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
