//! Lists of packages: one a line where the list is broken or too long, and in alphabetical order where the order means
//! nothing.

use dockslim_syntax::shell::{Command, PartKind, Simple, Word};

use crate::script::is_plain;
use crate::tokens::{Gap, Tokens};

/// A program that installs packages.
struct Manager {
    programs: &'static [&'static str],
    /// The words in front of the packages; none where they follow the program.
    verbs: &'static [&'static str],
    /// Whether the packages may stand in any order: they are installed all at once (apt-get(8), apk(8), dnf's and
    /// zypper's manuals). pip, npm and their kin may come to another result.
    sorted: bool,
    /// Options behind which an argument follows, of those that take any word for an option.
    taking: &'static [&'static str],
}

impl Manager {
    /// Whether no argument follows an option. Those of system package managers have to be known for that, since their packages
    /// are sorted; of others an option with a long name mostly stands alone.
    fn alone(&self, option: &str) -> bool {
        let known = ALONE.contains(&option) || (!self.sorted && option.starts_with("--"));
        let glued = |taking: &&str| {
            !taking.starts_with("--") && option.len() > taking.len() && option.starts_with(taking)
        };
        option.contains('=')
            || self.taking.iter().any(glued)
            || (known && !self.taking.contains(&option))
    }
}

const fn system(programs: &'static [&'static str], verbs: &'static [&'static str]) -> Manager {
    Manager { programs, verbs, sorted: true, taking: &[] }
}

const fn language(
    programs: &'static [&'static str],
    verbs: &'static [&'static str],
    taking: &'static [&'static str],
) -> Manager {
    Manager { programs, verbs, sorted: false, taking }
}

/// The managers; what their options take is said by `pip install --help`, `npm help config`, `yarn help add`, `gem help install`,
/// `cargo help install` and `conda install --help`.
const MANAGERS: &[Manager] = &[
    system(&["apt-get", "apt"], &["install", "remove", "purge"]),
    system(&["apk"], &["add", "del"]),
    system(&["yum", "dnf", "microdnf", "tdnf"], &["install", "remove"]),
    system(&["zypper"], &["install", "in", "remove", "rm"]),
    language(&["docker-php-ext-install", "docker-php-ext-enable"], &[], &["-j", "--ini-name"]),
    language(&["pecl"], &["install"], &[]),
    language(
        &["pip", "pip3"],
        &["install"],
        &[
            "-f",
            "--abi",
            "--cache-dir",
            "--cert",
            "--config-settings",
            "--constraint",
            "--editable",
            "--extra-index-url",
            "--find-links",
            "--global-option",
            "--implementation",
            "--index-url",
            "--log",
            "--no-binary",
            "--only-binary",
            "--platform",
            "--prefix",
            "--progress-bar",
            "--proxy",
            "--python-version",
            "--report",
            "--requirement",
            "--retries",
            "--root",
            "--src",
            "--target",
            "--timeout",
            "--trusted-host",
            "--upgrade-strategy",
        ],
    ),
    language(
        &["npm", "pnpm"],
        &["install", "i", "add"],
        &[
            "--cache",
            "--dir",
            "--filter",
            "--include",
            "--loglevel",
            "--omit",
            "--prefix",
            "--registry",
            "--tag",
            "--workspace",
        ],
    ),
    language(
        &["yarn"],
        &["add"],
        &[
            "--cache-folder",
            "--cwd",
            "--modules-folder",
            "--mutex",
            "--network-timeout",
            "--registry",
        ],
    ),
    language(
        &["gem"],
        &["install"],
        &[
            "-n",
            "--bindir",
            "--install-dir",
            "--platform",
            "--source",
            "--trust-policy",
            "--version",
        ],
    ),
    language(
        &["cargo"],
        &["install"],
        &[
            "--bin",
            "--branch",
            "--config",
            "--example",
            "--features",
            "--git",
            "--jobs",
            "--path",
            "--profile",
            "--registry",
            "--rev",
            "--root",
            "--tag",
            "--target",
            "--target-dir",
            "--vers",
            "--version",
        ],
    ),
    language(
        &["conda", "mamba", "micromamba"],
        &["install"],
        &["-n", "--channel", "--file", "--name", "--prefix", "--repodata-fn", "--solver"],
    ),
];

