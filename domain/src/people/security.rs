//! What happens at the doors of accounts, for those who watch over the platform: who got in, who was refused, which ways in
//! were changed.

use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityStep {
    SignedInByPassword,
    SignedInByPasskey,
    /// By a link to the account's own mailbox.
    SignedInByLink,
    /// A password that was not the account's, or of no account.
    PasswordRefused,
    /// A code that the second factor did not show.
    CodeRefused,
    SecondFactorShown,
    RecoveryCodeUsed,
    /// The password, entered once more.
    PasswordShownAgain,
    AuthenticatorAdded,
    AuthenticatorRemoved,
    RecoveryCodesMade,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    /// Sessions of the account were ended from another one.
    SessionsEnded,
    /// Somebody of the platform's took the account's second factor away.
    SecondFactorReset,
    /// The same, at the server's command line.
    SecondFactorResetAtConsole,
    /// Another address for the account waits for both mailboxes.
    EmailChangeAsked,
    EmailChangeTakenBack,
    EmailChanged,
    AccountClosed,
    /// The platform gave the person one of its roles.
    PlatformRoleGiven,
    /// It took one back.
    PlatformRoleTaken,
}

impl SecurityStep {
    pub const ALL: [Self; 23] = [
        Self::SignedInByPassword,
        Self::SignedInByPasskey,
        Self::SignedInByLink,
        Self::PasswordRefused,
        Self::CodeRefused,
        Self::SecondFactorShown,
        Self::RecoveryCodeUsed,
        Self::PasswordShownAgain,
        Self::AuthenticatorAdded,
        Self::AuthenticatorRemoved,
        Self::RecoveryCodesMade,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::PasswordChanged,
        Self::SessionsEnded,
        Self::SecondFactorReset,
        Self::SecondFactorResetAtConsole,
        Self::EmailChangeAsked,
        Self::EmailChangeTakenBack,
        Self::EmailChanged,
        Self::AccountClosed,
        Self::PlatformRoleGiven,
        Self::PlatformRoleTaken,
    ];

    /// The name in JSON and in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedInByPassword => "signed_in_by_password",
            Self::SignedInByPasskey => "signed_in_by_passkey",
            Self::SignedInByLink => "signed_in_by_link",
            Self::PasswordRefused => "password_refused",
            Self::CodeRefused => "code_refused",
            Self::SecondFactorShown => "second_factor_shown",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::PasswordShownAgain => "password_shown_again",
            Self::AuthenticatorAdded => "authenticator_added",
            Self::AuthenticatorRemoved => "authenticator_removed",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasswordChanged => "password_changed",
            Self::SessionsEnded => "sessions_ended",
            Self::SecondFactorReset => "second_factor_reset",
            Self::SecondFactorResetAtConsole => "second_factor_reset_at_console",
            Self::EmailChangeAsked => "email_change_asked",
            Self::EmailChangeTakenBack => "email_change_taken_back",
            Self::EmailChanged => "email_changed",
            Self::AccountClosed => "account_closed",
            Self::PlatformRoleGiven => "platform_role_given",
            Self::PlatformRoleTaken => "platform_role_taken",
        }
    }

    /// The step of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Somebody was kept out.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::PasswordRefused | Self::CodeRefused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_its_name_in_json_and_storage() {
        for step in SecurityStep::ALL {
            assert_eq!(SecurityStep::from_name(step.name()), Some(step));
            assert_eq!(serde_json::to_value(step).unwrap(), step.name());
        }
        assert_eq!(SecurityStep::from_name("anything"), None);
    }
}
