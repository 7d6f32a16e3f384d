//! What the doctor found, in words.

use crate::{
    components::table::Table,
    locale::{t, t_with},
};
use leptos::prelude::*;
use orderline_domain::checkup::{Finding, Part, Symptom, Verdict};

const HEADS: &[&str] = &["checkup.part", "checkup.found"];

/// A line a part.
#[component]
pub fn Findings(findings: Vec<Finding>) -> impl IntoView {
    let row = |it: Finding| {
        let (class, verdict) = verdict(it.verdict);
        view! {
            <tr>
                <th scope="row">{t(part(it.part))}</th>
                // Together: on a phone a column of its own would push the words out of sight.
                <td class="wide">
                    <span class=class>{t(verdict)}</span>
                    <p class="meta">{words(&it)}</p>
                </td>
            </tr>
        }
    };
    view! { <Table label=t("checkup.title") heads=HEADS>{findings.into_iter().map(row).collect_view()}</Table> }
}

fn words(finding: &Finding) -> String {
    let values: Vec<(&str, &str)> = finding
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    t_with(key(finding.symptom), &values)
}

const fn verdict(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Ok => ("pill private", "checkup.verdict.ok"),
        Verdict::NotSetUp => ("pill", "checkup.verdict.not_set_up"),
        Verdict::Warning => ("pill warn", "checkup.verdict.warning"),
        Verdict::Broken => ("pill rec", "checkup.verdict.broken"),
    }
}

const fn part(part: Part) -> &'static str {
    match part {
        Part::Database => "checkup.part.database",
        Part::Storage => "checkup.part.storage",
        Part::Clock => "checkup.part.clock",
        Part::Mail => "checkup.part.mail",
        Part::Sms => "checkup.part.sms",
        Part::Turn => "checkup.part.turn",
        Part::Media => "checkup.part.media",
        Part::PublicUrl => "checkup.part.public_url",
        Part::Disk => "checkup.part.disk",
        Part::Keys => "checkup.part.keys",
    }
}

const fn key(symptom: Symptom) -> &'static str {
    match symptom {
        Symptom::DatabaseGood => "checkup.database_good",
        Symptom::StorageGood => "checkup.storage_good",
        Symptom::StorageOwn => "checkup.storage_own",
        Symptom::ClockGood => "checkup.clock_good",
        Symptom::ClockOwn => "checkup.clock_own",
        Symptom::MailGood => "checkup.mail_good",
        Symptom::MailSent => "checkup.mail_sent",
        Symptom::SmsGood => "checkup.sms_good",
        Symptom::TurnGood => "checkup.turn_good",
        Symptom::TurnOwn => "checkup.turn_own",
        Symptom::MediaGood => "checkup.media_good",
        Symptom::MediaOurs => "checkup.media_ours",
        Symptom::PublicGood => "checkup.public_good",
        Symptom::PublicLocal => "checkup.public_local",
        Symptom::DiskGood => "checkup.disk_good",
        Symptom::KeysGood => "checkup.keys_good",
        Symptom::KeysNotYet => "checkup.keys_not_yet",
        Symptom::MailNone => "checkup.mail_none",
        Symptom::SmsNone => "checkup.sms_none",
        Symptom::TurnNone => "checkup.turn_none",
        Symptom::DatabaseWaits => "checkup.database_waits",
        Symptom::DatabaseNew => "checkup.database_new",
        Symptom::DatabaseBehind => "checkup.database_behind",
        Symptom::StorageUnconditional => "checkup.storage_unconditional",
        Symptom::StorageNoBucket => "checkup.storage_no_bucket",
        Symptom::ClockUnknown => "checkup.clock_unknown",
        Symptom::TurnUntried => "checkup.turn_untried",
        Symptom::MediaPrivate => "checkup.media_private",
        Symptom::PublicWaits => "checkup.public_waits",
        Symptom::PublicUnnamed => "checkup.public_unnamed",
        Symptom::DiskLow => "checkup.disk_low",
        Symptom::DiskWaiting => "checkup.disk_waiting",
        Symptom::DatabaseUnreachable => "checkup.database_unreachable",
        Symptom::DatabaseOld => "checkup.database_old",
        Symptom::DatabaseNoExtension => "checkup.database_no_extension",
        Symptom::DatabaseNoRole => "checkup.database_no_role",
        Symptom::DatabaseMayNotMigrate => "checkup.database_may_not_migrate",
        Symptom::DatabaseBypasses => "checkup.database_bypasses",
        Symptom::DatabaseUnguarded => "checkup.database_unguarded",
        Symptom::DatabaseDenied => "checkup.database_denied",
        Symptom::DatabaseAhead => "checkup.database_ahead",
        Symptom::DatabaseChanged => "checkup.database_changed",
        Symptom::StorageUnreachable => "checkup.storage_unreachable",
        Symptom::StorageDenied => "checkup.storage_denied",
        Symptom::StorageRefuses => "checkup.storage_refuses",
        Symptom::StorageOverwrites => "checkup.storage_overwrites",
        Symptom::StorageDiffers => "checkup.storage_differs",
        Symptom::StorageKeeps => "checkup.storage_keeps",
        Symptom::ClockOff => "checkup.clock_off",
        Symptom::MailUnreachable => "checkup.mail_unreachable",
        Symptom::MailTls => "checkup.mail_tls",
        Symptom::MailLogin => "checkup.mail_login",
        Symptom::MailSettings => "checkup.mail_settings",
        Symptom::MailNotSent => "checkup.mail_not_sent",
        Symptom::SmsUnreachable => "checkup.sms_unreachable",
        Symptom::SmsDenied => "checkup.sms_denied",
        Symptom::TurnSilent => "checkup.turn_silent",
        Symptom::TurnRefused => "checkup.turn_refused",
        Symptom::MediaTaken => "checkup.media_taken",
        Symptom::MediaUnusable => "checkup.media_unusable",
        Symptom::PublicPlain => "checkup.public_plain",
        Symptom::PublicUnreachable => "checkup.public_unreachable",
        Symptom::PublicElsewhere => "checkup.public_elsewhere",
        Symptom::PublicSilent => "checkup.public_silent",
        Symptom::PublicForged => "checkup.public_forged",
        Symptom::DiskFull => "checkup.disk_full",
        Symptom::DiskUnreadable => "checkup.disk_unreadable",
        Symptom::KeysMissing => "checkup.keys_missing",
        Symptom::KeysOther => "checkup.keys_other",
        Symptom::KeysOpen => "checkup.keys_open",
        Symptom::KeysUnreadable => "checkup.keys_unreadable",
        Symptom::NotInTime => "checkup.not_in_time",
    }
}
