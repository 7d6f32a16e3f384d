//! Whether this browser can make calls, and what helps when it cannot. Pure.

/// What was found out about the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one flag an ability, as browsers have them"
)]
pub struct Facts {
    /// The page came over HTTPS, or from this machine.
    pub secure: bool,
    pub connections: bool,
    pub devices: bool,
    pub screen: bool,
    pub speaker_choice: bool,
    pub small_window: bool,
    pub user_agent: String,
}

/// Something that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No call is possible: the page did not come over a secure connection.
    Security,
    /// No call is possible: a browser inside this app has no microphone.
    InsideApp(InApp),
    /// No call is possible with this browser.
    Calls,
    /// Calls work; the screen cannot be shared.
    Screen,
    /// Calls work; the speaker is chosen in the system's settings.
    SpeakerChoice,
    /// Calls work; there is no small window on top.
    SmallWindow,
}

impl Missing {
    /// Whether no call is possible.
    pub const fn stops_calls(self) -> bool {
        matches!(self, Self::Security | Self::InsideApp(_) | Self::Calls)
    }
}

/// An app with a browser of its own inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InApp {
    Instagram,
    Facebook,
    WhatsApp,
    TikTok,
    LinkedIn,
    Line,
    WeChat,
    Snapchat,
    /// Some app's view of the web.
    Other,
}

impl InApp {
    /// What people call it; nothing for one that we do not know.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Instagram => "Instagram",
            Self::Facebook => "Facebook",
            Self::WhatsApp => "WhatsApp",
            Self::TikTok => "TikTok",
            Self::LinkedIn => "LinkedIn",
            Self::Line => "LINE",
            Self::WeChat => "WeChat",
            Self::Snapchat => "Snapchat",
            Self::Other => return None,
        })
    }
}

/// What the apps write into the name that their browsers give.
const MARKS: [(&str, InApp); 12] = [
    ("Instagram", InApp::Instagram),
    ("FBAN/", InApp::Facebook),
    ("FBAV/", InApp::Facebook),
    ("FB_IAB", InApp::Facebook),
    ("WhatsApp", InApp::WhatsApp),
    ("BytedanceWebview", InApp::TikTok),
    ("musical_ly", InApp::TikTok),
    ("LinkedInApp", InApp::LinkedIn),
    (" Line/", InApp::Line),
    ("MicroMessenger", InApp::WeChat),
    ("Snapchat", InApp::Snapchat),
    ("; wv)", InApp::Other),
];

/// The app that this browser lives in, if it lives in one.
pub fn inside(user_agent: &str) -> Option<InApp> {
    MARKS
        .into_iter()
        .find(|(mark, _)| user_agent.contains(mark))
        .map(|(_, app)| app)
}

/// Whether this is Android, where an address can name the browser that is to open it.
pub fn is_android(user_agent: &str) -> bool {
    user_agent.contains("Android")
}

/// The address that opens this page in the system's own browser on Android; `None` for what is no web address.
pub fn android_link(href: &str) -> Option<String> {
    let (scheme, rest) = href.split_once("://")?;
    if !matches!(scheme, "https" | "http") || rest.contains("#Intent") {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or(rest);
    Some(format!("intent://{rest}#Intent;scheme={scheme};end"))
}

/// What is missing, the worst first.
pub fn missing(facts: &Facts) -> Vec<Missing> {
    let mut out = Vec::new();
    if !(facts.connections && facts.devices) {
        out.push(match inside(&facts.user_agent) {
            Some(app) => Missing::InsideApp(app),
            None if !facts.secure => Missing::Security,
            None => Missing::Calls,
        });
        return out;
    }
    let lacks = [
        (facts.screen, Missing::Screen),
        (facts.speaker_choice, Missing::SpeakerChoice),
        (facts.small_window, Missing::SmallWindow),
    ];
    out.extend(lacks.into_iter().filter(|(has, _)| !has).map(|(_, it)| it));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";

    fn whole(user_agent: &str) -> Facts {
        Facts {
            secure: true,
            connections: true,
            devices: true,
            screen: true,
            speaker_choice: true,
            small_window: true,
            user_agent: user_agent.to_owned(),
        }
    }

    #[test]
    fn cu4_a_whole_browser_misses_nothing_even_inside_an_app() {
        assert_eq!(missing(&whole(ANDROID)), []);
        assert_eq!(missing(&whole(&format!("{ANDROID} Instagram 300.0"))), []);
    }

    #[test]
    fn cu4_a_browser_inside_an_app_without_devices_leads_out_of_it() {
        for (mark, app) in [
            ("Instagram 345.0.0.35.93 Android", InApp::Instagram),
            ("[FBAN/FBIOS;FBAV/480.0]", InApp::Facebook),
            ("WhatsApp/2.24", InApp::WhatsApp),
            ("Version/4.0; wv)", InApp::Other),
        ] {
            let facts = Facts {
                devices: false,
                ..whole(&format!("{ANDROID} {mark}"))
            };
            assert_eq!(missing(&facts), [Missing::InsideApp(app)]);
            assert!(missing(&facts)[0].stops_calls());
        }
    }

    #[test]
    fn cu4_what_stops_calls_is_told_apart_from_what_is_only_missed() {
        let insecure = Facts {
            secure: false,
            devices: false,
            ..whole(ANDROID)
        };
        assert_eq!(missing(&insecure), [Missing::Security]);
        let old = Facts {
            connections: false,
            ..whole("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko")
        };
        assert_eq!(missing(&old), [Missing::Calls]);
        let phone = Facts {
            screen: false,
            speaker_choice: false,
            ..whole(ANDROID)
        };
        assert_eq!(missing(&phone), [Missing::Screen, Missing::SpeakerChoice]);
        assert!(!missing(&phone).into_iter().any(Missing::stops_calls));
    }

    #[test]
    fn the_link_out_keeps_the_place() {
        assert_eq!(
            android_link("https://shop.example/b/threads/1?x=2#top").as_deref(),
            Some("intent://shop.example/b/threads/1?x=2#Intent;scheme=https;end")
        );
        assert_eq!(android_link("javascript:alert(1)"), None);
        assert_eq!(android_link("ftp://a/b"), None);
    }
}
