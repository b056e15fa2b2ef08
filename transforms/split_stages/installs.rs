//! What `make install` and its like bring: where the rules of the project install nothing but what they name.

use super::cmake;
use super::effects::{Done, Effect, is_system_folder};
use super::launch::base_name;
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::absolute;

/// Whether a command puts in place what was built.
pub(super) fn is_install(done: &Done<'_, '_>) -> bool {
    let rules = ["make", "gmake", "ninja", "cmake"];
    let verbs = ["install", "--install", "install-strip", "install/strip"];
    let mut words = done.command.words.iter().flatten();
    done.effect == Effect::Builds
        && done.command.program_name().is_some_and(|name| rules.contains(&name))
        && words.any(|word| verbs.contains(&&**word))
}

/// The paths that all such commands write, folders with a slash at their end.
pub(super) fn installed(subject: &Subject<'_, '_>) -> Result<Vec<String>, Obstacle> {
    let mut found = Vec::new();
    for done in subject.done.iter().filter(|done| is_install(done)) {
        let unclear = || {
            let name = done.command.program_name().unwrap_or_default();
            (&reasons::NO_ARTEFACT, format!("what `{name} install` brings is not known"))
        };
        found.extend(installed_by(subject, done).ok_or_else(unclear)?);
    }
    Ok(found)
}

