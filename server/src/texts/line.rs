//! Short texts: what stands in calendars and in text messages.

use super::{BadTemplate, Template, filled, for_reader, shipped};
use orderline_domain::language::Language;

/// A short text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// What a planned call is called in a calendar.
    CalendarTitle,
    /// Where it is held.
    CalendarWhere,
    /// Said when the calendar reminds of it.
    CalendarSoon,
    /// A link into a thread, by text message.
    SmsInvitation,
    /// The code that shows whose the number is.
    SmsCode,
    /// What stands where the name of a closed account stood.
    ClosedAccount,
}

impl Line {
    /// The text for a reader of this language.
    pub(crate) fn written(
        self,
        reader: Language,
        values: &[(&str, &str)],
    ) -> Result<String, BadTemplate> {
        filled(for_reader(self.templates(), reader).trim(), values)
    }

    pub(super) const fn templates(self) -> &'static [Template] {
        match self {
            Self::CalendarTitle => shipped!("line/calendar_title"),
            Self::CalendarWhere => shipped!("line/calendar_where"),
            Self::CalendarSoon => shipped!("line/calendar_soon"),
            Self::SmsInvitation => shipped!("line/sms_invitation"),
            Self::SmsCode => shipped!("line/sms_code"),
            Self::ClosedAccount => shipped!("line/closed_account"),
        }
    }
}

#[cfg(test)]
impl Line {
    pub(crate) const ALL: [Self; 6] = [
        Self::CalendarTitle,
        Self::CalendarWhere,
        Self::CalendarSoon,
        Self::SmsInvitation,
        Self::SmsCode,
        Self::ClosedAccount,
    ];

    /// The values that it has places for.
    pub(crate) const fn places(self) -> &'static [&'static str] {
        match self {
            Self::CalendarTitle | Self::CalendarSoon => &["name"],
            Self::CalendarWhere => &["url"],
            Self::SmsInvitation => &["seller", "vendor", "link"],
            Self::SmsCode => &["code", "vendor"],
            Self::ClosedAccount => &[],
        }
    }
}
