//! What the first page asks for: by options, in a file, or typed.

use super::terminal;
use crate::config::InitArgs;
use anyhow::{Context as _, bail};
use orderline_domain::platform::{ProposedAdmin, ProposedEntity, ProposedPlatform};
use serde::Deserialize;
use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

/// Largest file of answers, in bytes: terms are long.
const MAX_FILE: u64 = 1024 * 1024;
/// What ends a text of several lines: terms have empty lines of their own.
const END_OF_LINES: &str = ".";
/// How a password's file is named that is standard input.
const STANDARD_INPUT: &str = "-";

/// What was given so far.
pub(super) struct Answers {
    given: Given,
    password: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Given {
    name: Option<String>,
    entity: GivenEntity,
    admin: GivenAdmin,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GivenEntity {
    name: Option<String>,
    address: Option<String>,
    country: Option<String>,
    terms: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct GivenAdmin {
    name: Option<String>,
    email: Option<String>,
    /// Here a file may be its owner's alone, which a command line is not.
    password: Option<String>,
}

impl Answers {
    /// Reads options and file; an option counts more.
    pub(super) fn read(args: &InitArgs) -> anyhow::Result<Self> {
        let mut given = match &args.answers {
            Some(path) => from_file(path)?,
            None => Given::default(),
        };
        let or = |option: &Option<String>, kept: &mut Option<String>| {
            if option.is_some() {
                kept.clone_from(option);
            }
        };
        or(&args.name, &mut given.name);
        or(&args.entity_name, &mut given.entity.name);
        // A line of a command has one line.
        let address = args
            .entity_address
            .as_ref()
            .map(|it| it.replace("\\n", "\n"));
        or(&address, &mut given.entity.address);
        or(&args.entity_country, &mut given.entity.country);
        or(&args.admin_name, &mut given.admin.name);
        or(&args.admin_email, &mut given.admin.email);
        if let Some(path) = &args.terms_file {
            given.entity.terms = Some(text(path)?);
        }
        Ok(Self {
            given,
            password: args.password_file.clone(),
        })
    }

    /// Asks for what is missing; where nobody is there to be asked, all of it is named.
    pub(super) fn complete(self) -> anyhow::Result<ProposedPlatform> {
        let Given {
            name,
            entity,
            admin,
        } = self.given;
        let password = match &self.password {
            Some(path) => Some(password(path)?),
            None => admin.password,
        };
        let mut asking = Asking::default();
        let platform = ProposedPlatform {
            name: asking.line("name", "What is the platform called", name)?,
            entity: ProposedEntity {
                name: asking.line("entity.name", "Legal entity: its name", entity.name)?,
                address: asking.lines(
                    "entity.address",
                    "Legal entity: its registered address, and a line with a single dot after it",
                    entity.address,
                )?,
                country: asking.line(
                    "entity.country",
                    "Legal entity: its country, such as DE",
                    entity.country,
                )?,
                terms: asking.lines(
                    "entity.terms",
                    "Its terms, and a line with a single dot after them",
                    entity.terms,
                )?,
            },
            admin: ProposedAdmin {
                name: asking.line("admin.name", "First admin: name", admin.name)?,
                email: asking.line("admin.email", "First admin: e-mail address", admin.email)?,
                password: asking.password(password)?,
            },
        };
        asking.done()?;
        Ok(platform)
    }
}

/// Asks, or gathers what cannot be asked for.
#[derive(Default)]
struct Asking(Vec<&'static str>);

impl Asking {
    fn line(
        &mut self,
        name: &'static str,
        question: &str,
        given: Option<String>,
    ) -> anyhow::Result<String> {
        self.ask(name, given, || terminal::ask(question))
    }

    fn lines(
        &mut self,
        name: &'static str,
        question: &str,
        given: Option<String>,
    ) -> anyhow::Result<String> {
        self.ask(name, given, || {
            until_dot(terminal::ask(question)?, terminal::line)
        })
    }

    fn password(&mut self, given: Option<String>) -> anyhow::Result<String> {
        self.ask("admin.password", given, || {
            let first = terminal::ask_hidden("First admin: password")?;
            let again = terminal::ask_hidden("The same password again")?;
            if first != again {
                bail!("the two passwords differ");
            }
            Ok(first)
        })
    }

    fn ask(
        &mut self,
        name: &'static str,
        given: Option<String>,
        ask: impl FnOnce() -> anyhow::Result<String>,
    ) -> anyhow::Result<String> {
        match given {
            Some(given) => Ok(given),
            None if terminal::is_there() => ask(),
            None => {
                self.0.push(name);
                Ok(String::new())
            }
        }
    }

    fn done(self) -> anyhow::Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        bail!(
            "nobody is there to be asked for {}: give it by options or in a file (--answers)",
            self.0.join(", ")
        )
    }
}

/// The lines up to one with a single dot.
fn until_dot(
    first: String,
    mut next: impl FnMut() -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let (mut line, mut lines, mut bytes) = (first, Vec::new(), 0);
    while line != END_OF_LINES {
        bytes += line.len() as u64 + 1;
        if bytes > MAX_FILE {
            bail!("that is longer than {MAX_FILE} bytes");
        }
        lines.push(line);
        line = next()?;
    }
    Ok(lines.join("\n"))
}

fn from_file(path: &Path) -> anyhow::Result<Given> {
    let text = text(path)?;
    let toml = path.extension().is_some_and(|it| it == "toml");
    let read = if toml {
        toml::from_str(&text).map_err(anyhow::Error::from)
    } else {
        serde_json::from_str(&text).map_err(anyhow::Error::from)
    };
    read.with_context(|| format!("the answers in {}", path.display()))
}

fn text(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    // One byte more than may be there shows that there is more.
    let read = File::open(path).and_then(|it| it.take(MAX_FILE + 1).read_to_string(&mut text));
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if text.len() as u64 > MAX_FILE {
        bail!("{} is longer than {MAX_FILE} bytes", path.display());
    }
    Ok(text)
}

/// The first line of the file; nothing else is the password's.
fn password(path: &Path) -> anyhow::Result<String> {
    if path.as_os_str() == STANDARD_INPUT {
        return terminal::line();
    }
    let text = text(path)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_have_empty_lines_and_end_at_a_single_dot() {
        let mut typed = ["", "Second.", ".", "Ada"].map(str::to_owned).into_iter();
        let terms = until_dot("First.".to_owned(), || {
            typed.next().context("nothing is left")
        });
        assert_eq!(terms.expect("terms"), "First.\n\nSecond.");
        assert_eq!(typed.next().as_deref(), Some("Ada"), "the next answer");
        let cut_off = until_dot("First.".to_owned(), || bail!("the end"));
        cut_off.expect_err("no dot came");
        let endless = until_dot("First.".to_owned(), || Ok("and so on".to_owned()));
        endless.expect_err("too long");
    }

    #[test]
    fn a_file_that_is_too_long_is_refused_and_not_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("terms");
        let most = usize::try_from(MAX_FILE).expect("a length");
        std::fs::write(&path, "a".repeat(most)).expect("written");
        assert_eq!(text(&path).expect("read").len(), most);
        std::fs::write(&path, "a".repeat(most + 1)).expect("written");
        let refused = text(&path).expect_err("too long");
        assert!(refused.to_string().contains("longer"), "{refused}");
    }
}