/// The paths that such a command writes; `None` if that is not known.
pub(super) fn installed_by(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> Option<Vec<String>> {
    if subject.done.iter().any(|other| other.command.program_name() == Some("cmake")) {
        return cmake::brings(subject, done);
    }
    const RULES: &[&str] =
        &["Makefile", "makefile", "GNUmakefile", "Makefile.in", "Makefile.am", "CMakeLists.txt"];
    let mut files = subject.context?.entries().filter(|(path, _)| RULES.contains(&base_name(path)));
    // Of several one may call another.
    let (Some((path, _)), None) = (files.next(), files.next()) else { return None };
    let called = Called::of(done)?;
    let by_make = matches!(done.command.program_name(), Some("make" | "gmake"));
    let text = subject.source_text(&absolute(base_name(path), Some(&called.folder))?)?;
    let text = match base_name(path) {
        "Makefile.in" => configured(subject, text)?,
        _ => text.to_owned(),
    };
    if by_make { of_rule(subject, done, &text, called.given) } else { None }
}

/// The folder that a call of make leads to, by `-C` or not.
pub(super) fn led_to(done: &Done<'_, '_>) -> Option<String> {
    Called::of(done).map(|called| called.folder)
}

/// What a call is told.
struct Called {
    /// The folder that it is led to.
    folder: String,
    /// The variables that it is given.
    given: Vec<(String, String)>,
}

impl Called {
    /// Reads the words of a call; `None` if one may lead elsewhere (GNU make, "Summary of Options"; Ninja, `ninja --help`; CMake, "cmake").
    fn of(done: &Done<'_, '_>) -> Option<Self> {
        let (at, _) = done.command.program()?;
        let words: Option<Vec<&str>> = done.command.words.iter().map(Option::as_deref).collect();
        let mut called = Self { folder: done.folder.clone()?, given: Vec::new() };
        let words = words?;
        let mut rest = words[at + 1..].iter().copied();
        while let Some(word) = rest.next() {
            let led = match word {
                "-C" | "--directory" | "--install" | "--build" => rest.next(),
                word => word.strip_prefix("-C").or_else(|| word.strip_prefix("--directory=")),
            };
            let quiet =
                ["-s", "--silent", "--quiet", "--no-print-directory", "-k", "--strip", "-v"];
            let parallel = ["-j", "--parallel", "-l", "--target", "-t"];
            if let Some(folder) = led {
                called.folder = absolute(folder, Some(&called.folder))?;
            } else if let Some((name, value)) =
                word.split_once('=').filter(|_| !word.starts_with('-'))
            {
                if value.contains(['$', '`']) {
                    return None;
                }
                called.given.push((name.to_owned(), value.to_owned()));
            } else if word.starts_with('-')
                && !quiet.contains(&word)
                && !parallel.iter().any(|option| word.starts_with(option))
            {
                return None;
            }
        }
        Some(called)
    }
}

/// Whether the surroundings of a command set a variable: ENV, ARG, the command itself, or what its RUN exports.
pub(super) fn is_set(subject: &Subject<'_, '_>, done: &Done<'_, '_>, name: &str) -> bool {
    let dockerfile = subject.build.dockerfile;
    let start = format!("{name}=");
    let own = done.command.call.map_or(&[][..], |call| call.simple.assignments.as_slice());
    let mut exports = subject.done.iter().filter(|other| {
        other.step == done.step
            && matches!(other.command.program_name(), Some("export" | "declare"))
    });
    subject.stage.steps.get(done.step).is_none_or(|step| step.state.sets(name))
        || own.iter().any(|one| dockerfile.text(one.name) == name)
        || exports.any(|other| other.command.text(dockerfile).contains(&start))
}

/// What the rule `install` of a Makefile brings, with the variables that it is given.
fn of_rule(
    subject: &Subject<'_, '_>,
    done: &Done<'_, '_>,
    text: &str,
    given: Vec<(String, String)>,
) -> Option<Vec<String>> {
    let own = text
        .lines()
        .filter(|line| !line.starts_with('\t'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| {
            (name.trim_end_matches(['?', ':', '+']).trim().to_owned(), value.trim().to_owned())
        });
    let mut variables = given;
    let told = variables.len();
    variables.extend(own);
    variables.push(("DESTDIR".to_owned(), String::new()));
    // What surrounds a call counts where the Makefile leaves a choice (GNU make, "Variables from the Environment").
    if variables[told..].iter().any(|(name, _)| is_set(subject, done, name)) {
        return None;
    }
    let commands = commands(text, &variables)?;
    let mut found = Vec::new();
    let mut folders = Vec::new();
    for line in &commands {
        let words: Vec<&str> = line.split_whitespace().collect();
        let operands: Vec<&str> = operands(&words);
        match words.first().copied() {
            None => {}
            Some("mkdir") => {
                folders.extend(operands.iter().map(|word| word.trim_end_matches('/').to_owned()))
            }
            Some("install") if words.contains(&"-d") => {
                folders.extend(operands.iter().map(|word| word.trim_end_matches('/').to_owned()))
            }
            Some(program @ ("install" | "cp")) => {
                let (target, sources) = operands.split_last()?;
                let place = target.trim_end_matches('/');
                let folder = target.ends_with('/')
                    || folders.iter().any(|one| one == place)
                    || is_system_folder(place);
                let deep = program == "cp" && takes_folders(&words);
                for source in sources {
                    let path = if folder {
                        format!("{place}/{}", base_name(source.trim_end_matches('/')))
                    } else {
                        place.to_owned()
                    };
                    let path = absolute(&path, None)?;
                    // A script by another name looks like a program.
                    let text = absolute(source, led_to(done).as_deref());
                    let text = text.and_then(|place| subject.source_text(&place));
                    if text.is_some_and(|text| text.starts_with("#!"))
                        && base_name(source) != base_name(&path)
                    {
                        return None;
                    }
                    // What may be a folder moves by its own path, which takes a file as that file; of others' folders it is a part.
                    if deep && (source.contains(['*', '?', '[']) || is_system_folder(&path)) {
                        return None;
                    }
                    found.push(if deep { format!("{path}/") } else { path });
                }
            }
            // Names of libraries for those who link with them, and the list of the loader.
            Some("ln") if operands.last().is_some_and(|word| word.contains(".so")) => {}
            Some("ldconfig") => {}
            Some(_) => return None,
        }
    }
    (!found.is_empty()).then_some(found)
}

/// A rule of a Makefile with its needs and commands (GNU make, "Rule Syntax").
struct Rule {
    targets: Vec<String>,
    needs: Vec<String>,
    commands: Vec<String>,
}

/// The commands of the rule `install`, with its variables put in; `None` if it is not told all of what they are.
fn commands(text: &str, variables: &[(String, String)]) -> Option<Vec<String>> {
    let rules = rules(text, variables, true)?;
    let is_install = |rule: &&Rule| rule.targets.iter().any(|it| it == "install");
    let (install, others): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(is_install);
    // What it needs, what is made in front of it, and what a pattern fits may put something in place, too.
    if others.into_iter().any(Rule::puts_elsewhere) {
        return None;
    }
    Some(install.into_iter().flat_map(|rule| rule.commands.clone()).collect())
}

/// Whether a rule besides `install` of the Makefile that a call of make reads may put something outside of the folder of the project.
pub(super) fn builds_elsewhere(subject: &Subject<'_, '_>, done: &Done<'_, '_>) -> bool {
    let folder = led_to(done);
    let names = ["GNUmakefile", "makefile", "Makefile"];
    let text =
        names.iter().find_map(|name| subject.source_text(&absolute(name, folder.as_deref())?));
    let own = text.unwrap_or_default().lines().filter(|line| !line.starts_with('\t'));
    let variables: Vec<(String, String)> = own
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| {
            (name.trim_end_matches(['?', ':', '+']).trim().to_owned(), value.trim().to_owned())
        })
        .collect();
    let rules = rules(text.unwrap_or_default(), &variables, false).unwrap_or_default();
    let install = |rule: &Rule| rule.targets.iter().any(|it| it == "install");
    rules.iter().any(|rule| !install(rule) && rule.puts_elsewhere())
}

/// Rules that people call, and no build does (GNU Coding Standards, "Standard Targets for Users").
const ASIDE: &[&str] = &[
    "check",
    "clean",
    "dist",
    "distclean",
    "distcheck",
    "help",
    "maintainer-clean",
    "mostlyclean",
    "test",
    "uninstall",
];

/// Whether a command may write outside of the folder of the project.
fn puts_elsewhere(command: &str) -> bool {
    const PUT: &[&str] = &[
        "cp", "install", "ln", "make", "mkdir", "mv", "rsync", "sh", "sudo", "tar", "tee", "touch",
    ];
    let outside = |word: &str| word.starts_with(['/', '$']);
    let mut words = command.split_whitespace();
    let first = words.next().map(base_name).unwrap_or_default();
    (PUT.contains(&first) && words.any(|word| outside(word) || word.contains("install")))
        || command.split('>').skip(1).any(|target| outside(target.trim_start()))
}

/// The rules of a Makefile, each command by itself; `None` where it chooses between rules or reads others, and `all` are asked for.
fn rules(text: &str, variables: &[(String, String)], all: bool) -> Option<Vec<Rule>> {
    const CHOOSES: &[&str] = &[
        "-include", "define", "else", "endif", "ifdef", "ifeq", "ifndef", "ifneq", "include",
        "sinclude",
    ];
    let mut found: Vec<Rule> = Vec::new();
    let text = text.replace("\\\n", " ");
    for line in text.lines() {
        if let Some(recipe) = line.strip_prefix('\t') {
            if let Some(rule) = found.last_mut() {
                rule.take(recipe, variables);
            }
            continue;
        }
        let line = line.split('#').next().unwrap_or_default().trim();
        let first = line.split_whitespace().next().unwrap_or_default();
        // What a compiler writes of headers holds no commands.
        let headers = line.ends_with(".d") || line.ends_with(".d)") || line.contains("depend");
        if all && CHOOSES.contains(&first) && !(first == "-include" && headers) {
            return None;
        }
        let Some((targets, rest)) = line.split_once(':').filter(|(front, _)| !front.contains('='))
        else {
            continue;
        };
        if rest.starts_with(['=', ':']) {
            continue;
        }
        let (needs, command) = rest.split_once(';').unwrap_or((rest, ""));
        let words = |text: &str| -> Vec<String> {
            expanded(text, variables, 0).split_whitespace().map(str::to_owned).collect()
        };
        let mut rule = Rule { targets: words(targets), needs: words(needs), commands: Vec::new() };
        rule.take(command, variables);
        found.push(rule);
    }
    Some(found)
}

impl Rule {
    /// Whether it may put something outside of the folder of the project, and a build may ask for it.
    fn puts_elsewhere(&self) -> bool {
        let aside = self.targets.iter().all(|it| ASIDE.contains(&it.as_str()));
        !aside && self.commands.iter().any(|command| puts_elsewhere(command))
    }

    /// Takes a line of its recipe.
    fn take(&mut self, line: &str, variables: &[(String, String)]) {
        let needs = self.needs.join(" ");
        let line = ["$(@D)", "$(@F)", "$(dir $@)", "$*"]
            .iter()
            .fold(line.to_owned(), |line, it| line.replace(it, "it"));
        let line = line.replace("$<", self.needs.first().map_or("", |it| it)).replace("$^", &needs);
        let line = expanded(&line.replace("$@", &self.targets.join(" ")), variables, 0);
        let commands = line.split("&&").flat_map(|part| part.split(';'));
        let commands =
            commands.map(|one| one.trim().trim_start_matches(['@', '-', ' ']).to_owned());
        self.commands.extend(commands.filter(|one| !one.is_empty() && !one.starts_with('#')));
    }
}

/// A template of a Makefile with the folder that the one call of `configure` is given (GNU Coding Standards, "Directory Variables").
fn configured(subject: &Subject<'_, '_>, template: &str) -> Option<String> {
    let mut calls =
        subject.done.iter().filter(|done| done.command.program_name() == Some("configure"));
    let (call, None) = (calls.next()?, calls.next()) else { return None };
    let words: Option<Vec<&str>> = call.command.words.iter().map(Option::as_deref).collect();
    let mut prefix = "/usr/local";
    for word in words?.into_iter().skip(1) {
        match word.strip_prefix("--prefix=") {
            Some(given) => prefix = given,
            None if word.starts_with("--enable-") || word.starts_with("--disable-") => {}
            None => return None,
        }
    }
    let text = template.replace("@prefix@", prefix).replace("@exec_prefix@", prefix);
    let text = [
        ("bin", "/bin"),
        ("sbin", "/sbin"),
        ("lib", "/lib"),
        ("data", "/share"),
        ("sysconf", "/etc"),
    ]
    .into_iter()
    .fold(text, |text, (name, folder)| {
        text.replace(&format!("@{name}dir@"), &format!("{prefix}{folder}"))
    });
    Some(text)
}

/// The words of a command that are neither options nor the mode of `install`.
fn operands<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let mut found = Vec::new();
    let mut rest = words.iter().skip(1);
    while let Some(word) = rest.next() {
        if matches!(*word, "-m" | "-o" | "-g") {
            rest.next();
        } else if !word.starts_with('-') {
            found.push(*word);
        }
    }
    found
}

/// Whether `cp` is told to take folders along (coreutils, "cp invocation").
fn takes_folders(words: &[&str]) -> bool {
    words.iter().any(|word| match word.strip_prefix("--") {
        Some(long) => matches!(long, "archive" | "recursive"),
        None => word.starts_with('-') && word.contains(['a', 'r', 'R']),
    })
}

/// A line of a Makefile with its variables put in.
fn expanded(line: &str, variables: &[(String, String)], depth: usize) -> String {
    let mut text = line.to_owned();
    for (name, value) in variables {
        for form in [format!("$({name})"), format!("${{{name}}}")] {
            if text.contains(&form) && depth < 8 {
                text = expanded(&text.replace(&form, value), variables, depth + 1);
            }
        }
    }
    text
}
