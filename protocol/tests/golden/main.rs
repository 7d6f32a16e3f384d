//! One golden JSON file per wire variant: what travels today must be readable tomorrow. A file changes only by
//! hand, never with the code: `UPDATE_GOLDEN=1` writes files that are missing and leaves the others alone.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests say so")]

mod account;
mod around;
mod asks;
mod calling;
mod catalogue;
mod customers;
mod frames;
mod hand_over;
mod line;
mod policies;
mod recordings;
mod samples;
mod system;
mod vendors;
mod visits;

use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The values of one wire type that have files, by name.
pub struct Family<T> {
    pub name: &'static str,
    pub values: Vec<(&'static str, T)>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

impl<T: Serialize + DeserializeOwned> Family<T> {
    /// Checks every value against its file, both ways; answers the files' names.
    pub fn check(&self, files: &mut BTreeSet<String>) {
        for (variant, value) in &self.values {
            let file = format!("{}.{variant}.json", self.name);
            let path = folder().join(&file);
            let ours = serde_json::to_value(value).unwrap();
            if !path.exists() && std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::create_dir_all(folder()).unwrap();
                let text = serde_json::to_string_pretty(&ours).unwrap();
                fs::write(&path, text + "\n").unwrap();
            }
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{file} (UPDATE_GOLDEN=1 writes it): {error}"));
            let golden: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(ours, golden, "{file}: what is sent has changed");
            let read: T = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{file} is no longer read: {error}"));
            assert_eq!(
                serde_json::to_value(&read).unwrap(),
                golden,
                "{file}: read otherwise"
            );
            assert!(files.insert(file.clone()), "{file} stands for two values");
        }
    }
}

#[test]
fn every_variant_travels_as_its_golden_file_says() {
    let mut files = BTreeSet::new();
    account::check(&mut files);
    calling::check(&mut files);
    customers::check(&mut files);
    hand_over::check(&mut files);
    frames::check(&mut files);
    samples::check(&mut files);
    recordings::check(&mut files);
    line::check(&mut files);
    policies::check(&mut files);
    catalogue::check(&mut files);
    around::check(&mut files);
    asks::check(&mut files);
    system::check(&mut files);
    vendors::check(&mut files);
    visits::check(&mut files);
    let there: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        there, files,
        "a file without a value, or the other way round"
    );
}

/// Tags inside and flattened fields are read by way of a buffer, with code of its own for every type below.
#[test]
fn nothing_that_travels_needs_a_second_reader() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for form in ["serde(tag", "serde(flatten", "serde(untagged"] {
            assert!(!text.contains(form), "{}: {form}", path.display());
        }
    }
}
