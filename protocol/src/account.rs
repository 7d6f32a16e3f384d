//! A person's own account, whatever they act as.

use crate::page::Page;
use jiff::Timestamp;
use orderline_domain::{
    ids::{CeremonyId, EmailChangeId, PasskeyId, SessionId, ThreadId, VendorId},
    people::{account_link::Purpose, email_change::Mailbox, proof::Proof},
};
use serde::{Deserialize, Serialize};

/// `POST /api/account-link`: asks for a link to the account of this address. Answers 202 whether or not there is one.
#[derive(Clone, Serialize, Deserialize)]
pub struct AskAccountLink {
    pub email: String,
    pub purpose: Purpose,
}

/// `POST /api/account-link/look`: whoever holds the mail's token asks what it is for. Answers [`AccountLinkView`].
#[derive(Clone, Serialize, Deserialize)]
pub struct AccountToken {
    pub token: String,
}

/// What an account link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLinkView {
    pub purpose: Purpose,
    pub name: String,
    pub email: String,
    pub ends_at: Timestamp,
}

/// `POST /api/account-link/take`: uses it. Signs in, and answers as `GET /api/session` does.
#[derive(Clone, Serialize, Deserialize)]
pub struct TakeAccountLink {
    pub token: String,
    /// The new one, where the link is for choosing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// `GET /api/account`: one's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    pub name: String,
    /// None where this session must not know it, or there is none.
    pub email: Option<String>,
    pub has_password: bool,
    /// The newest first.
    pub passkeys: Vec<PasskeyView>,
    /// An app that shows codes, once its first code was entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticator: Option<AuthenticatorView>,
    /// The account has a second factor that it asks for: a password alone shows nothing anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_second_factor: bool,
    /// Another address that waits for both mailboxes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_change: Option<EmailChangeView>,
    /// Where one is signed in, the last used first. A session that a link opened sees itself alone.
    pub sessions: Vec<SessionView>,
}

/// A browser that is signed in. `DELETE /api/account/sessions/{session}` ends it; `DELETE /api/account/sessions` ends all
/// but the one that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub session: SessionId,
    pub began_at: Timestamp,
    /// To the hour.
    pub seen_at: Timestamp,
    pub proof: Proof,
    /// It is the one that asks.
    pub here: bool,
    /// It sees one thread alone.
    pub limited: bool,
}

/// `PUT /api/account/password`: another password. Answers 204; ends every other session.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangePassword {
    pub old: String,
    pub new: String,
}

/// A passkey as its person sees it. `DELETE /api/account/passkeys/{passkey}` removes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyView {
    pub passkey: PasskeyId,
    pub name: String,
    pub added_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
}

/// `POST /api/account/passkeys/begin`, `POST /api/session/passkey/begin`: a challenge that a device is to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    pub ceremony: CeremonyId,
    /// Options of `WebAuthn` (level 3), as JSON for the browser to read.
    pub options: String,
}

/// `POST /api/account/passkeys`: adds a passkey. Answers 201 with its [`PasskeyView`].
#[derive(Clone, Serialize, Deserialize)]
pub struct AddPasskey {
    pub ceremony: CeremonyId,
    pub name: String,
    /// What the device answered, as the browser writes it (`PublicKeyCredential.toJSON`).
    pub answer: String,
}

/// `POST /api/session/passkey`: signs in, and answers as `GET /api/session` does.
#[derive(Clone, Serialize, Deserialize)]
pub struct PasskeySignIn {
    pub ceremony: CeremonyId,
    /// As in [`AddPasskey`].
    pub answer: String,
}

/// An app that shows codes for one's account. `DELETE /api/account/authenticator` removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorView {
    pub since: Timestamp,
    /// Recovery codes that were not used yet.
    pub codes_left: u32,
}

/// `POST /api/account/authenticator/begin`: what an authenticator app is to know. Nothing is asked for until its first
/// code was entered.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewAuthenticator {
    /// Base 32, for typing.
    pub secret: String,
    /// `otpauth://…`, for opening in an app on this device.
    pub uri: String,
    /// The same as a QR code: the modules of a row, row after row, dark ones as `1`.
    pub qr: Vec<String>,
}

/// `POST /api/account/authenticator`: the first code that the app shows. Answers 201 with [`RecoveryCodes`].
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfirmAuthenticator {
    pub code: String,
}

/// Codes that stand in for a lost authenticator, each once. They are shown here and never again;
/// `POST /api/account/recovery-codes` makes others in their place.
#[derive(Clone, Serialize, Deserialize)]
pub struct RecoveryCodes {
    pub codes: Vec<String>,
}

/// `POST /api/session/again`: shows once more who holds the session. Answers 204.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProveAgain {
    /// The account's password, where that is all that it has.
    Password(String),
    /// What the authenticator shows, or a recovery code.
    Code(String),
    Passkey(PasskeySignIn),
}

/// `GET /api/account/threads`: a page of the threads in which one buys, at every vendor, the newest first.
pub type OwnThreads = Page<OwnThread>;

/// One of them. What stands in it is read at its vendor.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OwnThread {
    pub thread: ThreadId,
    pub vendor: VendorId,
    pub vendor_name: String,
    pub title: String,
    /// Who sells there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    pub last_at: Timestamp,
    pub unread: i64,
}

/// `PUT /api/account/email`: another address, once whoever reads the old mailbox and whoever reads the new one have said
/// yes. The id is the client's: sent twice, it is one change. Answers 202, whoever has the new address.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChangeEmail {
    pub change: EmailChangeId,
    pub email: String,
}

/// A change of address that waits. `DELETE /api/account/email` takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailChangeView {
    pub email: String,
    pub ends_at: Timestamp,
    pub old_said_yes: bool,
    pub new_said_yes: bool,
}

/// `POST /api/email-change/look` asks what a mail's token is for, `POST /api/email-change/confirm` says yes. Both take an
/// [`AccountToken`] and answer this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailLinkView {
    /// Whose yes it is.
    pub mailbox: Mailbox,
    /// The new address.
    pub email: String,
    /// This one was said.
    pub said_yes: bool,
    /// The account has the new address.
    pub done: bool,
}

/// `POST /api/account/close`: closes one's account, for good. Answers 204.
#[derive(Clone, Serialize, Deserialize)]
pub struct CloseAccount {
    /// The account's address, typed: nobody closes one by a slip.
    pub email: String,
}
