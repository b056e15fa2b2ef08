//! `dockslim ignore`: completes .dockerignore, or shows how.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use dockslim_contract::{BuildContext, ContextKind, IgnoreRules};
use dockslim_syntax::{Dockerfile, parse};
use dockslim_transforms::{IgnoreProposal, complete_ignore_file};

use super::Status;
use crate::args::IgnoreArgs;
use crate::context::{self, NoContext};
use crate::error::Error;
use crate::files;
use crate::report::{self, Change, Output, Palette, bytes};

pub(super) fn run(args: &IgnoreArgs, output: &mut Output) -> Result<Status, Error> {
    let folder = args.path.as_deref().unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(NoContext::NoFolder { path: folder.to_owned() }.into());
    }
    let Some(dockerfiles) = dockerfiles(folder, output)? else { return Ok(Status::Failed) };
    if dockerfiles.is_empty() {
        return Ok(Status::Done);
    }
    let file = context::ignore_file(folder, None)?;
    let context = context::scan(folder, context::rules(file.as_ref())?)?;
    let path = file.as_ref().map_or_else(|| folder.join(".dockerignore"), |(path, _)| path.clone());
    let path = path.strip_prefix(".").unwrap_or(&path);
    let old = file.as_ref().map_or("", |(_, text)| text);
    let trees: Vec<(&str, Dockerfile<'_>)> =
        dockerfiles.iter().map(|(name, text)| (name.as_str(), parse(text))).collect();
    let named: Vec<(&str, &Dockerfile<'_>)> =
        trees.iter().map(|(name, tree)| (*name, tree)).collect();
    let proposal = complete_ignore_file(old, &context, &named);
    let sizes = Sizes::of(folder, &context);
    if !args.edit.quiet {
        let text = remarks(path, &proposal, &sizes, &output.remark_palette);
        output.remark(&text);
        if args.explain_declines {
            let text = declines(path, &proposal, &output.remark_palette);
            output.remark(&text);
        }
    }
    let wanted = !proposal.entries.is_empty();
    if wanted && args.edit.write {
        match &file {
            Some(_) => files::replace(path, old, &proposal.text)?,
            None => files::create(path, &proposal.text)?,
        }
    } else if wanted {
        let name = path.to_string_lossy();
        let change = Change::between(old, &proposal.text);
        output.print(&report::diff(&name, change, &output.palette))?;
    }
    if !args.edit.quiet {
        output.remark(&sum(path, &proposal, &sizes, args.edit.write));
    }
    Ok(if wanted && args.edit.check { Status::Wanted } else { Status::Done })
}

/// The Dockerfiles that may be built with `folder`, by name and text. `None` if one cannot be read:
/// then it is not known what it copies.
fn dockerfiles(folder: &Path, output: &mut Output) -> Result<Option<Vec<(String, String)>>, Error> {
    let mut found = files::discover(&[folder.to_owned()]);
    let real = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let known: Vec<PathBuf> = found.files.iter().map(real).collect();
    let others = context::dockerfiles_of(folder).into_iter().filter(|path| !known.contains(path));
    found.files.extend(others);
    for error in &found.errors {
        output.error(error);
    }
    if !found.errors.is_empty() {
        return Ok(None);
    }
    let (own, shared): (Vec<PathBuf>, Vec<PathBuf>) =
        found.files.into_iter().partition(|path| context::has_own_ignore_file(path));
    for path in &own {
        let path = path.display();
        output.warning(&format!("{path}: {path}.dockerignore is read in place of .dockerignore"));
    }
    if own.is_empty() && shared.is_empty() {
        let folder = folder.display();
        output.warning(&format!("{folder}: holds no Dockerfile, so nobody knows what is copied"));
    }
    let mut texts = Vec::new();
    for path in shared {
        texts.push((path.to_string_lossy().into_owned(), files::read(&path)?));
    }
    Ok(Some(texts))
}

/// How much the files of a context hold.
struct Sizes(Vec<(String, u64)>);

impl Sizes {
    /// Asks for the length of each file; what has vanished meanwhile has none.
    fn of(folder: &Path, context: &BuildContext) -> Self {
        let files = context.entries().filter(|(_, entry)| entry.kind == ContextKind::File);
        let length = |path: &str| fs::symlink_metadata(folder.join(path)).map_or(0, |m| m.len());
        Self(files.map(|(path, _)| (path.to_owned(), length(path))).collect())
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|(_, length)| length).sum()
    }

    /// How much of it is in these files.
    fn within(&self, paths: &[String]) -> u64 {
        let is_in = |path: &String| paths.binary_search(path).is_ok();
        self.0.iter().filter(|(path, _)| is_in(path)).map(|(_, length)| length).sum()
    }

    /// How much is left if the ignore file has this text.
    fn behind(&self, text: &str) -> u64 {
        let rules = IgnoreRules::parse(text).unwrap_or_default();
        self.0.iter().filter(|(path, _)| !rules.hides(path)).map(|(_, length)| length).sum()
    }
}

/// A line for each entry.
fn remarks(path: &Path, proposal: &IgnoreProposal, sizes: &Sizes, palette: &Palette) -> String {
    let (path, style) = (path.display(), palette.name);
    let mut text = String::new();
    for entry in &proposal.entries {
        let size = match entry.hidden.as_slice() {
            [] => "not there yet".to_owned(),
            hidden => bytes(sizes.within(hidden)),
        };
        let (pattern, reason) = (&entry.pattern, &entry.reason);
        let _ = writeln!(text, "{path}: {style}{pattern}{style:#}: {reason} ({size})");
    }
    text
}

/// What stays visible, and why.
fn declines(path: &Path, proposal: &IgnoreProposal, palette: &Palette) -> String {
    let (heading, name, faint) = (palette.heading, palette.name, palette.faint);
    let mut text = String::new();
    if proposal.declined.is_empty() {
        return text;
    }
    let _ = writeln!(text, "{heading}left out of {}{heading:#}", path.display());
    for decline in &proposal.declined {
        let (pattern, message, reason) = (&decline.pattern, &decline.message, decline.reason.name);
        let _ = writeln!(text, "  {name}{pattern}{name:#}: {message} {faint}[{reason}]{faint:#}");
    }
    text
}

/// The last line of a run.
fn sum(path: &Path, proposal: &IgnoreProposal, sizes: &Sizes, written: bool) -> String {
    let (before, path) = (sizes.total(), path.display());
    if proposal.entries.is_empty() {
        return format!("nothing to add to {path}; the context holds {}\n", bytes(before));
    }
    let count = proposal.entries.len();
    let noun = if count == 1 { "entry" } else { "entries" };
    let after = sizes.behind(&proposal.text);
    let (verb, rest) = if written { ("written to", "") } else { ("for", "; apply with --write") };
    let (before, after) = (bytes(before), bytes(after));
    format!("{count} {noun} {verb} {path}: the context shrinks from {before} to {after}{rest}\n")
}
