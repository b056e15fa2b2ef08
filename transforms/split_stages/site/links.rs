//! Symbolic links among pages: a server follows them, and only what it is told of goes along.
//!
//! Sources: `man ln`, `man cp`; Dockerfile reference, COPY (links below a folder stay links).

use dockslim_contract::ContextKind;

use super::super::effects::{Done, Effect};
use super::super::launch::{base_name, parent_of};
use super::super::lies::is_recursive;
use super::super::reasons;
use super::super::subject::{Obstacle, Subject};
use super::generators::is_make;
use super::servers::{Named, WebServer};
use crate::facts::{absolute, is_within};

/// What goes along, with whether each is a folder.
type Places = [(String, bool)];

/// Files that say what a build does.
const RULES: &[&str] = &["GNUmakefile", "Makefile", "Rakefile", "makefile", "package.json"];
/// Endings of files that make links by calls of their language.
const PROGRAMS: &[&str] = &[".cjs", ".js", ".mjs", ".mk", ".mts", ".pl", ".py", ".rb", ".ts"];
/// Words that speak of links and make none, in lower letters.
const HARMLESS: &[&str] = &[
    "followsymlink",
    "follow_symlink",
    "follow-symlink",
    "is_symlink",
    "issymlink",
    "preserve-symlink",
    "preservesymlink",
    "symlinks: false",
    "symlinks(false",
    "symlinks=false",
    "symlinks\": false",
];

/// Refuses links in what goes along that may lead to what does not.
pub(super) fn none(
    subject: &Subject<'_, '_>,
    server: &WebServer,
    places: &Places,
) -> Result<(), Obstacle> {
    let refused = |message: String| Err((&reasons::STATIC_SERVER, message));
    let links = of_context(subject);
    let inside = |path: &str| places.iter().any(|(place, _)| is_within(path, place));
    if let Some((link, _)) =
        links.iter().find(|(link, whole)| inside(link) && !whole.is_some_and(inside))
    {
        return refused(format!("`{link}` is a link, and what it leads to may stay behind"));
    }
    for done in &subject.done {
        let line = subject.build.dockerfile.line(done.command.span.start);
        if dangles(server, done, places) {
            return refused(format!("line {line} makes a link to what stays behind"));
        }
        if keeps_links(subject, done, &links) {
            return refused(format!("what line {line} copies may hold links to what stays behind"));
        }
    }
    match makes_links(subject, !links.is_empty()) {
        Some(path) => refused(format!("{path} makes links, and what they lead to may stay behind")),
        None => Ok(()),
    }
}

/// Links of the build context, where each is put, with the folder that has all of the context.
fn of_context<'s>(subject: &'s Subject<'_, '_>) -> Vec<(String, Option<&'s str>)> {
    let Some(context) = subject.context else { return Vec::new() };
    let links = context.entries().filter(|(_, entry)| entry.kind == ContextKind::Link);
    let links: Vec<&str> = links.map(|(path, _)| path).collect();
    let copied = subject.copied.iter().filter(|copied| copied.from_context);
    let mut found = Vec::new();
    for one in copied.flat_map(|copied| &copied.brings) {
        let whole = one.source.is_empty().then_some(one.place.as_str());
        let own = links.iter().filter(|link| one.source.is_empty() || is_within(link, &one.source));
        found.extend(own.map(|link| {
            let rest = link[one.source.len()..].trim_start_matches('/');
            let place = format!("{}/{rest}", one.place.trim_end_matches('/'));
            (place.trim_end_matches('/').to_owned(), whole)
        }));
    }
    found
}

/// The words of a command that are no options; nothing stands for one that is not known.
fn operands<'d>(done: &'d Done<'_, '_>) -> Vec<Option<&'d str>> {
    let words = done.command.words.iter().skip(1).map(|word| word.as_deref());
    words.filter(|word| word.is_none_or(|word| !word.starts_with('-'))).collect()
}

fn has_option(done: &Done<'_, '_>, letter: char, long: &str) -> bool {
    done.command.words.iter().skip(1).flatten().any(|word| {
        word.as_ref() == long
            || word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
    })
}

/// Whether a command makes a link in what goes along, and not what it leads to.
fn dangles(server: &WebServer, done: &Done<'_, '_>, places: &Places) -> bool {
    let Effect::Writes(paths) = &done.effect else { return false };
    if done.command.program_name() != Some("ln") || !has_option(done, 's', "--symbolic") {
        return false;
    }
    let operands = operands(done);
    let targets = &operands[..operands.len().saturating_sub(1).max(1).min(operands.len())];
    let inside = |path: &str| places.iter().any(|(place, _)| is_within(path, place));
    let there = |target: String| {
        let named = Named { path: target, serves: false };
        inside(&named.path) || !is_within(&named.path, "/tmp") && !server.must_be_there(&named)
    };
    // The last word may be a folder, in which the link then lies.
    let leads = |path: &str, target: &str| {
        let mut folders = [parent_of(path), path].into_iter();
        folders.all(|folder| absolute(target, Some(folder)).is_some_and(there))
    };
    let mut paths = paths.iter().filter(|path| inside(path));
    paths.any(|path| !targets.iter().all(|target| target.is_some_and(|it| leads(path, it))))
}

