//! The rules themselves. Change them together with ARCHITECTURE.md.

/// Most lines of one source file.
pub(super) const LINES_MAX: usize = 500;

/// Words that say of themselves that the work is not done. Written apart, so that this file may stand.
pub(super) const UNFINISHED: [&str; 4] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
];

/// Each crate, and which of ours it may depend on.
pub(super) const CRATES: &[(&str, &[&str])] = &[
    ("orderline-domain", &[]),
    ("orderline-protocol", &["orderline-domain"]),
    ("orderline-media", &["orderline-domain"]),
    ("orderline-app", &["orderline-domain", "orderline-protocol"]),
    (
        "orderline",
        &["orderline-domain", "orderline-protocol", "orderline-media"],
    ),
    (
        "orderline-tests",
        &[
            "orderline-domain",
            "orderline-protocol",
            "orderline-media",
            "orderline",
        ],
    ),
    ("xtask", &[]),
];

/// A name that only some rooms may say.
pub(super) struct Name {
    /// A crate or the end of a path, as written.
    pub path: &'static str,
    /// Where the rule holds …
    pub held_in: &'static [&'static str],
    /// … except here.
    pub except: &'static [&'static str],
    /// Whether code behind `#[cfg(test)]` is held to it too.
    pub tests_too: bool,
    pub because: &'static str,
}

const PURE: &[&str] = &[
    "domain/src",
    "protocol/src",
    "media/src/engine",
    "media/src/relay",
    "server/src/usecase",
];
const TIME: &str = "time is an argument";
const CHANCE: &str = "randomness is an argument";

/// A rule on a crate's name.
const fn only(
    path: &'static str,
    held_in: &'static [&'static str],
    except: &'static [&'static str],
    because: &'static str,
) -> Name {
    Name {
        path,
        held_in,
        except,
        tests_too: true,
        because,
    }
}

/// A rule against the machine's clock or chance in what must give the same result twice.
const fn ambient(path: &'static str, because: &'static str) -> Name {
    Name {
        path,
        held_in: PURE,
        except: &[],
        tests_too: false,
        because,
    }
}

pub(super) const NAMES: &[Name] = &[
    only(
        "sqlx",
        &["server/src"],
        &["server/src/store"],
        "only the store knows SQL",
    ),
    only(
        "orderline_protocol",
        &["server/src/store"],
        &[],
        "the store gives domain values, not what travels",
    ),
    only(
        "aws_sdk_s3",
        &["server/src"],
        &["server/src/blob", "server/src/embedded"],
        "only blob knows S3",
    ),
    only(
        "aws_config",
        &["server/src"],
        &["server/src/blob", "server/src/embedded"],
        "only blob knows S3",
    ),
    only(
        "s3s",
        &["server/src"],
        &["server/src/embedded"],
        "only embedded serves S3",
    ),
    only(
        "s3s_fs",
        &["server/src"],
        &["server/src/embedded"],
        "only embedded serves S3",
    ),
    only(
        "rtc",
        &["media/src", "server", "app"],
        &["media/src/engine", "media/src/testkit"],
        "only the engine knows WebRTC",
    ),
    ambient("Instant::now", TIME),
    ambient("SystemTime::now", TIME),
    ambient("Timestamp::now", TIME),
    ambient("Zoned::now", TIME),
    ambient("Uuid::now_v7", CHANCE),
    ambient("Uuid::new_v4", CHANCE),
    ambient("rand::rng", CHANCE),
    ambient("rand::random", CHANCE),
    ambient("getrandom::fill", CHANCE),
];
