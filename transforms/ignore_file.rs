//! Completes a .dockerignore by what the build context holds and no build needs.
//!
//! What a `COPY` names stays; what a `COPY . .` sweeps along may go. Each entry changes what the builder
//! sees, so all of them are of level review.

mod reading;
mod reasons;

use dockslim_contract::{BuildContext, DeclineReason, IgnoreRules, Standing, source_path};
use dockslim_syntax::Dockerfile;
use rustc_hash::FxHashSet;

use crate::facts::{ContextSource, context_sources};
use crate::knowledge::{IgnoredFile, ignored_files};
use reading::Readers;

/// What would be written, and what is left out.
#[derive(Clone, Debug, Default)]
pub struct IgnoreProposal {
    /// The new text of the file.
    pub text: String,
    /// What is new in it, in the order of the file.
    pub entries: Vec<IgnoreEntry>,
    /// What is there and stays visible.
    pub declined: Vec<IgnoreDecline>,
}

/// A new entry.
#[derive(Clone, Debug)]
pub struct IgnoreEntry {
    /// The pattern.
    pub pattern: String,
    /// What it hides and why, in lower case and without a full stop.
    pub reason: String,
    /// What it hides now; nothing if it is written for what a tool will make.
    pub hidden: Vec<String>,
}

/// An entry that was left out.
#[derive(Clone, Debug)]
pub struct IgnoreDecline {
    /// The pattern.
    pub pattern: String,
    /// The rule that forbids it.
    pub reason: &'static DeclineReason,
    /// What is in the way here, lower case and without a full stop.
    pub message: String,
}

/// All reasons for which an entry is left out.
pub const IGNORE_DECLINES: &[&DeclineReason] = reasons::ALL;

/// Looks at what `context` shows to the builds of `dockerfiles`, each with its name, and completes
/// `text`, the ignore file through which the context is seen.
pub fn complete_ignore_file(
    text: &str,
    context: &BuildContext,
    dockerfiles: &[(&str, &Dockerfile<'_>)],
) -> IgnoreProposal {
    let scene = Scene::of(context, dockerfiles);
    let mut proposal = IgnoreProposal::default();
    let mut written = Vec::new();
    for row in ignored_files() {
        let rules = IgnoreRules::parse(&row.pattern).expect("a test reads every pattern");
        let (kept, hidden) = scene.hidden(row, &rules);
        // The ignore file is part of the context as soon as it is made.
        let is_made_now = row.pattern == IGNORE_FILE && text.is_empty();
        if hidden.is_empty() && !is_made_now && !scene.is_wanted_early(row, &rules) {
            continue;
        }
        if let Some((reason, message)) = scene.objection(row, &rules, &hidden) {
            // About what is not there nothing has to be said.
            if !hidden.is_empty() {
                let pattern = row.pattern.clone();
                proposal.declined.push(IgnoreDecline { pattern, reason, message });
            }
            continue;
        }
        let (pattern, reason) = (row.pattern.clone(), row.what.clone());
        let hidden = hidden.into_iter().map(str::to_owned).collect();
        proposal.entries.push(IgnoreEntry { pattern, reason, hidden });
        written.push((row, kept));
    }
    // For itself alone it is not worth making.
    if proposal.entries.iter().all(|entry| entry.pattern == IGNORE_FILE && entry.hidden.is_empty())
    {
        proposal.entries.clear();
        written.clear();
    }
    proposal.text = with_lines(text, &written);
    proposal
}

/// The file that is made where there is none.
const IGNORE_FILE: &str = ".dockerignore";

/// What is known about the builds.
struct Scene<'t> {
    context: &'t BuildContext,
    sources: Vec<Source<'t>>,
    readers: Readers<'t>,
}

/// A source with the place where it is written.
struct Source<'t> {
    file: &'t str,
    line: usize,
    source: ContextSource,
}