/// Options that stand alone: no argument follows them. Of those of system package managers `proof/compare/order.rs` has a list of
/// its own, so that what is sorted here is looked at with other eyes.
const ALONE: &[&str] = &[
    "-y",
    "-q",
    "-qq",
    "-yq",
    "-qy",
    "-yqq",
    "-qqy",
    "--yes",
    "--assume-yes",
    "--quiet",
    "--no-install-recommends",
    "--no-install-suggests",
    "--allow-downgrades",
    "--allow-unauthenticated",
    "--fix-missing",
    "--force-yes",
    "--reinstall",
    "--no-cache",
    "--no-progress",
    "--update",
    "--update-cache",
    "-U",
    "-u",
    "--upgrade",
    "--best",
    "--allowerasing",
    "--nodocs",
    "--non-interactive",
    "-n",
    "--no-recommends",
    "--auto-agree-with-licenses",
    "--no-confirm",
    "--allow-vendor-change",
    "--no-gpg-checks",
    "--gpg-auto-import-keys",
    "--skip-broken",
    "--nogpgcheck",
    "--only-upgrade",
    "--auto-remove",
    "--purge",
    "--assumeyes",
    "--no-cache-dir",
    "--user",
    "--pre",
    "-g",
    "--global",
    "--save",
    "--save-dev",
    "-D",
    "--no-document",
    "--locked",
    "-f",
    "--force",
    "--setopt=install_weak_deps=False",
    "--setopt=tsflags=nodocs",
];

/// Lays out the packages of a command, if it installs any. `level` is that of their lines; `open` says whether the length of
/// the line counts.
pub(crate) fn lay(
    tokens: &mut Tokens<'_>,
    command: &Command,
    simple: &Simple,
    level: usize,
    open: bool,
) {
    let Some(list) = List::of(tokens, simple) else { return };
    let broken = list.entries.iter().any(|entry| tokens.broken(entry.start));
    let all = tokens.within(command.span);
    let long = open && list.entries.len() > 1 && !tokens.fit(all, 0);
    if !broken && !long {
        return;
    }
    for entry in &list.entries[1..] {
        tokens.keep_part(entry.start);
    }
    for entry in &list.entries {
        for number in entry.start + 1..entry.end {
            if list.starts.contains(&number) {
                tokens.keep_line(number, Gap::Space, level);
            }
        }
        tokens.set(entry.start, Gap::Break(level), level);
    }
    list.sort(tokens);
}

/// The packages of a call, and the options among and behind them.
struct List {
    /// The tokens of each entry: a package, or an option with its argument.
    entries: Vec<std::ops::Range<usize>>,
    /// Where words start.
    starts: Vec<usize>,
    /// For how many of the entries, from the first on, the order means nothing.
    sorted: usize,
}