/// Whether a command copies or moves folders that may hold links, and keeps these as they are.
fn keeps_links(
    subject: &Subject<'_, '_>,
    done: &Done<'_, '_>,
    links: &[(String, Option<&str>)],
) -> bool {
    let copies = match done.command.program_name() {
        Some("cp") => {
            (is_recursive(done) || has_option(done, 'd', "--no-dereference"))
                && !has_option(done, 'L', "--dereference")
        }
        Some("mv" | "rsync") => true,
        _ => false,
    };
    if !copies || !matches!(done.effect, Effect::Writes(_)) {
        return false;
    }
    // What a pattern stands for begins as it does.
    let words = (1..done.command.words.len()).map(|at| match &done.command.words[at] {
        Some(word) => word.to_string(),
        None => done.command.raw_word(subject.build.dockerfile, at).to_string(),
    });
    let operands: Vec<String> = words.filter(|word| !word.starts_with('-')).collect();
    let Some((_, sources)) = operands.split_last() else { return false };
    let is_cloned = |path: &str| {
        let mut clones = subject.done.iter().filter_map(|done| match &done.effect {
            Effect::Clones(folder) => Some(folder),
            _ => None,
        });
        clones.any(|folder| folder != path && is_within(path, folder))
    };
    sources.iter().any(|source| {
        let plain = source.split(['*', '?', '[']).next().unwrap_or(source).trim_matches('"');
        let known = !plain.contains(['$', '`']);
        let place = absolute(if plain.is_empty() { "." } else { plain }, done.folder.as_deref());
        let Some(place) = place.filter(|_| known) else { return !links.is_empty() };
        let begins = |link: &str| plain.len() < source.len() && link.starts_with(&place);
        // Packages of Debian link much between their folders.
        let of_packages = ["/usr/lib", "/usr/share"].iter().any(|it| is_within(&place, it))
            && !is_within(&place, "/usr/share/nginx");
        of_packages
            || is_cloned(&place)
            || links.iter().any(|(link, _)| is_within(link, &place) || begins(link))
    })
}

/// A file of the build whose words make links, or copy folders of a project that holds some.
fn makes_links<'s>(subject: &'s Subject<'_, '_>, holds_links: bool) -> Option<&'s str> {
    let context = subject.context?;
    let makes = subject.done.iter().any(is_make) || subject.toolchain.name == "node";
    let rules: Vec<&str> = context
        .entries()
        .map(|(path, _)| path)
        .filter(|path| RULES.contains(&base_name(path)))
        .collect();
    let called = |name: &str| {
        let steps = &subject.stage.steps;
        let mut texts = rules.iter().filter_map(|path| context.text(path));
        steps.iter().any(|step| step.text(subject.build.dockerfile).contains(name))
            || texts.any(|text| text.contains(name))
    };
    let mut files = context.entries().map(|(path, _)| path);
    files.find(|path| {
        let name = base_name(path);
        let reads = RULES.contains(&name) && (makes || name == "Rakefile")
            || PROGRAMS.iter().any(|end| name.ends_with(end))
            || name.ends_with(".sh") && called(name);
        reads
            && !path.split('/').any(|part| part == "node_modules" || part == ".github")
            && context.text(path).is_some_and(|text| speaks_of_links(text, holds_links))
    })
}

/// Whether a text makes links, by a call or by `ln -s`; where a project holds some, also whether it copies folders as they are.
fn speaks_of_links(text: &str, holds_links: bool) -> bool {
    let lower = text.to_ascii_lowercase();
    let bare = HARMLESS.iter().fold(lower, |text, word| text.replace(word, ""));
    let words: Vec<&str> = bare
        .split(|c: char| c.is_whitespace() || "\"'`,;()[]@&|".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let called = |program: &str, letters: &[char]| {
        words.windows(2).any(|pair| {
            base_name(pair[0]) == program && pair[1].starts_with('-') && pair[1].contains(letters)
        })
    };
    bare.contains("symlink")
        || words.contains(&"ln_s")
        || words.contains(&"ln_sf")
        || called("ln", &['s'])
        || holds_links && (called("cp", &['a', 'd', 'r']) || words.contains(&"rsync"))
}

#[cfg(test)]
mod tests {
    use super::speaks_of_links;

    #[test]
    fn links_are_made_by_calls() {
        for text in ["os.symlink(a, b)", "\tln -sfn a b", "[\"ln\", \"-s\", a]", "p.symlink_to(q)"]
        {
            assert!(speaks_of_links(text, false), "{text}");
        }
        for text in
            ["resolve: { symlinks: false }", "\"preserveSymlinks\": true", "ln a b", "cp -r a b"]
        {
            assert!(!speaks_of_links(text, false), "{text}");
        }
        assert!(speaks_of_links("cp -r a b", true));
    }
}
