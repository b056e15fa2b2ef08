//! Copy with COPY what ADD only copies.
//!
//! ADD fetches URLs, clones repositories and unpacks archives; whether it does, only the files tell. Who
//! reads COPY knows what happens, and a file that becomes an archive one day is not unpacked by
//! surprise.
//!
//! ```dockerfile before
//! FROM nginx:1.27
//! ADD --chown=nginx:nginx . /srv/site/
//! ADD nginx.conf /etc/nginx/
//! ```
//!
//! ```toml context
//! "nginx.conf" = "worker_processes 2;"
//! "index.html" = "<p>Hello</p>"
//! ```
//!
//! ```dockerfile after
//! FROM nginx:1.27
//! COPY --chown=nginx:nginx . /srv/site/
//! COPY nginx.conf /etc/nginx/
//! ```
//!
//! A folder is always copied as it is: ADD does not look into it for archives. Of a file the build
//! context has to show that it is text.
//!
//! # Declines
//!
//! - The source is, or may be, a URL, a repository or an archive; without a build context that is every
//!   source but the whole context, `.`.
//! - A flag is given that COPY has not.
//!
//! # Safety
//!
//! Safe: the same files, with the same owners and modes.

mod reasons;

use dockslim_contract::{
    BuildContext, ContextKind, Decline, DeclineReason, Difference, Findings, Rewrite, Safety,
};
use dockslim_syntax::{Arguments, Dockerfile, Edits, Instruction, Keyword};

use crate::{Facts, Options, Transform};

/// The pass.
pub const ADD_TO_COPY: Transform = Transform {
    name: "add-to-copy",
    summary: "copy with COPY what ADD only copies",
    levels: &[Safety::Safe],
    causes: &[Difference::AddToCopy],
    source: include_str!("add_to_copy.rs"),
    declines: reasons::ALL,
    run,
};

/// The flags that COPY has too, with the same meaning (Dockerfile reference, ADD and COPY).
const SHARED_FLAGS: [&str; 4] = ["chown", "chmod", "link", "exclude"];

fn run(facts: &Facts<'_>, _: &Options) -> Findings {
    let mut findings = Findings::default();
    for (_, outer) in facts.dockerfile.instructions() {
        let instruction = outer.innermost();
        if instruction.kind != Keyword::Add {
            continue;
        }
        let at = outer.span;
        let only_copies = if outer.kind == Keyword::Onbuild {
            Err(&reasons::ONBUILD)
        } else {
            only_copies(facts, instruction)
        };
        match only_copies {
            Ok(()) => {
                let mut edits = Edits::new();
                let keyword = facts.dockerfile.raw(instruction.keyword);
                let lower = keyword.chars().all(|c| c.is_ascii_lowercase());
                let copy = if lower { "copy" } else { "COPY" };
                if edits.replace(instruction.keyword, copy).is_ok() {
                    let reason = "ADD only copies here, and COPY says so".to_owned();
                    findings.rewrites.push(Rewrite { safety: Safety::Safe, at, reason, edits });
                }
            }
            Err(reason) => {
                let message = reason.summary.to_owned();
                findings.declines.push(Decline { reason, at, message });
            }
        }
    }
    findings
}

/// Whether an ADD does what COPY would do.
fn only_copies(facts: &Facts<'_>, add: &Instruction) -> Result<(), &'static DeclineReason> {
    let dockerfile = facts.dockerfile;
    let shared = |name: &str| SHARED_FLAGS.contains(&name);
    if add.flags.iter().any(|flag| !shared(&dockerfile.text(flag.name))) {
        return Err(&reasons::UNPACKING_FLAGS);
    }
    if !add.heredocs.is_empty() {
        return Err(&reasons::HEREDOC);
    }
    for source in sources(dockerfile, add) {
        is_copied(&source, facts.context)?;
    }
    Ok(())
}

fn sources(dockerfile: &Dockerfile<'_>, add: &Instruction) -> Vec<String> {
    let mut words: Vec<String> = match &add.arguments {
        Arguments::Words(words) => {
            words.iter().map(|word| dockerfile.text(word.span).into_owned()).collect()
        }
        Arguments::List(words) => words.iter().map(|word| word.value.clone()).collect(),
        _ => Vec::new(),
    };
    words.pop();
    words
}

/// Whether ADD copies this source as it is.
///
/// BuildKit fetches what begins with `http://` or `https://`, clones what its `gitutil` takes for a
/// repository (`git@…`, `git://…`, `….git`, `github.com/…`), and unpacks regular files that an archive
/// reader can read; a folder it copies.
fn is_copied(source: &str, context: Option<&BuildContext>) -> Result<(), &'static DeclineReason> {
    if source.contains([':', '#']) || source.starts_with("github.com/") || source.ends_with(".git")
    {
        return Err(&reasons::REMOTE);
    }
    if source.contains('$') {
        return Err(&reasons::VARIABLE);
    }
    if matches!(source, "." | "./") {
        return Ok(());
    }
    let Some(context) = context else { return Err(&reasons::NO_CONTEXT) };
    let quoted = source.contains(['"', '\'', '`']);
    let paths = context.matching(source).filter(|paths| !quoted && !paths.is_empty());
    for path in paths.ok_or(&reasons::NOT_FOUND)? {
        if context.is_folder(path) {
            continue;
        }
        match context.entry(path).map(|entry| entry.kind) {
            Some(ContextKind::File) => is_text(context.text(path))?,
            Some(ContextKind::Link) => return Err(&reasons::LINK),
            _ => return Err(&reasons::UNREAD_FILE),
        }
    }
    Ok(())
}

/// Whether the text of a file shows that it is no archive.
///
/// The compressed formats that builders know begin with bytes that are no text (gzip, xz, zstd), or
/// with the letters `BZh` (bzip2); a tar archive fills its headers with zero bytes (POSIX, pax).
fn is_text(text: Option<&str>) -> Result<(), &'static DeclineReason> {
    match text {
        None => Err(&reasons::UNREAD_FILE),
        Some(text) if text.starts_with("BZh") || text.contains('\0') => Err(&reasons::ARCHIVE),
        Some(_) => Ok(()),
    }
}