impl<'t> Scene<'t> {
    fn of(context: &'t BuildContext, dockerfiles: &'t [(&'t str, &'t Dockerfile<'t>)]) -> Self {
        let mut sources = Vec::new();
        for (file, dockerfile) in dockerfiles {
            for source in context_sources(dockerfile) {
                let line = dockerfile.line(dockerfile.items[source.item].lines().start);
                sources.push(Source { file, line, source });
            }
        }
        Self { context, sources, readers: Readers::of(context, dockerfiles) }
    }

    /// What a row would keep, and what it would hide.
    fn hidden(&self, row: &IgnoredFile, rules: &IgnoreRules) -> (Vec<&'t str>, Vec<&'t str>) {
        let except =
            IgnoreRules::parse(&row.except.join("\n")).expect("a test reads every pattern");
        // A folder stands before what is in it, and hides it without another look.
        let mut found: FxHashSet<&str> = FxHashSet::default();
        for (path, _) in self.context.entries() {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let above = Standing::default();
            if found.contains(folder) || rules.standing(path, &above).hidden {
                found.insert(path);
            }
        }
        let all = self.context.entries().map(|(path, _)| path).filter(|path| found.contains(path));
        all.partition(|path| except.hides(path))
    }

    /// Whether a row is wanted before its files are there.
    fn is_wanted_early(&self, row: &IgnoredFile, rules: &IgnoreRules) -> bool {
        let is_manifest = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_there = !row.is_of_root() || path == name;
            is_there && row.with.iter().any(|manifest| manifest == name) && !rules.hides(path)
        };
        !self.context.rules().hides(row.name())
            && self.context.entries().any(|(path, _)| is_manifest(path))
    }

    /// What speaks against a row.
    fn objection(
        &self,
        row: &IgnoredFile,
        rules: &IgnoreRules,
        hidden: &[&str],
    ) -> Option<(&'static DeclineReason, String)> {
        if let Some(path) = hidden.iter().find(|path| self.context.rules().names_to_show(path)) {
            let message = format!("a `!` of the ignore file shows {path}");
            return Some((&reasons::SHOWN_ON_PURPOSE, message));
        }
        let mut sweeps = false;
        for Source { file, line, source } in &self.sources {
            let named = self.named(source, rules, hidden);
            match named {
                Named::Itself(what) => {
                    return Some((
                        &reasons::COPIED_BY_NAME,
                        format!("{file}:{line} copies {what}"),
                    ));
                }
                Named::Perhaps => {
                    let message = format!("a variable decides what {file}:{line} copies");
                    return Some((&reasons::COPIED_BY_A_VARIABLE, message));
                }
                Named::InFolder(folder, path) if row.secret => {
                    let message = format!("{file}:{line} copies {folder}, and {path} is in it");
                    return Some((&reasons::SECRET_OF_A_FOLDER, message));
                }
                Named::InFolder(..) | Named::Swept => sweeps = true,
                Named::Not => {}
            }
        }
        // What no image gets is only sent for nothing.
        if !sweeps {
            return None;
        }
        if !hidden.is_empty() && !self.is_of_a_tool(row) {
            let message = format!("nothing tells that {} is what a tool left", row.pattern);
            return Some((&reasons::NOT_OF_A_TOOL, message));
        }
        if let Some(path) = row.beside.as_ref().and_then(|ending| self.alone(hidden, ending)) {
            let message = format!("nothing stands beside {path} from which it was made");
            return Some((&reasons::NO_SOURCE_BESIDE, message));
        }
        self.readers.objection(row, rules)
    }

    /// How a source stands to what a row hides.
    fn named<'s>(
        &self,
        source: &'s ContextSource,
        rules: &IgnoreRules,
        hidden: &[&'s str],
    ) -> Named<'s> {
        let path = source_path(&source.fixed);
        if rules.hides(&path) {
            return Named::Itself(&source.fixed);
        }
        let Some(paths) = source.text().and_then(|text| self.context.matching(text)) else {
            let may_be = hidden.iter().any(|hidden| hidden.starts_with(&path));
            return if may_be { Named::Perhaps } else { Named::Not };
        };
        if paths == [""] {
            return Named::Swept;
        }
        if paths.iter().any(|path| rules.hides(path)) {
            return Named::Itself(&source.fixed);
        }
        let is_in = |hidden: &&&str| {
            let mut folders = paths.iter().filter_map(|path| hidden.strip_prefix(path));
            folders.any(|rest| rest.starts_with('/'))
        };
        match hidden.iter().find(is_in) {
            Some(hidden) => Named::InFolder(&source.fixed, hidden),
            None => Named::Not,
        }
    }

    /// Whether what a pattern of the root means is what its tool left there.
    fn is_of_a_tool(&self, row: &IgnoredFile) -> bool {
        let is_held = |name: &String| self.context.exists(&format!("{}/{name}", row.pattern));
        let is_beside = row.with.iter().any(|manifest| self.context.exists(manifest));
        let is_beside = !row.is_of_root() || row.with.is_empty() || is_beside;
        is_beside && row.holds.as_ref().is_none_or(is_held)
    }

    /// The first of these files beside which there is none with this ending.
    fn alone<'h>(&self, hidden: &[&'h str], ending: &str) -> Option<&'h str> {
        let source_of = |path: &str| {
            let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
            format!("{stem}.{ending}")
        };
        let in_cache = |path: &str| path.split('/').any(|part| part == "__pycache__");
        let mut alone = hidden.iter().copied();
        alone.find(|path| !in_cache(path) && !self.context.exists(&source_of(path)))
    }
}