impl List {
    fn of(tokens: &Tokens<'_>, simple: &Simple) -> Option<List> {
        // An option that holds more than plain text, as in `-j$(nproc)`, has its argument.
        let text = |number: usize| {
            let word = &simple.words[number];
            let places = tokens.within(word.span);
            let first = tokens.raw(places.start);
            match is_plain(word) && places.len() == 1 {
                true => first,
                false if first.starts_with('-') => "-=",
                false => "",
            }
        };
        let count = simple.words.len();
        let helped = usize::from(count > 0 && text(0) == "sudo");
        let mut at = helped;
        let program = (at < count).then(|| text(at))?;
        let (program, mut at) = match program.strip_prefix("python") {
            Some("" | "3") if at + 2 < count && text(at + 1) == "-m" => {
                at += 2;
                (text(at), at + 1)
            }
            _ => (program, at + 1),
        };
        let manager = MANAGERS.iter().find(|one| one.programs.contains(&program))?;
        let alone = |number: usize| manager.alone(text(number));
        let mut verb = at - 1;
        if !manager.verbs.is_empty() {
            verb = (at..count).find(|number| !text(*number).starts_with('-'))?;
            // An option in front of the verb may have an argument that looks like one.
            if !manager.verbs.contains(&text(verb)) || !(at..verb).all(alone) {
                return None;
            }
            at = verb + 1;
        }
        let with_argument = |number: usize| text(number).starts_with('-') && !alone(number);
        // What stands in front of the first package stays on the line of the command.
        while at < count && text(at).starts_with('-') {
            at += if with_argument(at) { 2 } else { 1 };
        }
        let start = |number: usize| tokens.at(simple.words[number].span.start);
        // A variable that its author leaves there as well mostly holds options.
        let is_head =
            |number: &usize| is_variable(&simple.words[*number]) && !tokens.broken(start(*number));
        let behind = (at..count).find(|number| !is_head(number)).unwrap_or(count);
        let held = behind > at && behind < count && tokens.broken(start(behind));
        if held {
            at = behind;
        }
        if at >= count {
            return None;
        }
        let first = at;
        let mut entries = Vec::new();
        let end = |number: usize| tokens.at(simple.words[number].span.end);
        let mut packages = 0;
        while at < count {
            let last = if with_argument(at) { (at + 1).min(count - 1) } else { at };
            if !text(at).starts_with('-') && packages == entries.len() {
                packages += 1;
            }
            entries.push(start(at)..end(last));
            at = last + 1;
        }
        let starts = (first..count).map(start).collect();
        // Redirections may stand among them.
        let sortable = |number: usize| {
            is_package(text(number)) && start(number) == start(first) + (number - first)
        };
        // What a comment speaks of, only its author knows: what stands in front of the first one, or of a line without words.
        let begins_part = |number: &usize| {
            let place = start(*number);
            let parted = || tokens.parted(place) || tokens.spaced(place);
            tokens.commented(place) || (*number > first && parted())
        };
        let all = first..first + packages;
        let part = all.clone().find(begins_part).map_or(packages, |number| number - first);
        // The last of the options that a variable holds may take the first package for its argument.
        let ordered =
            manager.sorted && helped == 0 && !held && free(text(first - 1), first - 1 == verb);
        let sorted = if ordered && all.clone().all(sortable) { part } else { 0 };
        Some(List { entries, starts, sorted })
    }

    fn sort(&self, tokens: &mut Tokens<'_>) {
        let numbers: Vec<usize> =
            self.entries[..self.sorted].iter().map(|entry| entry.start).collect();
        let mut names: Vec<(String, &str)> = numbers
            .iter()
            .map(|number| {
                let name = tokens.raw(*number);
                let bare = name.split(['=', ':']).next().unwrap_or_default();
                (bare.to_ascii_lowercase(), name)
            })
            .collect();
        names.sort_unstable();
        // A name with two versions is for its author to mend.
        let unclear = |pair: &[(String, &str)]| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1;
        if names.windows(2).any(unclear) {
            return;
        }
        for (number, (_, name)) in numbers.into_iter().zip(names) {
            if tokens.raw(number) != name {
                tokens.write(number, name.to_owned());
            }
        }
    }
}

/// Whether the word in front of the packages takes none of them for its argument.
fn free(before: &str, is_verb: bool) -> bool {
    is_verb || !before.starts_with('-') || ALONE.contains(&before) || before.contains('=')
}

/// `$name` or `${…}`, and nothing else.
fn is_variable(word: &Word) -> bool {
    let [part] = word.parts.as_slice() else { return false };
    matches!(part.kind, PartKind::Variable { .. } | PartKind::Parameter { .. })
}

/// A plain name, perhaps with a version or an architecture. `name-` asks apt for something else, and what holds a slash may be
/// a file.
fn is_package(word: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-' | '_' | '=' | ':' | '~');
    word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word.chars().all(plain)
        && !word.ends_with(['-', '_', '='])
}
