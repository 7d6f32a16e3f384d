//! What was found.

use super::Part;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Ok,
    /// The product has it, and this installation does not use it.
    NotSetUp,
    /// It works, and somebody should look.
    Warning,
    /// Something that people need does not work.
    Broken,
}

impl Verdict {
    /// The name used in JSON and in texts' keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotSetUp => "not_set_up",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

/// What was found at one part, with what a text may want to name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub part: Part,
    pub symptom: Symptom,
    pub verdict: Verdict,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Finding {
    pub fn new(part: Part, symptom: Symptom) -> Self {
        Self {
            part,
            symptom,
            verdict: symptom.verdict(),
            params: BTreeMap::new(),
        }
    }

    /// Adds what a text may name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

macro_rules! symptoms {
    ($($verdict:ident { $($(#[$doc:meta])* $symptom:ident = $name:literal,)* })*) => {
        /// Everything that can be found. Each has a text in every language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Symptom {
            $($($(#[$doc])* #[serde(rename = $name)] $symptom,)*)*
        }

        impl Symptom {
            pub const ALL: &[Self] = &[$($(Self::$symptom,)*)*];

            /// The name used in JSON and in texts' keys.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$symptom => $name,)*)* }
            }

            /// How bad it is.
            pub const fn verdict(self) -> Verdict {
                match self { $($(Self::$symptom => Verdict::$verdict,)*)* }
            }
        }
    };
}

symptoms! {
    Ok {
        DatabaseGood = "database_good",
        StorageGood = "storage_good",
        /// Our own store, which runs within the server.
        StorageOwn = "storage_own",
        ClockGood = "clock_good",
        /// Our own store has our own clock.
        ClockOwn = "clock_own",
        MailGood = "mail_good",
        /// A mail was sent to the named address.
        MailSent = "mail_sent",
        SmsGood = "sms_good",
        TurnGood = "turn_good",
        /// coturn is installed; `serve` starts it.
        TurnOwn = "turn_own",
        MediaGood = "media_good",
        /// The port is held by our own running server.
        MediaOurs = "media_ours",
        PublicGood = "public_good",
        /// No public URL is configured: the installation is for this machine alone.
        PublicLocal = "public_local",
        DiskGood = "disk_good",
        KeysGood = "keys_good",
        /// No key yet, and nothing needs one: `serve` makes it.
        KeysNotYet = "keys_not_yet",
    }
    NotSetUp {
        MailNone = "mail_none",
        SmsNone = "sms_none",
        TurnNone = "turn_none",
    }
    Warning {
        /// The private database does not run; `serve` starts it.
        DatabaseWaits = "database_waits",
        /// Roles are missing that `serve` can make.
        DatabaseNew = "database_new",
        DatabaseBehind = "database_behind",
        /// The store knows no conditional writes and says so.
        StorageUnconditional = "storage_unconditional",
        /// The bucket is missing; `serve` makes it.
        StorageNoBucket = "storage_no_bucket",
        ClockUnknown = "clock_unknown",
        /// Only TLS is offered, which is not tried here.
        TurnUntried = "turn_untried",
        /// Only addresses are announced that others cannot reach.
        MediaPrivate = "media_private",
        /// Whether it leads here cannot be told: no server of ours runs yet, or the database does not say which are ours.
        PublicWaits = "public_waits",
        /// A proxy stands before the server that nobody named.
        PublicUnnamed = "public_unnamed",
        DiskLow = "disk_low",
        DiskWaiting = "disk_waiting",
    }
    Broken {
        DatabaseUnreachable = "database_unreachable",
        DatabaseOld = "database_old",
        DatabaseNoRole = "database_no_role",
        DatabaseNoExtension = "database_no_extension",
        DatabaseMayNotMigrate = "database_may_not_migrate",
        DatabaseBypasses = "database_bypasses",
        DatabaseUnguarded = "database_unguarded",
        DatabaseDenied = "database_denied",
        DatabaseAhead = "database_ahead",
        DatabaseChanged = "database_changed",
        StorageUnreachable = "storage_unreachable",
        StorageDenied = "storage_denied",
        StorageRefuses = "storage_refuses",
        /// An object was replaced though the write said that there must be none.
        StorageOverwrites = "storage_overwrites",
        StorageDiffers = "storage_differs",
        StorageKeeps = "storage_keeps",
        ClockOff = "clock_off",
        MailUnreachable = "mail_unreachable",
        MailTls = "mail_tls",
        MailLogin = "mail_login",
        MailSettings = "mail_settings",
        MailNotSent = "mail_not_sent",
        SmsUnreachable = "sms_unreachable",
        SmsDenied = "sms_denied",
        TurnSilent = "turn_silent",
        TurnRefused = "turn_refused",
        MediaTaken = "media_taken",
        MediaUnusable = "media_unusable",
        PublicPlain = "public_plain",
        PublicUnreachable = "public_unreachable",
        /// Another server answers there.
        PublicElsewhere = "public_elsewhere",
        /// The named proxy does not say for whom it speaks.
        PublicSilent = "public_silent",
        /// Anybody may write the client's address.
        PublicForged = "public_forged",
        DiskFull = "disk_full",
        DiskUnreadable = "disk_unreadable",
        KeysMissing = "keys_missing",
        KeysOther = "keys_other",
        /// Others may read the key's file.
        KeysOpen = "keys_open",
        KeysUnreadable = "keys_unreadable",
        /// The look itself took too long or failed.
        NotInTime = "not_in_time",
    }
}
