//! Mail addresses and ways into other services.

use super::{ContactKind, Found, fold::Folded};
use linkify::{LinkFinder, LinkKind};

/// Services that take a talk elsewhere, by the end of their host names.
const SERVICES: [&str; 33] = [
    "calendly.com",
    "chat.google.com",
    "chat.whatsapp.com",
    "discord.com",
    "discord.gg",
    "facetime.apple.com",
    "gotomeeting.com",
    "hangouts.google.com",
    "jit.si",
    "line.me",
    "m.me",
    "meet.google.com",
    "messenger.com",
    "msng.link",
    "signal.group",
    "signal.me",
    "skype.com",
    "slack.com",
    "snapchat.com",
    "t.me",
    "teams.live.com",
    "teams.microsoft.com",
    "telegram.me",
    "telegram.org",
    "threema.id",
    "viber.com",
    "wa.me",
    "webex.com",
    "wechat.com",
    "whatsapp.com",
    "whereby.com",
    "zoom.com",
    "zoom.us",
];
/// Addresses that a browser hands to a phone, a mail program or another service.
const SCHEMES: [&str; 12] = [
    "callto:",
    "facetime:",
    "facetime-audio:",
    "mailto:",
    "msteams:",
    "sgnl:",
    "skype:",
    "sms:",
    "tel:",
    "tg:",
    "viber:",
    "whatsapp:",
];

/// What a folded text holds, by where it stands there; what a scheme begins comes first.
pub(super) fn find(folded: &Folded) -> Vec<Found> {
    let text = folded.text.as_str();
    let mut found = schemes(text);
    let mut finder = LinkFinder::new();
    finder.url_must_have_scheme(false);
    for link in finder.links(text) {
        let (start, end) = (link.start(), link.end());
        let kind = match link.kind() {
            LinkKind::Email if is_email(link.as_str()) => ContactKind::Email,
            LinkKind::Url if is_service(link.as_str()) => ContactKind::Service,
            _ => continue,
        };
        if found.iter().all(|it| end <= it.start || start >= it.end) {
            found.push(Found { kind, start, end });
        }
    }
    found
}

fn schemes(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for scheme in SCHEMES {
        for (start, _) in text.match_indices(scheme) {
            let alone = text[..start]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric() && c != '-');
            let rest = &text[start + scheme.len()..];
            let length = rest
                .find([' ', '\n', '"', '<', '>', ')', ']'])
                .unwrap_or(rest.len());
            let length = rest[..length]
                .trim_end_matches(['.', ',', ';', ':', '!', '?'])
                .len();
            if alone && length > 0 {
                found.push(Found {
                    kind: ContactKind::Service,
                    start,
                    end: start + scheme.len() + length,
                });
            }
        }
    }
    found
}

/// An address whose host ends in letters.
fn is_email(address: &str) -> bool {
    address
        .rsplit(['@', '.'])
        .next()
        .is_some_and(|last| last.chars().count() >= 2 && last.chars().all(char::is_alphabetic))
}

fn is_service(link: &str) -> bool {
    let address = link.split_once("://").map_or(link, |(_, rest)| rest);
    let host = address
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or(address);
    // A mail address at such a host is a mail address.
    !host.contains('@')
        && SERVICES.iter().any(|service| {
            host.strip_suffix(service)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}
