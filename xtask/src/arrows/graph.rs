//! Which file of a crate names which: modules and paths as the compiler reads them, without types.
//!
//! A path is followed to the deepest module that it goes through, whether it begins with `crate`, `super`, `self`, a
//! child, or a name that a `use` brought. What a macro makes and what a method reaches is not seen.

use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// A module's path inside its crate; empty for the crate's root.
pub(super) type Module = Vec<String>;

/// One file that names another of its crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub from: Module,
    pub to: Module,
    /// The line where it is named first.
    pub line: usize,
    /// It is passed on under the naming module's own name.
    pub passed_on: bool,
}

/// A crate's files and arrows, tests left out.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Each module that is a file, and its path below the project.
    pub files: BTreeMap<Module, String>,
    pub arrows: Vec<Arrow>,
}

struct File {
    path: PathBuf,
    syntax: syn::File,
    children: BTreeSet<String>,
}

impl Graph {
    /// Reads the crate in `folder` (below `root`), from its `lib.rs`, else its `main.rs`.
    ///
    /// # Errors
    /// When a file cannot be read or is not Rust.
    pub(super) fn read(root: &Path, folder: &str) -> Result<Self> {
        let source = root.join(folder).join("src");
        let entry = ["lib.rs", "main.rs"]
            .map(|name| source.join(name))
            .into_iter()
            .find(|file| file.is_file());
        let Some(entry) = entry else {
            bail!("{folder} has neither lib.rs nor main.rs");
        };
        let mut files = BTreeMap::new();
        read_module(&entry, Module::new(), &mut files)?;
        let modules: BTreeSet<Module> = files.keys().cloned().collect();
        let mut arrows = Vec::new();
        for (module, file) in &files {
            let mut reader = Reader {
                modules: &modules,
                module,
                children: &file.children,
                names: HashMap::new(),
                found: BTreeMap::new(),
            };
            reader.learn(&file.syntax.items);
            reader.visit_file(&file.syntax);
            let found = reader.found.into_iter();
            arrows.extend(found.map(|(to, (line, passed_on))| Arrow {
                from: module.clone(),
                to,
                line,
                passed_on,
            }));
        }
        let files = files
            .into_iter()
            .map(|(module, file)| {
                let below = file.path.strip_prefix(root).unwrap_or(&file.path);
                (module, below.to_string_lossy().into_owned())
            })
            .collect();
        Ok(Self { files, arrows })
    }
}

/// Whether an item is there for tests alone.
fn for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Path>()
                .is_ok_and(|path| path.is_ident("test"))
    })
}

fn read_module(path: &Path, module: Module, files: &mut BTreeMap<Module, File>) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let syntax =
        syn::parse_file(&text).with_context(|| format!("{} is not Rust", path.display()))?;
    let folder = path.parent().unwrap_or(path);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let below = if ["lib", "main", "mod"].contains(&&*stem) {
        folder.to_owned()
    } else {
        folder.join(&*stem)
    };
    let mut children = BTreeSet::new();
    for item in &syntax.items {
        let syn::Item::Mod(child) = item else {
            continue;
        };
        if child.content.is_some() || for_tests(&child.attrs) {
            continue;
        }
        let name = child.ident.to_string();
        let candidates = match named_path(&child.attrs) {
            Some(named) => vec![folder.join(named)],
            None => vec![
                below.join(format!("{name}.rs")),
                below.join(&name).join("mod.rs"),
            ],
        };
        let Some(file) = candidates.iter().find(|file| file.is_file()) else {
            bail!("{}: the file of `mod {name}` is missing", path.display());
        };
        let mut inner = module.clone();
        inner.push(name.clone());
        children.insert(name);
        read_module(file, inner, files)?;
    }
    files.insert(
        module,
        File {
            path: path.to_owned(),
            syntax,
            children,
        },
    );
    Ok(())
}

/// What `#[path = "…"]` says.
fn named_path(attributes: &[syn::Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        let syn::Expr::Lit(value) = &pair.value else {
            return None;
        };
        let syn::Lit::Str(text) = &value.lit else {
            return None;
        };
        pair.path.is_ident("path").then(|| text.value())
    })
}