/// How a source of COPY stands to a row.
enum Named<'s> {
    /// It names what the row hides, or something inside of it.
    Itself(&'s str),
    /// A variable decides.
    Perhaps,
    /// It names a folder in which the row hides something.
    InFolder(&'s str, &'s str),
    /// It takes the whole context.
    Swept,
    /// It has nothing to do with it.
    Not,
}

/// The text with the lines of these rows at its end, under a heading for each group. Behind each row
/// stands what it would hide and keeps.
fn with_lines(text: &str, rows: &[(&IgnoredFile, Vec<&str>)]) -> String {
    if rows.is_empty() {
        return text.to_owned();
    }
    let mut lines = Vec::new();
    let mut group = "";
    for (row, kept) in rows {
        if row.group != group {
            group = &row.group;
            if !(lines.is_empty() && text.trim_start_matches('\u{feff}').is_empty()) {
                lines.push(String::new());
            }
            lines.push(format!("# {group}"));
        }
        lines.push(row.pattern.clone());
        lines.extend(kept.iter().map(|path| format!("!{path}")));
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines = lines.join(newline);
    if text.is_empty() || text.ends_with('\n') {
        format!("{text}{lines}{newline}")
    } else {
        format!("{text}{newline}{lines}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use dockslim_contract::ContextEntry;
    use dockslim_syntax::parse;

    use super::*;

    /// The proposal for a context of these files, text for `path=text`.
    fn propose(ignore: &str, dockerfile: &str, files: &[&str]) -> IgnoreProposal {
        let entries = files.iter().map(|file| {
            let (path, text) = file.split_once('=').unwrap_or((file, ""));
            (path.to_owned(), ContextEntry::with_text(text))
        });
        let context = BuildContext::new(IgnoreRules::parse(ignore).unwrap(), entries, None);
        complete_ignore_file(ignore, &context, &[("Dockerfile", &parse(dockerfile))])
    }

    /// Why patterns are left out.
    fn declined(dockerfile: &str, files: &[&str]) -> Vec<(String, &'static str)> {
        let declined = propose("", dockerfile, files).declined.into_iter();
        declined.map(|one| (one.pattern, one.reason.name)).collect()
    }

    const ALL: &str = "FROM a\nCOPY . .\n";

    #[test]
    fn entries_stand_under_their_groups() {
        let proposal = propose("", ALL, &[".git/HEAD", "a/.idea/x", "main.c"]);
        assert_eq!(
            proposal.text,
            "# version control\n**/.git\n\n# the build itself\n.dockerignore\n\n\
             # editors and desktops\n**/.idea\n"
        );
        let hidden: Vec<_> = proposal.entries.iter().map(|entry| entry.hidden.len()).collect();
        assert_eq!(hidden, [2, 0, 2], "folders count too");
    }

    #[test]
    fn what_is_there_keeps_its_bytes() {
        let files = &[".git/HEAD", "main.c"];
        for (old, new) in [
            ("# mine\r\nx\r\n", "# mine\r\nx\r\n\r\n# version control\r\n**/.git\r\n"),
            ("x", "x\n\n# version control\n**/.git"),
            ("\u{feff}x\n", "\u{feff}x\n\n# version control\n**/.git\n"),
            ("**/.git\n", "**/.git\n"),
            (".git", ".git"),
        ] {
            assert_eq!(propose(old, ALL, files).text, new, "{old:?}");
            assert_eq!(propose(new, ALL, files).text, new, "{new:?} is done");
        }
    }

    #[test]
    fn examples_of_secrets_stay() {
        let proposal = propose("x", ALL, &[".env.local", ".env.example", "a/.env.sample"]);
        assert!(
            proposal.text.ends_with("# secrets\n**/.env.*\n!.env.example\n!a/.env.sample"),
            "{}",
            proposal.text
        );
    }

    #[test]
    fn what_tools_will_make_is_written_before_it_is_there() {
        let dockerfile = "FROM a\nCOPY . .\nRUN npm ci\n";
        let text = propose("", dockerfile, &["package.json"]).text;
        assert!(text.ends_with("\n# Node\n**/node_modules\n"), "{text}");
        assert_eq!(propose("node_modules\n", dockerfile, &["package.json"]).text, "node_modules\n");
        assert_eq!(propose("", dockerfile, &["main.c"]).text, "");
        let without = propose("", ALL, &["package.json"]);
        assert_eq!((without.text.as_str(), without.declined.len()), ("", 0));
    }

    #[test]
    fn sources_with_the_name_of_an_output_stay() {
        let dockerfile = "FROM a\nCOPY . .\nRUN cargo build\n";
        let files = &["target/debug/a", "Cargo.toml", "src/target/main.rs"];
        let proposal = propose("x\n", dockerfile, files);
        assert_eq!(proposal.text, "x\n\n# Rust\ntarget\n");
        assert!(!proposal.entries[0].hidden.contains(&"src/target/main.rs".to_owned()));
    }

    #[test]
    fn what_no_image_gets_is_only_sent_for_nothing() {
        let files = &["node_modules/a", "package.json", "src/main.js", ".git/HEAD"];
        let text = propose("", "FROM a\nCOPY src /src\nRUN git describe\n", files).text;
        assert!(text.starts_with("# version control\n**/.git\n\n"), "{text}");
        assert!(text.ends_with("\n# Node\n**/node_modules\n"), "{text}");
    }

    #[test]
    fn calls_are_told_from_their_likes() {
        let files = &["node_modules/a", "package.json"];
        for (call, makes) in [
            ("npm ci", true),
            ("npm --silent install", true),
            ("sudo -E yarn", true),
            ("cd a && yarn --frozen-lockfile", true),
            ("yarn build", false),
            ("npm run build", false),
            ("apt-get install npm", false),
            ("echo npm ci", false),
            ("npm $VERB", false),
        ] {
            let dockerfile = format!("FROM a\nCOPY . .\nRUN {call}\n");
            assert_eq!(declined(&dockerfile, files).is_empty(), makes, "{call}");
        }
    }

    #[test]
    fn each_reason_has_a_case() {
        let mut seen = BTreeSet::new();
        for (pattern, reason, dockerfile, files) in [
            ("**/.env", "copied-by-name", "FROM a\nCOPY .env /\n", &[".env"][..]),
            ("**/.git", "copied-by-name", "FROM a\nCOPY . .\nCOPY .git/HEAD /\n", &[".git/HEAD"]),
            ("**/.env", "copied-by-name", "FROM a\nCOPY *nv /\n", &["a.nv", "b/.env", ".env"]),
            ("target", "copied-by-name", "FROM a\nCOPY target/${X} /\n", &["target/x"]),
            (
                "**/.git",
                "copied-by-name",
                "FROM a\nRUN --mount=source=.git,target=/a b\n",
                &[".git/x"],
            ),
            ("**/.idea", "copied-by-a-variable", "FROM a\nCOPY $A /\n", &[".idea/x"]),
            ("**/.env", "secret-of-a-folder", "FROM a\nCOPY etc /etc\n", &["etc/.env"]),
            ("**/*.py[co]", "no-source-beside", ALL, &["a.pyc", "b.pyc", "a.py"]),
            ("target", "not-of-a-tool", "FROM a\nCOPY . .\nRUN cargo build\n", &["target/x"]),
            ("venv", "not-of-a-tool", "FROM a\nCOPY . .\nRUN pip install a\n", &["venv/x"]),
            ("**/node_modules", "nothing-makes-it", ALL, &["node_modules/x"]),
            ("**/.git", "read-by-a-step", "FROM a\nCOPY . .\nRUN git describe\n", &[".git/x"]),
            ("**/.git", "read-by-a-step", "FROM a\nCOPY . .\nRUN go build ./...\n", &[".git/x"]),
            ("**/.git", "read-by-a-step", "FROM a\nCOPY . .\nCMD cat .git/HEAD\n", &[".git/HEAD"]),
            (
                "**/.git",
                "read-by-the-sources",
                "FROM a\nCOPY . .\nRUN make\n",
                &[".git/x", "Makefile=v:\n\tgit describe\n"],
            ),
            (
                "**/.env",
                "read-by-the-sources",
                ALL,
                &[".env", "package.json={\"dependencies\": {\"dotenv\": \"16\"}}"],
            ),
        ] {
            let declined = declined(dockerfile, files);
            assert!(declined.contains(&(pattern.to_owned(), reason)), "{dockerfile}: {declined:?}");
            seen.insert(reason);
        }
        let shown = propose("x\n!.env\n", ALL, &[".env"]).declined;
        assert_eq!(shown[0].reason.name, "shown-on-purpose");
        seen.insert("shown-on-purpose");
        let all: BTreeSet<&str> = IGNORE_DECLINES.iter().map(|reason| reason.name).collect();
        assert_eq!(seen, all);
    }

    #[test]
    fn words_are_whole() {
        let files = |text| [".env".to_owned(), format!("package.json={text}")];
        for (text, reads) in [("invite", false), ("\"vite\": 1", true), ("vite_x", false)] {
            let files = files(text);
            let files: Vec<&str> = files.iter().map(String::as_str).collect();
            assert_eq!(!declined(ALL, &files).is_empty(), reads, "{text}");
        }
    }
}
