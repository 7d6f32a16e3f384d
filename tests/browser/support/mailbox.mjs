// Where mail arrives that really leaves the server: an SMTP server on this machine that keeps what it is handed.
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { once } from 'node:events';
import { until } from './wait.mjs';

export class Mailbox {
  static async open() {
    const mailbox = new Mailbox();
    mailbox.mails = [];
    mailbox.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        simpleParser(stream).then((mail) => (mailbox.mails.push(mail), done()), done);
      },
    });
    mailbox.server.listen(0, '127.0.0.1');
    await once(mailbox.server.server, 'listening');
    return mailbox;
  }

  /** What makes a server send its mail here. */
  get options() {
    const { port } = this.server.server.address();
    return ['--smtp-url', `smtp+plain://127.0.0.1:${port}`, '--mail-from', 'Orderline <orderline@platform.example>'];
  }

  /** The link in the newest mail to this address, once there is one that was not read yet. */
  async link(to) {
    return /https?:\/\/\S+/.exec(await this.read(to))[0];
  }

  /** The code of six digits, likewise. */
  async code(to) {
    return /\b\d{6}\b/.exec(await this.read(to))[0];
  }

  async read(to) {
    const mine = (mail) => !mail.seen && mail.to.text.includes(to);
    await until(`a mail to ${to}`, () => this.mails.some(mine));
    const mail = this.mails.findLast(mine);
    mail.seen = true;
    return mail.text;
  }

  async close() {
    await new Promise((done) => this.server.close(done));
  }
}