/// Reads one file's paths.
struct Reader<'a> {
    modules: &'a BTreeSet<Module>,
    module: &'a Module,
    children: &'a BTreeSet<String>,
    /// What a `use` brought, under the name that it has here.
    names: HashMap<String, Module>,
    found: BTreeMap<Module, (usize, bool)>,
}

impl Reader<'_> {
    /// Learns the names that the file's own `use` items bring.
    fn learn(&mut self, items: &[syn::Item]) {
        for item in items {
            if let syn::Item::Use(item) = item
                && !for_tests(&item.attrs)
            {
                let mut leaves = Vec::new();
                leaves_of(&item.tree, &mut Vec::new(), &mut leaves);
                for leaf in leaves {
                    if let (Some(path), Some(name)) = (self.absolute(&leaf.path), leaf.name) {
                        self.names.insert(name, path);
                    }
                }
            }
        }
    }

    /// A path's segments from the crate's root; `None` for another crate's, and for what no path here begins with.
    fn absolute(&self, segments: &[String]) -> Option<Module> {
        let first = segments.first()?;
        let mut path = match first.as_str() {
            "crate" => Module::new(),
            "self" | "super" => self.module.clone(),
            name if self.children.contains(name) => {
                let mut path = self.module.clone();
                path.push(name.to_owned());
                path
            }
            name => self.names.get(name)?.clone(),
        };
        let mut rest = segments.iter().skip(1).peekable();
        if first == "super" {
            path.pop();
            while rest.peek().is_some_and(|segment| *segment == "super") {
                path.pop();
                rest.next();
            }
        }
        path.extend(rest.filter(|segment| *segment != "self").cloned());
        Some(path)
    }

    fn note(&mut self, segments: &[String], line: usize, passed_on: bool) {
        let Some(mut path) = self.absolute(segments) else {
            return;
        };
        while !self.modules.contains(&path) {
            path.pop();
        }
        if path != *self.module {
            let known = self.found.entry(path).or_insert((line, passed_on));
            known.1 |= passed_on;
        }
    }
}

struct Leaf {
    path: Vec<String>,
    /// `None` for a glob.
    name: Option<String>,
}

fn leaves_of(tree: &syn::UseTree, before: &mut Vec<String>, leaves: &mut Vec<Leaf>) {
    match tree {
        syn::UseTree::Path(path) => {
            before.push(path.ident.to_string());
            leaves_of(&path.tree, before, leaves);
            before.pop();
        }
        syn::UseTree::Name(name) => leaf(&name.ident.to_string(), None, before, leaves),
        syn::UseTree::Rename(name) => {
            leaf(
                &name.ident.to_string(),
                Some(name.rename.to_string()),
                before,
                leaves,
            );
        }
        syn::UseTree::Glob(_) => leaves.push(Leaf {
            path: before.clone(),
            name: None,
        }),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                leaves_of(tree, before, leaves);
            }
        }
    }
}

fn leaf(ident: &str, rename: Option<String>, before: &[String], leaves: &mut Vec<Leaf>) {
    let mut path = before.to_vec();
    if ident != "self" || path.is_empty() {
        path.push(ident.to_owned());
    }
    let name = rename.or_else(|| path.last().cloned());
    leaves.push(Leaf { path, name });
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes: &[syn::Attribute] = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => &[],
        };
        if !for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // A module inside the file has names of its own; ours have them for tests alone.
        if let Some((_, items)) = &item.content {
            self.learn(items);
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let passed_on = !matches!(item.vis, syn::Visibility::Inherited);
        let line = item.use_token.span.start().line;
        let mut leaves = Vec::new();
        leaves_of(&item.tree, &mut Vec::new(), &mut leaves);
        for leaf in leaves {
            self.note(&leaf.path, line, passed_on);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if segments.len() > 1 && path.leading_colon.is_none() {
            let line = path.segments[0].ident.span().start().line;
            self.note(&segments, line, false);
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests;
